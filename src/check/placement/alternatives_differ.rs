//! `alternatives-differ`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "alternatives-differ",
    severity: Severity::Error,
    summary: "a pool asks its alternative classes for different devices",
    explanation: "\
Several `hardware` of a pool are alternatives for the same job, and the job's container can request
only one set of devices: Kubernetes knows no \"a GPU here, none there\". Where the classes differ, the
request of the first one counts, so nodes of the other class that lack such a device are never used.
Jobs wait for the first class while the second is idle, and the numbers of the fleet count on both.

Ask every class for the same devices, or make two pools, each with a name that `runs-on` can choose.

Known from: the way in which Kubernetes schedules extended resources.
",
    good: r#"
hardware "a100" {
    device "nvidia.com/gpu"
    select "gpu" "a100"
    nodes "a100" count=2 cpu=96 memory="768Gi" devices=4
}

hardware "h100" {
    device "nvidia.com/gpu"
    select "gpu" "h100"
    nodes "h100" count=2 cpu=96 memory="768Gi" devices=4
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    hardware "a100" devices=1
    hardware "h100" devices=1
    job cpu=8 memory="64Gi" storage="40Gi"
}
"#,
    bad: r#"
hardware "a100" {
    device "nvidia.com/gpu"
    select "gpu" "a100"
    nodes "a100" count=2 cpu=96 memory="768Gi" devices=4
}

hardware "cpu" {
    select "gpu" "none"
    nodes "cpu" count=8 cpu=96 memory="768Gi"
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    hardware "a100" devices=1
    hardware "cpu"
    job cpu=8 memory="64Gi" storage="40Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let mut uses = view.pool.hardware.iter().zip(cx.fleet.hardware_of(view.pool));
    let Some((first, first_class)) = uses.next() else { return };
    let Some((other, class)) = uses.find(|(used, _)| used.devices != first.devices) else { return };
    let found = out
        .found(format!(
            "jobs hold other devices on hardware \"{}\" than on \"{}\", but a job can request only one set",
            class.name(),
            first_class.name()
        ))
        .label(other.span, "other devices")
        .label(first.span, "what jobs request")
        .effect("jobs request the devices of the first class, so nodes of the other may never be used")
        .help("ask both for the same devices, or make a pool of each");
    out.report(found);
}
