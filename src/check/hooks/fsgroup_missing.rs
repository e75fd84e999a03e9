//! `fsgroup-missing`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use k8s_openapi::api::core::v1::{Container, PodSpec};

pub static RULE: Rule = Rule {
    code: "fsgroup-missing",
    severity: Severity::Error,
    summary: "the runner can't write its work volume",
    explanation: "\
A new volume belongs to root, and the runner runs as user 1001. Kubernetes hands a volume over to a group
when the pod says `securityContext: {fsGroup: …}`: it then belongs to that group, and the processes of the pod
are members. Without it the runner of a `kubernetes` pool can't write to `/home/runner/_work`, and its first
job fails with `Access to the path '/home/runner/_work/_tool' is denied` or `EACCES: permission denied`.

fleetc gives the pod of every such runner the group 1001, or what `runner { security fs-group=… }` says, so
this is found where a patch takes it away. It is not found where the runner runs as root or where an init
container runs `chown`.

Known from: ARC issues 2890 and 2435, checkout issue 1014.
",
    good: r#"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi"
    job cpu=4 memory="8Gi"
}
"#,
    bad: r##"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi"
    job cpu=4 memory="8Gi"
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              template:
                spec:
                  securityContext:
                    fsGroup: null
                    runAsNonRoot: true
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(pod), Some(runner)) = (view.objects.runner_pod(), view.objects.runner_container()) else {
        return;
    };
    let of_pod = pod.security_context.as_ref();
    let group = of_pod.and_then(|context| context.fs_group);
    let user = runner.security_context.as_ref().and_then(|context| context.run_as_user);
    let is_root = user.or(of_pod.and_then(|context| context.run_as_user)) == Some(0);
    if view.pool.mode != ContainerMode::Kubernetes || group.is_some() || is_root || hands_over(pod) {
        return;
    }
    let found = out
        .found(format!("the pod of runners of pool \"{}\" has no fsGroup", view.pool.name()))
        .label(view.runner_pod_span(view.pool.span()), "the work volume stays root's")
        .effect("the runner, user 1001, can't write /home/runner/_work: every job fails with \"Access … is denied\"")
        .help("leave `fsGroup` in the patch, or set it with `runner { security fs-group=1001 }`");
    out.report(found);
}

/// Whether an init container changes the owner of files.
fn hands_over(pod: &PodSpec) -> bool {
    let words = |container: &Container| {
        let words = container.command.iter().flatten().chain(container.args.iter().flatten());
        words.into_iter().any(|word| word.contains("chown"))
    };
    pod.init_containers.iter().flatten().any(words)
}
