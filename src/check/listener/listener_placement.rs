//! `listener-placement`

use super::{pod, span};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::emit::meta::NO_DISRUPTION;
use crate::model::Hardware;

/// The label that keeps a Linux image off Windows nodes.
const OS: &str = "kubernetes.io/os";

pub static RULE: Rule = Rule {
    code: "listener-placement",
    severity: Severity::Warning,
    summary: "a listener may land where it should not, or be moved",
    explanation: "\
Listeners inherit nothing from the pool or the controller. Without a node selector one may land on a
Windows node (before 0.14 nothing kept it off) and never start. One that tolerates the taint of scarce
machines takes their place, and on autoscaled ones keeps a whole machine alive for a pod of 64Mi. One that
an autoscaler moves is away for some seconds to minutes, in which its pool takes no job.

fleetc sends listeners to Linux nodes, marks them as not to be disrupted, and tolerates only what
`listener { tolerate … }` says. Where listeners tolerate the taint of a class with devices, send them elsewhere
with `select`. The rule also finds patches that take the defaults away.

Known from: ARC issues 2652, 4286, 4377 and 4331.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    tolerate "nvidia.com/gpu" effect="NoSchedule"
    nodes "gpu" count=2 cpu=64 memory="256Gi" devices=4
}
pool "gpu" {
    mode "kubernetes"
    work "10Gi"
    runners max=4
    hardware "gpu" devices=1
    job cpu=4 memory="16Gi"
    listener {
        select "node-pool" "system"
    }
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    tolerate "nvidia.com/gpu" effect="NoSchedule"
    nodes "gpu" count=2 cpu=64 memory="256Gi" devices=4
}
pool "gpu" {
    mode "kubernetes"
    work "10Gi"
    runners max=4
    hardware "gpu" devices=1
    job cpu=4 memory="16Gi"
    listener {
        tolerate "nvidia.com/gpu" effect="NoSchedule"
    }
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let name = view.pool.name();
    let Some(pod) = pod(view) else { return };
    let selector = pod.node_selector.as_ref();
    if selector.is_none_or(|selector| !selector.contains_key(OS)) {
        let found = out
            .found(format!("the listener of pool \"{name}\" may land on a node of any operating system"))
            .label(span(view), format!("takes {OS} away"))
            .effect("on a Windows node it never starts, and the pool takes no job")
            .help(format!("keep `{OS}: linux` in its node selector"));
        out.report(found);
    }
    let template = view.objects.runner_set.spec.listener_template.as_ref();
    let annotations = template.and_then(|t| t.metadata.as_ref()).and_then(|m| m.annotations.as_ref());
    let is_set = |(key, value): (&str, &str)| {
        annotations.and_then(|annotations| annotations.get(key)).is_some_and(|own| own == value)
    };
    if let Some((key, value)) = NO_DISRUPTION.into_iter().find(|pair| !is_set(*pair)) {
        let found = out
            .found(format!("autoscalers may move the listener of pool \"{name}\""))
            .label(span(view), format!("without {key}"))
            .effect("while it moves, the pool takes no job")
            .help(format!("keep the annotation `{key}: \"{value}\"`"));
        out.report(found);
    }
    let elsewhere = selector.is_some_and(|selector| selector.keys().any(|key| key != OS));
    // Nearly all listeners are plain: they need not be held against every class.
    let is_plain = pod.tolerations.is_none() && !elsewhere;
    let may_hold = |class: &&Hardware| {
        class.is_scarce() && (!is_plain || class.node.select.iter().all(|select| select.key.as_str() == OS))
    };
    for class in cx.fleet.hardware.iter().filter(may_hold) {
        let labels = class.node.select.iter().map(|select| (select.key.as_str(), select.value.as_str()));
        let chosen = !class.node.select.is_empty()
            && labels.into_iter().all(|(key, value)| {
                selector.and_then(|selector| selector.get(key)).is_some_and(|own| own == value)
            });
        let taints = class.node.tolerate.iter().map(|taint| taint.key.as_str());
        let tolerated = pod.tolerations.iter().flatten().any(|toleration| match toleration.key.as_deref() {
            None | Some("") => !class.node.tolerate.is_empty(),
            Some(key) => taints.clone().any(|taint| taint == key),
        });
        if chosen || (tolerated && !elsewhere) {
            let found = out
                .found(format!("the listener of pool \"{name}\" may land on machines of \"{}\"", class.name()))
                .label(span(view), if chosen { "selects them" } else { "tolerates their taint" })
                .label(class.node.name.span, "has devices")
                .effect("a pod that is always on takes room beside devices, and keeps autoscaled machines alive")
                .help("send it elsewhere with `listener { select \"LABEL\" \"VALUE\" }`, or remove the toleration");
            out.report(found);
        }
    }
}
