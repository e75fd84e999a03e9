//! `dind-externals`

use crate::check::findings::Reporter;
use crate::check::pods::mounts;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::Container;

/// Folder of the runner's tools.
const EXTERNALS: &str = "/home/runner/externals";

pub static RULE: Rule = Rule {
    code: "dind-externals",
    severity: Severity::Error,
    summary: "the Docker daemon does not see the runner's folders where the runner says they are",
    explanation: "\
The runner tells Docker which folders to mount into a job's container: its tools (`externals`, with the
node that actions run on) and its work folder. Docker looks for them in the daemon's container, so each
must be there under the very same path.

For that fleetc emits the init container `init-dind-externals`, which copies the tools into a volume that
the daemon mounts at `/home/runner/externals`, and mounts the volume `work` at one path in both
containers. This rule finds patches that break it: jobs with `container:` then fail at their first
action with `exec: \"/__e/node20/bin/node\": no such file or directory`, or see an empty checkout.

Leave these mounts alone in patches. An image of your own must keep the folder
`/home/runner/externals`.

Known from: the chart `gha-runner-scale-set` 0.14.2, init container `init-dind-externals`.
",
    good: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r##"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              template:
                spec:
                  initContainers:
                    - name: init-dind-externals
                      $patch: delete
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(daemon), Some(runner), Some(pod)) =
        (view.objects.dind_container(), view.objects.runner_container(), view.objects.runner_pod())
    else {
        return;
    };
    let source = mounted_at(daemon, EXTERNALS);
    let mut first = pod.init_containers.iter().flatten().filter(|container| container.name != "dind");
    let copied = source.is_some_and(|volume| first.any(|init| mounts(init).any(|at| at.name == volume)));
    let problem = if source.is_none() {
        Some(format!("the Docker daemon has nothing at {EXTERNALS}"))
    } else if !copied {
        Some(format!("no init container fills {EXTERNALS} of the Docker daemon"))
    } else {
        let shared = mounts(runner).filter(|at| at.name == "work");
        let missing = shared.filter(|at| mounted_at(daemon, &at.mount_path) != Some("work"));
        missing.last().map(|at| {
            format!("the work folder {} is not at the same path in the Docker daemon", at.mount_path)
        })
    };
    let Some(problem) = problem else { return };
    let found = out
        .found(problem)
        .label(view.runner_pod_span(view.pool.node.mode.span), "taken away by this patch")
        .effect("jobs with `container:` fail at their first action: there is no node, or no checkout")
        .help("keep `init-dind-externals` and the mounts `dind-externals` and `work` as fleetc emits them");
    out.report(found);
}

/// The volume that a container mounts at a path.
fn mounted_at<'a>(container: &'a Container, path: &str) -> Option<&'a str> {
    mounts(container).find(|at| at.mount_path == path).map(|at| at.name.as_str())
}
