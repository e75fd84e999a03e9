//! `work-rwo-cross-node`

use super::work;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "work-rwo-cross-node",
    severity: Severity::Error,
    summary: "the job's pod is torn from its runner's node, and the work volume is bound to one node",
    explanation: "\
In mode `kubernetes` runner and job share the work volume. With the access mode `ReadWriteOnce` it can
be attached to one node, so the hook (0.7) pins the job's pod to the runner's node: by a required node
affinity on the host's name, or by `nodeName` where it bypasses the scheduler.

The template of the job's pod is laid over that pod, and an `affinity` or a `nodeName` in it does not
add to the hook's: it takes its place. The pin is gone, the scheduler picks any node, and the pod hangs
in `ContainerCreating` with `Multi-Attach error for volume` until the hook gives up.

Remove the key from the template: the job follows its runner, so what `hardware`, `select` and
`tolerate` say already decides where both go. Where the two really should part, give the pool storage
that all nodes reach: `work \"20Gi\" access=\"ReadWriteMany\"`.

Known from: hooks 0.7.0 (`mergePodSpecWithOptions`), hooks issues 166 and 121, runner issue 3325.
",
    good: r##"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi" access="ReadWriteMany"
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              affinity:
                nodeAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                  - weight: 1
                    preference:
                      matchExpressions:
                      - {key: disk, operator: In, values: [fast]}
            """#
    }
}
"##,
    bad: r##"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi" access="ReadWriteOnce"
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              affinity:
                nodeAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                  - weight: 1
                    preference:
                      matchExpressions:
                      - {key: disk, operator: In, values: [fast]}
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(job) = view.objects.job_pod() else { return };
    let access = work::access_modes(view);
    if view.pool.mode != ContainerMode::Kubernetes || access.is_empty() || work::reaches_all_nodes(view) {
        return;
    }
    let key = match (&job.node_name, &job.affinity) {
        (Some(_), _) => "nodeName",
        (None, Some(_)) if super::kube_nodename_bypass::uses_scheduler(view) => "affinity",
        _ => return,
    };
    let name = view.pool.name();
    let mut found = out
        .found(format!("the template's `{key}` sends jobs of pool \"{name}\" away from their runner's node, but its work volume is {}", access.join(", ")))
        .label(view.job_pod_span(view.pool.span()), format!("takes the place of the hook's `{key}`"));
    if let Some(work) = &view.pool.node.work {
        found = found.label(work.access.span, "attached to one node");
    }
    let found = found
        .effect(
            "the job's pod hangs in ContainerCreating with \"Multi-Attach error\" until the hook gives up",
        )
        .help(format!("remove `{key}` from the patch, or give the work volume access=\"ReadWriteMany\""));
    out.report(found);
}
