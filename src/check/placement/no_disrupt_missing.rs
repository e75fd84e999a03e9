//! `no-disrupt-missing`

use crate::check::findings::Reporter;
use crate::check::pods::{Pod, pods};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::emit::meta::NO_DISRUPTION;

pub static RULE: Rule = Rule {
    code: "no-disrupt-missing",
    severity: Severity::Error,
    summary: "an autoscaler may take a pod away while its job runs",
    explanation: "\
Autoscalers empty nodes to save money and count on pods to start again elsewhere. A job can't: it is
lost, GitHub shows `The self-hosted runner lost communication with the server`, and the runner's slot is
taken until the job's time is over.

Two annotations keep Karpenter (`karpenter.sh/do-not-disrupt: \"true\"`) and the Cluster Autoscaler
(`cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\"`) from that. fleetc writes them on the runner's
pod and on the pod of a job: one without the other is lost as well. This rule finds a `pod-annotation`
or a patch that takes one away. It is an error on hardware that is `autoscaled`, and a warning elsewhere:
people drain nodes too.

`karpenter.sh/do-not-evict` is dead since Karpenter 1.0. The annotation reaches a new pod after it is
placed, so also let Karpenter consolidate nodes of runners only `WhenEmpty`.

Known from: Karpenter issues 651, 701, 1167; ARC issues 4102, 4148, 4197.
",
    good: r#"
hardware "cloud" autoscaled=#true {
    select "ci" "true"
    nodes "cloud" count=10 cpu=64 memory="256Gi"
}

pool "tests" {
    mode "dind"
    runners max=4
    hardware "cloud"
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
hardware "cloud" autoscaled=#true {
    select "ci" "true"
    nodes "cloud" count=10 cpu=64 memory="256Gi"
}

pool "tests" {
    mode "dind"
    runners max=4
    hardware "cloud"
    job cpu=4 memory="8Gi" storage="40Gi"
    pod-annotation "cluster-autoscaler.kubernetes.io/safe-to-evict" "true"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let autoscaled = cx.fleet.hardware_of(view.pool).find(|class| class.node.autoscaled.value);
    for (key, value) in NO_DISRUPTION {
        let missing: Vec<_> = pods(view).filter(|pod| annotation(pod, key) != Some(value)).collect();
        let Some(first) = missing.first() else { continue };
        let who: Vec<_> = missing.iter().map(|pod| pod.what).collect();
        let own = view.pool.node.pod_annotations.iter().find(|note| note.key.as_str() == key);
        let span = own.map(|note| note.span).or(first.patched).unwrap_or(view.pool.span());
        let mut found = out
            .found(format!("{} of pool \"{}\" may be moved: {key} is not \"{value}\"", who.join(" and "), view.pool.name()))
            .label(span, "lets an autoscaler end its jobs")
            .effect("jobs are lost when a node is emptied: \"The self-hosted runner lost communication with the server\"")
            .help("remove this: fleetc writes the annotation itself");
        match autoscaled {
            Some(class) => found = found.label(class.node.autoscaled.span, "nodes of it are removed"),
            None => found = found.severity(Severity::Warning),
        }
        out.report(found);
    }
}

fn annotation<'a>(pod: &'a Pod<'_>, key: &str) -> Option<&'a str> {
    pod.metadata?.annotations.as_ref()?.get(key).map(String::as_str)
}
