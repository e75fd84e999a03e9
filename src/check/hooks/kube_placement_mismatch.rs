//! `kube-placement-mismatch`

use super::work;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::{ContainerMode, Select};
use crate::model::Hardware;
use k8s_openapi::api::core::v1::{NodeSelectorTerm, PodSpec};

pub static RULE: Rule = Rule {
    code: "kube-placement-mismatch",
    severity: Severity::Error,
    summary: "the runner's pod and the job's pod are sent to different nodes, or past their hardware",
    explanation: "\
In mode `kubernetes` the job's pod is pinned to the node of its runner. So the runner's pod must select
the pool's hardware, and the job's pod must not ask for more than that: where the runner may stand on a
node that the job's `nodeSelector` excludes, the job's pod is `Pending` for ever, on a pool that looks
healthy.

In mode `kubernetes-novolume` each pod is placed by itself, and the job's pod inherits nothing from its
runner: without the labels of its hardware in its own template it lands on any node that has room, with a
slow processor or without the device.

fleetc writes both templates from `hardware`, `select` and `tolerate`, so this is found where a patch of
one of them is not made in the other. Remove the patch and say it with those words.

Known from: ARC issues 1730 and 4112; hooks 0.7.0 (`getPodAffinity`) and 0.8.1 (no placement at all).
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "a100"
    nodes "gpu" count=2 cpu=64 memory="512Gi" devices=4
}
pool "train" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
}
"#,
    bad: r##"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "a100"
    nodes "gpu" count=2 cpu=64 memory="512Gi" devices=4
}
pool "train" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              nodeSelector:
                $patch: replace
                team: research
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(runner), Some(job)) = (view.objects.runner_pod(), view.objects.job_pod()) else { return };
    if job.node_name.is_some() {
        return;
    }
    let classes: Vec<_> = cx.fleet.hardware_of(view.pool).collect();
    let written = view.pool.hardware.first().map_or(view.pool.span(), |used| used.span);
    match view.pool.mode {
        ContainerMode::Kubernetes if job.affinity.is_none() => {
            if let Some(lack) = unasked(runner, &classes) {
                strays(view, "runners", lack, view.runner_pod_span(written), out);
            } else {
                follows(cx, view, runner, job, &classes, out);
            }
        }
        // A template that drops the pin places the pod by itself; where the volume forbids that,
        // work-rwo-cross-node says so.
        ContainerMode::Kubernetes if !work::reaches_all_nodes(view) => {}
        ContainerMode::Kubernetes | ContainerMode::KubernetesNovolume => {
            if let Some(lack) = unasked(job, &classes) {
                strays(view, "jobs", lack, view.job_pod_span(written), out);
            }
        }
        ContainerMode::Dind | ContainerMode::Default => {}
    }
}

/// A label of a class that a pod does not ask for, though it asks for no other class instead.
fn unasked<'a>(pod: &PodSpec, classes: &[&'a Hardware]) -> Option<(&'a Hardware, &'a Select)> {
    let affinity = pod.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let required = affinity.and_then(|a| a.required_during_scheduling_ignored_during_execution.as_ref());
    let none = [NodeSelectorTerm::default()];
    let terms = required.map_or(none.as_slice(), |required| required.node_selector_terms.as_slice());
    terms.iter().find_map(|term| {
        let lacks: Vec<_> = classes.iter().map(|class| (*class, lack(pod, term, class))).collect();
        let covered = lacks.iter().any(|(_, lack)| lack.is_none());
        let first = lacks.into_iter().find_map(|(class, lack)| Some((class, lack?)));
        first.filter(|_| !covered)
    })
}

/// The first label of a class that neither the pod's selector nor this term of its affinity asks for.
fn lack<'a>(pod: &PodSpec, term: &NodeSelectorTerm, class: &'a Hardware) -> Option<&'a Select> {
    class.node.select.iter().find(|select| {
        let (key, value) = (select.key.as_str(), select.value.as_str());
        let selected = selects(pod, key) == Some(value);
        let in_term = term.match_expressions.iter().flatten().any(|expression| {
            let values = expression.values.as_deref().unwrap_or_default();
            expression.key == key && expression.operator == "In" && matches!(values, [only] if only == value)
        });
        !selected && !in_term
    })
}

fn selects<'a>(pod: &'a PodSpec, key: &str) -> Option<&'a str> {
    pod.node_selector.as_ref()?.get(key).map(String::as_str)
}

fn strays(
    view: PoolView<'_>,
    who: &str,
    (class, select): (&Hardware, &Select),
    span: crate::syntax::Span,
    out: &mut Reporter<'_, '_>,
) {
    let (key, value) = (&select.key.value, &select.value.value);
    let found = out
        .found(format!(
            "{who} of pool \"{}\" may land outside of hardware \"{}\": their pod does not ask for {key}={value}",
            view.pool.name(),
            class.name(),
        ))
        .label(span, format!("lacks {key}={value}"))
        .label(select.span, "its nodes are known by this")
        .effect("jobs run on any node that has room, or wait for ever where none has the devices")
        .help("leave placement to `hardware`, and add to it with `select` and `tolerate` rather than a patch");
    out.report(found);
}

/// Whether a pinned job can run wherever its runner may stand.
fn follows(
    cx: &Context<'_>,
    view: PoolView<'_>,
    runner: &PodSpec,
    job: &PodSpec,
    classes: &[&Hardware],
    out: &mut Reporter<'_, '_>,
) {
    let cluster = cx.fleet.cluster_of(view.pool);
    for (key, value) in job.node_selector.iter().flatten() {
        let of_runner = selects(runner, key);
        // Runners are Linux on the architecture of their image; the fleet file does not say more.
        let implied = ["kubernetes.io/os", "kubernetes.io/arch"].contains(&key.as_str());
        if of_runner == Some(value.as_str()) || (of_runner.is_none() && implied) {
            continue;
        }
        let of_class = |class: &&Hardware| {
            let own = class
                .node
                .select
                .iter()
                .any(|select| select.key.as_str() == key && select.value.as_str() == value);
            let mut groups = class.nodes_in(cluster).peekable();
            own || (groups.peek().is_some()
                && groups.all(|group| {
                    group
                        .labels
                        .iter()
                        .any(|label| label.key.as_str() == key && label.value.as_str() == value)
                }))
        };
        if of_runner.is_none() && !classes.is_empty() && classes.iter().all(of_class) {
            continue;
        }
        let (severity, where_) = match of_runner {
            Some(other) => (Severity::Error, format!("its runner on one with {key}={other}")),
            None => (Severity::Warning, "its runner may stand on one without".to_owned()),
        };
        let found = out
            .found(format!("a job of pool \"{}\" needs a node with {key}={value}, {where_}", view.pool.name()))
            .severity(severity)
            .label(view.job_pod_span(view.pool.span()), "asked for the job's pod alone")
            .effect("the job's pod is pinned to its runner's node and stays Pending until the hook gives up")
            .help(format!("remove it from the patch and write `select \"{key}\" \"{value}\"` in the pool: it goes to the runner's pod, which the job follows"));
        out.report(found);
    }
}
