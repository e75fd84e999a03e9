//! `toleration-missing`

use crate::check::findings::Reporter;
use crate::check::pods::{Pod, pods, working_pod};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::{ContainerMode, Effect, Nodes, Taint};
use crate::model::Hardware;
use k8s_openapi::api::core::v1::{PodSpec, Toleration};

pub static RULE: Rule = Rule {
    code: "toleration-missing",
    severity: Severity::Error,
    summary: "pods do not tolerate the taints of the nodes that they are sent to",
    explanation: "\
A taint keeps pods off a node unless they tolerate it. If a class of machines carries a taint (`taint` of
its `nodes`) that the pods of a pool do not tolerate, they stay `Pending` with `node(s) had untolerated
taint`, and jobs queue or time out. Where only some of a class's nodes carry it, those are never used:
a warning.

A toleration allows, it does not attract. A class that tolerates a taint but selects no nodes lets its
jobs run on the tainted nodes and on all others; jobs without a device then hold nodes that were kept
free for jobs with one. That is a warning too.

Write `tolerate` and `select` at the `hardware`, where they reach every pool that uses it and the pod
that holds the device.

Known from: ARC issue 1730; the runner definitions of pytorch/ci-infra.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    tolerate "nvidia.com/gpu" effect="NoSchedule"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=4 {
        taint "nvidia.com/gpu" effect="NoSchedule"
    }
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    hardware "gpu" devices=1
    job cpu=8 memory="64Gi" storage="40Gi"
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=4 {
        taint "nvidia.com/gpu" effect="NoSchedule"
    }
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    hardware "gpu" devices=1
    job cpu=8 memory="64Gi" storage="40Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let cluster = cx.fleet.cluster_of(view.pool);
    for class in cx.fleet.hardware_of(view.pool) {
        let groups: Vec<_> = class.nodes_in(cluster).filter(|nodes| nodes.count.value.0 > 0).collect();
        for pod in sent_to_class(view) {
            let kept_off: Vec<_> =
                groups.iter().filter_map(|nodes| Some((*nodes, refusing(nodes, pod.spec)?))).collect();
            // A toleration that is missing on both pods is one mistake.
            if report_refused(class, &groups, &kept_off, &pod, out) {
                break;
            }
        }
    }
    if let Some(pod) = working_pod(view) {
        report_leak(cx, view, &pod, out);
    }
}

/// The pods that go to the class: with hooks 0.7 the runner's pod goes first and the job's follows it.
fn sent_to_class<'a>(view: PoolView<'a>) -> Vec<Pod<'a>> {
    match view.pool.mode {
        ContainerMode::Kubernetes => pods(view).collect(),
        _ => working_pod(view).into_iter().collect(),
    }
}

/// The taint of a group of nodes that keeps a pod off.
fn refusing<'a>(nodes: &'a Nodes, spec: &PodSpec) -> Option<&'a Taint> {
    nodes.taints.iter().find(|taint| {
        let hard = taint.effect.value != Effect::PreferNoSchedule;
        hard && !spec.tolerations.iter().flatten().any(|toleration| tolerates(toleration, taint))
    })
}

/// As the scheduler compares them (`v1.Toleration.ToleratesTaint`).
fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    let empty = |text: &Option<String>| text.as_deref().unwrap_or("").is_empty();
    let is = |text: &Option<String>, wanted: &str| text.as_deref() == Some(wanted);
    let exists = is(&toleration.operator, "Exists");
    let key = is(&toleration.key, taint.key.as_str()) || (empty(&toleration.key) && exists);
    let effect = empty(&toleration.effect) || is(&toleration.effect, taint.effect.value.word());
    let value = taint.value.as_ref().map_or("", |value| value.as_str());
    key && effect && (exists || toleration.value.as_deref().unwrap_or("") == value)
}

fn report_refused(
    class: &Hardware,
    groups: &[&Nodes],
    kept_off: &[(&Nodes, &Taint)],
    pod: &Pod<'_>,
    out: &mut Reporter<'_, '_>,
) -> bool {
    let Some((nodes, taint)) = kept_off.first() else { return false };
    let declares = class.node.tolerate.iter().any(|own| own.key.value == taint.key.value);
    let value = taint.value.as_ref().map(|value| format!(" value=\"{}\"", value.value)).unwrap_or_default();
    let words = format!("tolerate \"{}\"{value} effect=\"{}\"", taint.key.value, taint.effect.value);
    let mut found = out
        .found(format!(
            "nodes \"{}\" of hardware \"{}\" carry the taint \"{}\", which {} does not tolerate",
            nodes.name.value,
            class.name(),
            taint.key.value,
            pod.what
        ))
        .help(if declares && pod.patched.is_some() {
            format!("keep the toleration in the patch, or correct the one of the class: `{words}`")
        } else {
            format!("add `{words}` to hardware \"{}\"", class.name())
        });
    if let (Some(patch), true) = (pod.patched, declares) {
        found = found.label(patch, "this patch decides the tolerations");
    }
    found = found
        .label(taint.span, "keeps these pods off")
        .label(class.node.name.span, "the class has no such toleration");
    found = if kept_off.len() == groups.len() {
        found.effect("the pod stays Pending with \"untolerated taint\": jobs queue, or fail when their pod is given up")
    } else {
        found.severity(Severity::Warning).effect("these nodes are never used, and jobs wait for the others")
    };
    out.report(found);
    true
}

/// Jobs without a device that may go to tainted nodes, but are not told to.
fn report_leak(cx: &Context<'_>, view: PoolView<'_>, pod: &Pod<'_>, out: &mut Reporter<'_, '_>) {
    let sent = pod.spec.node_selector.as_ref().is_some_and(|labels| !labels.is_empty());
    let chooses = pod.spec.affinity.as_ref().is_some_and(|affinity| affinity.node_affinity.is_some());
    let holds = view.pool.holds_device() || !view.pool.node.resource_claims.is_empty();
    if sent || chooses || holds || pod.spec.tolerations.as_ref().is_none_or(Vec::is_empty) {
        return;
    }
    let of_classes = cx.fleet.hardware_of(view.pool).flat_map(|class| &class.node.tolerate);
    let Some(first) = of_classes.chain(&view.pool.node.tolerate).next() else { return };
    let found = out
        .found(format!("jobs tolerate the taint \"{}\", but select no nodes", first.key.value))
        .severity(Severity::Warning)
        .label(first.span, "allows these nodes, and all others")
        .effect("jobs spread over tainted and other nodes, and take the place of those that the taint keeps it for")
        .help("add a `select` beside it, with a label of the nodes that are meant");
    out.report(found);
}
