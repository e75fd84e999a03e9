//! `qos-not-guaranteed`

use super::amounts;
use crate::check::findings::Reporter;
use crate::check::pods::{containers, working_container};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use k8s_openapi::api::core::v1::Container;

pub static RULE: Rule = Rule {
    code: "qos-not-guaranteed",
    severity: Severity::Info,
    summary: "the pod that does the work gets no cores of its own",
    explanation: "\
The kubelet's static CPU policy gives whole cores, next to the memory and the device that they belong to, only to
pods of the class Guaranteed: every container, init containers included, states processor time and memory with
requests equal to limits; and only to containers that ask for whole cores. Everything else shares the rest. A
benchmark or a GPU job that falls out of the class still runs, at half the speed and with no sign of why.

On hardware that says pinned-cpu=#true that is an error. Ask for whole cores, and leave requests and limits to
fleetc, which makes them equal. In mode `kubernetes-novolume` the hooks' own `fs-init` states nothing, so such a
pool needs a namespace with `limits`, which fill it in; so do the services of a job in either kubernetes mode.

On other hardware it is only said where requests differ from limits: the pod is evicted before others.

Known from: the Kubernetes docs on CPU management policies and on QoS classes, hooks 0.8.1 (`fs-init` has no
resources), pytorch/ci-infra (`validate_runner_qos.py`).
",
    good: r#"
hardware "bench" pinned-cpu=#true {
    select "ci" "bench"
    nodes "bench" count=2 cpu=64 memory="512Gi"
}
pool "bench" {
    mode "kubernetes"
    runners max=2
    work "20Gi"
    hardware "bench"
    job cpu=16 memory="64Gi"
}
"#,
    bad: r#"
hardware "bench" pinned-cpu=#true {
    select "ci" "bench"
    nodes "bench" count=2 cpu=64 memory="512Gi"
}
pool "bench" {
    mode "kubernetes"
    runners max=2
    work "20Gi"
    hardware "bench"
    job cpu="1500m" memory="64Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let pool = view.pool;
    let own_pod = pool.mode.has_workflow_pod();
    let Some(pod) = (if own_pod { view.objects.job_pod() } else { view.objects.runner_pod() }) else {
        return;
    };
    let pinned = pool
        .hardware
        .iter()
        .find(|used| cx.fleet.hardware.get(used.class).is_some_and(|class| class.node.pinned_cpu.value));
    let has_defaults =
        cx.fleet.namespace_of(pool).node.as_ref().is_some_and(|namespace| namespace.limits.is_some());
    let unequal = containers(pod).find_map(differs);
    let reason = match pinned {
        None => unequal,
        Some(_) => unequal
            .or_else(|| containers(pod).filter(|_| !has_defaults).find_map(unstated))
            .or_else(|| fractional(view))
            .or_else(|| {
                let unsized_init = pool.mode == ContainerMode::KubernetesNovolume && !has_defaults;
                unsized_init.then(|| "the hooks' own container fs-init states nothing".to_owned())
            }),
    };
    let Some(reason) = reason else { return };
    let patched = if own_pod { view.job_pod_span(pool.span()) } else { view.runner_pod_span(pool.span()) };
    let span = match &pool.node.job {
        Some(job) if patched == pool.span() => job.span,
        _ => patched,
    };
    let found = out
        .found(format!("pods of pool \"{}\" get no cores of their own: {reason}", pool.name()))
        .label(span, "not Guaranteed");
    let found = match pinned {
        None => found
            .effect("the pod is Burstable: under pressure it is evicted before pods that are Guaranteed")
            .help("let requests equal limits, as fleetc writes them"),
        Some(used) => found
            .severity(Severity::Error)
            .label(used.span, "this hardware is for pinned cores")
            .effect("the kubelet runs the job on shared cores, away from its memory and its device: it is slow, and no event says why")
            .help(if has_defaults || !reason.contains("states nothing") {
                "ask for whole cores with requests equal to limits, as `job cpu=16 memory=\"64Gi\"` does"
            } else {
                "give the namespace `limits`, which fill in what such containers do not state"
            }),
    };
    out.report(found);
}

fn differs(container: &Container) -> Option<String> {
    let resource = ["cpu", "memory"].into_iter().find(|resource| {
        let (request, limit) = (amounts::request(container, resource), amounts::limit(container, resource));
        match (request, limit) {
            (Some(request), Some(limit)) => !amounts::same(resource, request, limit),
            (Some(_), None) => true,
            (None, _) => false,
        }
    })?;
    Some(format!("the request of {resource} of container \"{}\" is not its limit", container.name))
}

fn unstated(container: &Container) -> Option<String> {
    let states = |resource| amounts::limit(container, resource).is_some();
    (!states("cpu") || !states("memory")).then(|| format!("container \"{}\" states nothing", container.name))
}

/// Whether the container that works asks for parts of a core.
fn fractional(view: PoolView<'_>) -> Option<String> {
    let container = match view.pool.mode {
        ContainerMode::Dind => view.objects.dind_container(),
        _ => working_container(view),
    }?;
    let cpu = amounts::request(container, "cpu").and_then(amounts::cpu)?;
    (!cpu.0.is_multiple_of(1000)).then(|| format!("container \"{}\" asks for {cpu} cores", container.name))
}
