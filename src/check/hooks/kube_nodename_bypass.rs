//! `kube-nodename-bypass`

use super::environment::{self, USE_SCHEDULER};
use super::work;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "kube-nodename-bypass",
    severity: Severity::Error,
    summary: "the job's pod is put on a node without asking the scheduler",
    explanation: "\
Unless `ACTIONS_RUNNER_USE_KUBE_SCHEDULER` is exactly `true`, hooks 0.7 write the runner's node into
`spec.nodeName` of the job's pod. The scheduler then never sees the pod. The kubelet of that node takes
it or rejects it on the spot: when the node is full, the pod turns to `OutOfcpu`, `OutOfmemory` or
`UnexpectedAdmissionError` within a second, and the job is red. It does not queue, and no autoscaler
adds a node, because nothing was ever pending. A `nodeName` in the template of the job's pod does the
same in every mode.

fleetc lets the scheduler place the pods of jobs; this is found where `hooks scheduler=#false` or a
patch turns that off while the job's container asks for something. Remove it. With the scheduler the pod
waits until there is room on its runner's node, and `fleetc check` proves that there will be.

Known from: hooks issues 112, 143 and 152, ARC issues 3004, 3232, 3647 and 2895; the mistake that is
reported most often of all.
",
    good: r#"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi" access="ReadWriteMany"
    job cpu=4 memory="8Gi"
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi" access="ReadWriteMany"
    job cpu=4 memory="8Gi"
    hooks scheduler=#false
}
"#,
    check: Check::Pool(check),
};

/// Whether hooks 0.7 leave the placing of the job's pod to the scheduler: as they read it themselves.
pub fn uses_scheduler(view: PoolView<'_>) -> bool {
    let runner = view.objects.runner_container();
    runner.and_then(|runner| environment::value(runner, USE_SCHEDULER)) == Some("true")
}

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(job), Some(_)) = (view.objects.job_pod(), view.objects.runner_container()) else { return };
    let shared = view.pool.mode == ContainerMode::Kubernetes;
    let resources = view.objects.job_container().and_then(|container| container.resources.as_ref());
    let asks =
        resources.is_some_and(|r| r.limits.iter().chain(&r.requests).any(|amounts| !amounts.is_empty()));
    let name = view.pool.name();
    let found = if let Some(node) = &job.node_name {
        // With a volume that one node alone reaches, work-rwo-cross-node says it.
        if shared && !work::reaches_all_nodes(view) {
            return;
        }
        out.found(format!(
            "the template puts every job of pool \"{name}\" on node \"{node}\", past the scheduler"
        ))
        .label(view.job_pod_span(view.pool.span()), "in this patch")
        .help("remove `nodeName`, and use `select` or `hardware` to say where jobs go")
    } else if shared && asks && !uses_scheduler(view) {
        let scheduler = view.pool.node.hooks.as_ref().map(|hooks| &hooks.scheduler);
        let span = match scheduler {
            Some(scheduler) if !scheduler.value => scheduler.span,
            _ => environment::span(view, USE_SCHEDULER, view.pool.span()),
        };
        out.found(format!("the hook puts jobs of pool \"{name}\" on their runner's node, past the scheduler"))
            .label(span, "the scheduler is not asked")
            .help("remove `scheduler=#false`: the job's pod then waits until its node has room")
    } else {
        return;
    };
    out.report(found.effect(
        "where the node is full, the job fails within a second with OutOfcpu, OutOfmemory or \
         UnexpectedAdmissionError; it never queues, and no autoscaler helps",
    ));
}
