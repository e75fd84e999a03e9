//! `capacity-lost`

use super::*;
use crate::monitoring::query::Query;
use std::collections::BTreeMap;

/// Devices that the fleet file declares for the nodes of a cluster.
fn declared(scope: Scope<'_>) -> BTreeMap<String, u64> {
    let fleet = scope.fleet;
    let cluster = &fleet.clusters[scope.cluster];
    let mut all = BTreeMap::new();
    for class in &fleet.hardware {
        for nodes in class.nodes_in(cluster) {
            for (device, each) in class.devices_of(nodes) {
                let more = u64::from(each) * u64::from(nodes.count.value.0);
                *all.entry(device.to_string()).or_insert(0) += more;
            }
        }
    }
    all.retain(|_, count| *count > 0);
    all
}

/// A resource as kube-state-metrics writes it.
fn resource(device: &str) -> String {
    device.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

impl Typed for nodes::CapacityLost {
    const NAME: &'static str = "CapacityLost";
    const SOURCE: Source = Source::KubeState;
    node!(capacity_lost);

    /// None where the file declares no devices.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition> {
        let short = |(device, count): (String, u64)| {
            let closed = series(&kube::NODE_UNSCHEDULABLE).query().equal(number(1.0));
            let there = series(&kube::NODE_ALLOCATABLE).eq("resource", &resource(&device)).query();
            let there = there.unless_on(&["node"], closed).sum(&[]).or_zero();
            there.with_label("device", &device).lt(number(count as f64))
        };
        let expr = declared(scope).into_iter().map(short).reduce(Query::or)?;
        Some(Condition {
            expr,
            summary: "Only {{ $value }} of the devices {{ $labels.device }} are there".to_owned(),
            description: "Nodes that take pods offer fewer than the fleet file declares: a node is down, cordoned, or its device plugin is. Jobs that need them queue.".to_owned(),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let declared = declared(scope);
        let Some((lost, count)) = declared.first_key_value() else { return Vec::new() };
        let there = |less: u64, cordoned: bool| {
            let mut samples = Vec::new();
            for (device, all) in &declared {
                let left = if device == lost { all - less } else { *all };
                let of = series(&kube::NODE_ALLOCATABLE).eq("node", "a").eq("resource", &resource(device));
                samples.push(sample::constant(of, left as f64));
            }
            if cordoned {
                let of = series(&kube::NODE_ALLOCATABLE).eq("node", "b").eq("resource", &resource(lost));
                samples.push(sample::constant(of, less as f64));
                samples.push(sample::constant(series(&kube::NODE_UNSCHEDULABLE).eq("node", "b"), 1.0));
            }
            samples
        };
        let at = after(&self.hold, 300);
        vec![
            Case::fires("one is missing", at, there(1, false)),
            Case::fires("the last one is on a cordoned node", at, there(*count, true)),
            Case::quiet("all are there", at, there(0, false)),
        ]
    }
}
