//! `shape-fragmentation`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::value::DeviceName;
use crate::model::Pool;
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    code: "shape-fragmentation",
    severity: Severity::Warning,
    summary: "jobs with many devices share nodes with jobs with few, and may never find a free node",
    explanation: "\
A job that needs all devices of a node starts only when the whole node is free. Jobs that need one
device take any that is free. Where both share nodes and the small ones keep coming, a whole node is
never free at once: the large job waits behind jobs that came after it, with devices free all the time.
The scheduler does not reserve a node for it.

It does not happen where the nodes are shared but everything fits at once (see `class-overcommit`) and
each pool's max leaves the large jobs their nodes; fleetc warns only where small jobs alone could stand
on every node.

Give the large jobs a class of their own, or lower the max of the small ones so that they can't stand
on every node.

Known from: pytorch/ci-infra issue 498.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=4 cpu=96 memory="768Gi" devices=8
}

pool "small" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=1
    job cpu=8 memory="64Gi" storage="20Gi"
}

pool "large" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=8
    job cpu=64 memory="512Gi" storage="20Gi"
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=4 cpu=96 memory="768Gi" devices=8
}

pool "small" {
    mode "kubernetes-novolume"
    runners max=8
    hardware "gpu" devices=1
    job cpu=8 memory="64Gi" storage="20Gi"
}

pool "large" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=8
    job cpu=64 memory="512Gi" storage="20Gi"
}
"#,
    check: Check::Fleet(check),
};

/// Pools that use a device of a class in a cluster, each with the number that a job of it holds.
type Users<'a> = BTreeMap<(usize, usize, &'a DeviceName), Vec<(u32, &'a Pool)>>;

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut users: Users<'_> = BTreeMap::new();
    for pool in &cx.fleet.pools {
        for used in &pool.hardware {
            for (device, count) in &used.devices {
                users.entry((pool.cluster, used.class, device)).or_default().push((*count, pool));
            }
        }
    }
    for ((cluster, class, device), mut pools) in users {
        pools.sort_by_key(|(count, _)| *count);
        let Some((large, largest)) = pools.last().copied() else { continue };
        let class = &cx.fleet.hardware[class];
        let nodes = class.count_in(&cx.fleet.clusters[cluster]);
        let small = pools.iter().filter(|(count, pool)| *count * 2 <= large && pool.max().is_some());
        let small: Vec<_> = small.copied().collect();
        let standing: u64 = small.iter().filter_map(|(_, pool)| pool.max()).map(u64::from).sum();
        let per_node = class
            .nodes_in(&cx.fleet.clusters[cluster])
            .filter_map(|group| class.devices_of(group).get(device).copied());
        // A large job that leaves room beside itself on every node is not kept out by one small job.
        let whole_node = per_node.max().is_some_and(|most| large * 2 > most);
        let Some((count, first)) =
            small.first().copied().filter(|_| whole_node && standing >= u64::from(nodes) && nodes > 0)
        else {
            continue;
        };
        let found = out
            .found(format!(
                "jobs of pool \"{}\" need {large} x {device} on one node, and smaller jobs can stand on all {nodes} nodes of class \"{}\"",
                largest.name(),
                class.name()
            ))
            .label(largest.hardware.first().map_or(largest.span(), |used| used.span), format!("{large} of a node's devices at once"))
            .label(first.max_span(), format!("up to {standing} smaller jobs, {count} device here"))
            .effect("the large job waits as long as small ones keep coming, although enough devices are free in all")
            .help("give the large jobs a class of their own nodes, or lower the small pools' max below the number of nodes");
        out.report_about(largest, found);
    }
}
