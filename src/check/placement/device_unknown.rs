//! `device-unknown`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::nodes::{DeviceCount, PoolHardware};
use crate::language::suggest::{nearest, one_of};
use crate::language::value::Count;
use crate::model::Hardware;
use crate::syntax::Spanned;

pub static RULE: Rule = Rule {
    code: "device-unknown",
    severity: Severity::Error,
    summary: "a device is counted that the class of machines does not have",
    explanation: "\
`devices=` counts devices of each kind that a class of machines declares. If the class declares none, it
counts nothing: the pool's jobs would run without a device, on a node that they share with others. A
`device \"NAME\" COUNT` of another name than the class's is requested from Kubernetes under that name, and
no node has it: pods stay `Pending` with `Insufficient NAME`, and jobs queue.

It is found in a pool's `hardware` and in the `nodes` of a class.

Declare the device at the class under the name that its device plugin announces on the node
(`kubectl describe node`, under Allocatable), such as `device \"nvidia.com/gpu\"`.

Known from: the documentation of Kubernetes on extended resources and device plugins.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=4
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
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=96 memory="768Gi"
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    hardware "gpu" devices=1
    job cpu=8 memory="64Gi" storage="40Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for class in &cx.fleet.hardware {
        for nodes in &class.node.nodes {
            let who = format!("a node of \"{}\"", nodes.name.value);
            for found in wrong(&who, class, nodes.devices.as_ref(), &nodes.device_counts, out) {
                out.report(found);
            }
        }
    }
    for pool in &cx.fleet.pools {
        for (used, class) in pool.hardware.iter().zip(cx.fleet.hardware_of(pool)) {
            let Some(node) = pool.node.hardware.iter().find(|node| node.span == used.span) else { continue };
            let PoolHardware { devices, device_counts, .. } = node;
            let who = format!("a job of \"{}\"", pool.name());
            for found in wrong(&who, class, devices.as_ref(), device_counts, out) {
                out.report_about(pool, found);
            }
        }
    }
}

/// Counts of devices that the class does not declare.
fn wrong(
    who: &str,
    class: &Hardware,
    all: Option<&Spanned<Count>>,
    single: &[DeviceCount],
    out: &Reporter<'_, '_>,
) -> Vec<Diagnostic> {
    let names: Vec<_> = class.node.devices.iter().map(|device| device.name.as_str()).collect();
    let mut all_found = Vec::new();
    if let Some(count) = all.filter(|count| names.is_empty() && count.value.0 > 0) {
        all_found.push(
            out.found(format!(
                "{who} has {} of each device, but hardware \"{}\" declares no device",
                count.value,
                class.name()
            ))
            .label(count.span, "counts nothing")
            .label(class.node.name.span, "no `device`")
            .effect("jobs are given no device: they fail, or run on a node that has none")
            .help("add `device \"DOMAIN/NAME\"` to the class, as its device plugin announces it, or remove `devices=`"),
        );
    }
    for device in single.iter().filter(|device| !names.contains(&device.name.as_str())) {
        let help = match nearest(device.name.as_str(), names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if names.is_empty() => format!("add `device \"{}\"` to the class", device.name.value),
            None => format!("its devices are {}", one_of(names.iter().copied())),
        };
        all_found.push(
            out.found(format!("hardware \"{}\" has no device \"{}\"", class.name(), device.name.value))
                .label(device.name.span, "not a device of the class")
                .label(class.node.name.span, "the class")
                .effect("no node offers it: pods stay Pending, and jobs queue for ever")
                .help(help),
        );
    }
    all_found
}
