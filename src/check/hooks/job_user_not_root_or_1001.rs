//! `job-user-not-root-or-1001`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "job-user-not-root-or-1001",
    severity: Severity::Warning,
    summary: "jobs run as a user that can't write what the runner made",
    explanation: "\
The runner runs as user 1001 and makes the folders that a job works in: the checkout, `_temp`, and
`_runner_file_commands`, where steps write `GITHUB_OUTPUT` and `GITHUB_ENV`. They belong to 1001 and have no
write permission for others. So a job's container can run as root, who may write anything, or as 1001. Under
another user steps fail at the first write: `EACCES: permission denied, open
'/__w/_temp/_runner_file_commands/…'`, or `checkout` can't make the repository's folder. With hooks 0.8 the
folder is a copy that `fs-init` makes as 1001 with mode 0755, and the same holds.

Write `security user=1001`, or no user at all where the images of your jobs run as root anyway. Tools that
want a home or a name for that user get both from the image: add the user to it.

Known from: runner issue 3290, ARC issue 3517, hooks issue 395.
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" {
        security user=1001
    }
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" {
        security user=1000
    }
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(pod) = view.objects.job_pod() else { return };
    let container = view.objects.job_container().and_then(|container| container.security_context.as_ref());
    let of_pod = pod.security_context.as_ref().and_then(|context| context.run_as_user);
    let Some(user) = container.and_then(|context| context.run_as_user).or(of_pod) else { return };
    if [0, 1001].contains(&user) {
        return;
    }
    let written = view.pool.job_security().and_then(|security| security.user.as_ref());
    let span = match written {
        Some(written) if i64::from(written.value.0) == user => written.span,
        _ => view.job_pod_span(view.pool.span()),
    };
    let found = out
        .found(format!(
            "jobs of pool \"{}\" run as user {user}, and their files belong to 1001",
            view.pool.name()
        ))
        .label(span, "neither 0 nor 1001")
        .effect("steps fail with \"EACCES: permission denied\" when they write outputs or check out code")
        .help("write `security user=1001`, or leave the user to the image where that is root");
    out.report(found);
}
