//! `ephemeral-storage-missing`

use crate::check::findings::Reporter;
use crate::check::pods::{amounts, working_container};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "ephemeral-storage-missing",
    severity: Severity::Warning,
    summary: "jobs write to the node's disk, and nothing says how much",
    explanation: "\
Except in the mode `kubernetes`, whose work folder is a volume of its own, jobs write to the disk of
the node: checkouts, build results, and in `dind` all images and layers. Without a request the
scheduler does not count that; without a limit one job can fill the disk of all others. When a disk runs
full, the kubelet evicts pods that request none first: `The node was low on resource: ephemeral-storage
… request of 0`. GitHub shows a job that was cancelled without a reason.

Write `storage=` at `job`. It becomes request and limit of the container that does the work, and in
`dind` also the size of the work folder. Count the largest checkout, its build results and the images.

Known from: ARC issues 780, 2695, 3840.
",
    good: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (container, what) = match view.pool.mode {
        ContainerMode::Kubernetes => return,
        ContainerMode::Dind => (view.objects.dind_container(), "the Docker daemon"),
        ContainerMode::KubernetesNovolume => (working_container(view), "the job's container"),
        ContainerMode::Default => (working_container(view), "the runner's container"),
    };
    let stated = |name| {
        container.is_some_and(|container| {
            let (requests, limits) = amounts(container);
            requests.contains_key(name) || limits.contains_key(name)
        })
    };
    if container.is_none() || stated("ephemeral-storage") {
        return;
    }
    // A daemon that is given nothing at all is `dind-no-resources`, which asks for the disk too.
    if view.pool.mode == ContainerMode::Dind && !stated("cpu") && !stated("memory") {
        return;
    }
    let span = view.pool.node.job.as_ref().map_or(view.pool.node.mode.span, |job| job.span);
    let found = out
        .found(format!("{what} of pool \"{}\" writes to the node's disk, of which it requests none", view.pool.name()))
        .label(span, "no `storage`")
        .effect("when the disk runs full, the kubelet evicts these pods first: jobs are cancelled without a reason")
        .help("add `storage=` to `job`, such as `storage=\"40Gi\"`");
    out.report(found);
}
