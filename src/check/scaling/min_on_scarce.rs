//! `min-on-scarce`

use super::{min, min_span};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "min-on-scarce",
    severity: Severity::Warning,
    summary: "idle runners hold devices that no job uses",
    explanation: "\
In the modes `dind` and `default` steps run in the runner's own pod, so the device belongs to that pod. It is
found where such a pool asks for devices and keeps idle runners with `min`.

Each idle runner holds its devices day and night, and other pools on the same hardware never get them. `min`
counts idle runners on top of the busy ones, so the pool takes that many devices beyond its jobs for as long as `max` allows.

Write `min=0`: a runner starts in seconds where its image is on the node. Or use the mode `kubernetes` or
`kubernetes-novolume`, in which an idle runner is a small agent and only the pod of a job holds the device; `min` then
costs almost nothing.

Known from: ARC's design record for `minRunners` (issue 3040), ARC issue 3139.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=2 cpu=64 memory="512Gi" devices=4
}
pool "train" {
    mode "default"
    runners max=4
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=2 cpu=64 memory="512Gi" devices=4
}
pool "train" {
    mode "default"
    runners min=2 max=4
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let pool = view.pool;
    let min = min(view);
    if min == 0 || pool.mode.has_workflow_pod() || !pool.holds_device() {
        return;
    }
    let held = pool.devices().into_iter().filter(|(_, count)| *count > 0);
    let held: Vec<_> =
        held.map(|(name, count)| format!("{} {name}", u64::from(count) * u64::from(min))).collect();
    let class = cx.fleet.hardware_of(pool).next().map_or("", |class| class.name());
    let runners =
        if min == 1 { "1 idle runner holds".to_owned() } else { format!("{min} idle runners hold") };
    let mut found = out
        .found(format!("{runners} {} of hardware \"{class}\"", held.join(" and ")))
        .label(min_span(view), "kept ready with their devices");
    if let Some(used) = pool.hardware.first() {
        found = found.label(used.span, "what each of them holds");
    }
    found = found.effect("the devices are taken day and night, also while no job of this pool runs").help(
        "write min=0, or the mode \"kubernetes-novolume\", in which only the pod of a job holds devices",
    );
    out.report(found);
}
