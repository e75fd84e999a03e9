//! `update-strategy-scarce`

use super::patched_values;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::UpdateStrategy;

pub static RULE: Rule = Rule {
    code: "update-strategy-scarce",
    severity: Severity::Error,
    summary: "the update strategy starts new runners beside old ones on scarce hardware",
    explanation: "\
When the pod template of a pool changes, the controller replaces its runners. With the update strategy
`immediate` (the chart's default) the new set of runners starts at once, while jobs of the old set still
run: for that time a pool may have twice its `max`. Where there are only so many devices, the new
runners find none. They wait as Pending, jobs that GitHub has handed to them wait for a device, and the
container hooks give up after their timeout: jobs fail that would only have queued.

Write `update-strategy=\"eventual\"`, which is what fleetc does where the file says nothing: the new set
starts when the last job of the old one is done. Changes take longer to arrive, and no device is
asked for twice.

Known from: the chart `gha-runner-scale-set-controller` 0.14.2, whose own text speaks of
over-provisioning.
",
    good: r#"
controller update-strategy="eventual"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=64 memory="256Gi" devices=4
}
pool "gpu" {
    mode "kubernetes"
    work "10Gi"
    runners max=8
    hardware "gpu" devices=1
    job cpu=4 memory="16Gi"
}
"#,
    bad: r#"
controller update-strategy="immediate"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=64 memory="256Gi" devices=4
}
pool "gpu" {
    mode "kubernetes"
    work "10Gi"
    runners max=8
    hardware "gpu" devices=1
    job cpu=4 memory="16Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let controller = &cx.fleet.controller;
    let mut spans = Vec::new();
    if let Some(node) = &controller.node
        && node.update_strategy.value == UpdateStrategy::Immediate
    {
        spans.push(node.update_strategy.span);
    } else {
        let patched = patched_values(cx);
        let immediate =
            patched.filter(|(values, _)| values.flags.update_strategy == UpdateStrategy::Immediate.word());
        spans.extend(immediate.map(|(_, span)| span));
    }
    let mut scarce = cx.fleet.pools.iter().filter(|pool| pool.holds_device());
    let Some(first) = scarce.next() else { return };
    let more = scarce.count();
    let pools = match more {
        0 => format!("pool \"{}\" runs", first.name()),
        _ => format!("pool \"{}\" and {more} more run", first.name()),
    };
    for span in spans {
        let found = out
            .found(format!("{pools} on scarce hardware, and new runners start beside the old ones"))
            .label(span, "immediate")
            .label(first.span(), "holds devices")
            .effect("after a change of its pod template a pool has up to twice its runners: the new ones find no device, and their jobs fail in the end")
            .help("write `update-strategy=\"eventual\"`");
        out.report(found);
    }
}
