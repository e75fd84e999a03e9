//! `resource-inherit`

use super::amounts;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::generation;
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "resource-inherit",
    severity: Severity::Warning,
    summary: "a job's container states no requests or no limit of memory",
    explanation: "\
In the kubernetes modes the job has a pod of its own, and what the runner's container is given does not reach it.
A job's container that states nothing is BestEffort: the scheduler takes it for free and packs a node full of
builds, each takes what it can get, and under pressure the kubelet kills it first. Without a limit of memory one
job that leaks takes its neighbours along. And nothing can be proved of a pool whose jobs have no size: `fleetc
capacity` counts them as nothing.

Write `job cpu=4 memory=\"8Gi\"`, which states both as request and as limit. A limit of processor time alone may
be left out with a patch; requests and the limit of memory may not. `limits` of a namespace only fill in the same
small amounts for every container, which is what a job is killed for.

Known from: ARC issues 3108 and 3641, hooks issue 100.
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(_), Some(pod)) = (generation(view.pool.mode), view.objects.job_pod()) else { return };
    // Amounts of the pod as a whole (Kubernetes 1.34) hold for all its containers.
    if pod.resources.as_ref().is_some_and(|resources| resources.limits.is_some()) {
        return;
    }
    let job = view.objects.job_container();
    let request = |resource| job.is_some_and(|job| amounts::request(job, resource).is_some());
    let limit = job.is_some_and(|job| amounts::limit(job, "memory").is_some());
    let lacks: Vec<_> = [
        (!request("cpu")).then_some("processor time"),
        (!request("memory")).then_some("memory"),
        (request("memory") && !limit).then_some("a limit of memory"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if lacks.is_empty() {
        return;
    }
    let pool = view.pool;
    let stated = pool.job.cpu.is_some() && pool.job.memory.is_some();
    let span = match &pool.node.job {
        Some(job) if !stated => job.span,
        _ if stated => view.job_pod_span(pool.span()),
        _ => pool.span(),
    };
    let defaults = cx.fleet.namespace_of(pool).node.as_ref().and_then(|namespace| namespace.limits.as_ref());
    let effect = match defaults {
        Some(limits) => format!(
            "each job gets what the namespace gives every container, {} and {}, and is killed beyond that",
            limits.cpu.value, limits.memory.value,
        ),
        None => {
            "jobs starve each other on full nodes and are killed first, and no proof of capacity counts them"
                .to_owned()
        }
    };
    let found = out
        .found(format!(
            "jobs of pool \"{}\" state no {}",
            pool.name(),
            lacks.join(" and no ").replace("no a ", "no ")
        ))
        .label(span, "what the runner is given does not reach the job")
        .effect(effect)
        .help("write `job cpu=4 memory=\"8Gi\"` in the pool");
    out.report(found);
}
