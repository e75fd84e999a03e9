//! `dra-prescheduled`

use crate::check::findings::Reporter;
use crate::check::pods::variable;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "dra-prescheduled",
    severity: Severity::Error,
    summary: "the pod of a job claims devices but does not pass the scheduler",
    explanation: "\
A claim for a dynamically allocated device is allocated by the scheduler while it chooses a node. In the
mode `kubernetes`, container hooks 0.7 write the node into the job's pod themselves unless
`hooks scheduler=#true` is set. Such a pod never passes the scheduler: its claim is not allocated, and the
kubelet refuses the pod or lets it wait for ever.

Let the scheduler place the job, which is also what fleetc does unless it is told otherwise; or use the
mode `kubernetes-novolume`, whose hooks 0.8 never name the node.

Known from: runner-container-hooks 0.7.0; the Kubernetes documentation on pre-scheduled pods with
resource claims.
",
    good: r#"
pool "training" {
    mode "kubernetes"
    work "20Gi" access="ReadWriteMany"
    runners max=4
    job cpu=8 memory="64Gi"
    resource-claim "gpu" template="one-gpu"
}
"#,
    bad: r#"
pool "training" {
    mode "kubernetes"
    work "20Gi" access="ReadWriteMany"
    runners max=4
    job cpu=8 memory="64Gi"
    resource-claim "gpu" template="one-gpu"
    hooks scheduler=#false
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(job) = view.objects.job_pod().filter(|_| view.pool.mode == ContainerMode::Kubernetes) else {
        return;
    };
    let Some(claim) = job.resource_claims.as_ref().and_then(|claims| claims.first()) else { return };
    let Some(runner) = view.objects.runner_container() else { return };
    if variable(runner, "ACTIONS_RUNNER_USE_KUBE_SCHEDULER") == Some("true") {
        return;
    }
    let word = view.pool.node.hooks.as_ref().filter(|hooks| !hooks.scheduler.value);
    let span =
        word.map_or_else(|| view.runner_pod_span(view.pool.node.mode.span), |hooks| hooks.scheduler.span);
    let mut found = out
        .found(format!("the hook chooses the node, so nothing allocates the claim \"{}\"", claim.name))
        .label(span, "bypasses the scheduler")
        .effect("the kubelet refuses the job's pod: its claim is not allocated")
        .help("write `hooks scheduler=#true`, or use the mode \"kubernetes-novolume\"");
    if let Some(node) = view.pool.node.resource_claims.iter().find(|node| node.name.as_str() == claim.name) {
        found = found.label(node.span, "needs the scheduler");
    }
    out.report(found);
}
