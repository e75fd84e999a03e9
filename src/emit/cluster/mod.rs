//! What a cluster is given beside its pools: namespaces with their guards, cache claims, priorities.

mod claims;
mod guard;
mod namespace;
mod network;
mod pod_security;
mod priority;

pub use network::METADATA_ADDRESS;
pub use pod_security::needed;

use super::object::{Body, Object, PoolObjects};
use crate::language::nodes;
use crate::language::value::Name;
use crate::model::{Fleet, Pool};

/// All of it, for all clusters. `pools` are the objects of the fleet's pools, in their order.
pub fn objects(fleet: &Fleet, pools: &[PoolObjects]) -> Vec<Object> {
    let mut all = Vec::new();
    for place in places(fleet) {
        let folder = format!("{}cluster/namespaces/{}/", fleet.clusters[place.cluster].folder(), place.name);
        let mut add = |file: &str, body| all.push(Object::new(format!("{folder}{file}.yaml"), body));
        if place.node.is_none_or(|node| node.create.value) {
            add("namespace", Body::Namespace(namespace::namespace(fleet, pools, &place)));
        }
        if let Some(quota) = guard::quota(fleet, &place) {
            add("resource-quota", Body::ResourceQuota(quota));
        }
        if let Some(range) = guard::limit_range(fleet, &place) {
            add("limit-range", Body::LimitRange(range));
        }
        if let Some(policy) = network::policy(fleet, &place) {
            add("network-policy", Body::NetworkPolicy(policy));
        }
        for (name, claim) in claims::claims(fleet, &place) {
            add(&format!("claim-{name}"), Body::PersistentVolumeClaim(Box::new(claim)));
        }
    }
    for cluster in &fleet.clusters {
        for priority in &fleet.priorities {
            let path = format!("{}cluster/priorities/{}.yaml", cluster.folder(), priority.name.value);
            all.push(Object::new(path, Body::PriorityClass(priority::class(fleet, priority))));
        }
    }
    all
}

/// A namespace of one cluster that fleetc looks after: pools live in it, or the controller does.
struct Place<'a> {
    cluster: usize,
    name: &'a Name,
    node: Option<&'a nodes::Namespace>,
    pools: &'a [usize],
    /// Whether the controller and the listeners run here.
    has_controller: bool,
}

impl<'a> Place<'a> {
    fn pools(&self, fleet: &'a Fleet) -> impl Iterator<Item = &'a Pool> + use<'a> {
        let members: &'a [usize] = self.pools;
        members.iter().filter_map(|at| fleet.pools.get(*at))
    }
}

fn places(fleet: &Fleet) -> Vec<Place<'_>> {
    let controller = &fleet.controller;
    let mut places: Vec<_> = fleet
        .namespaces
        .iter()
        .map(|namespace| Place {
            cluster: namespace.cluster,
            name: &namespace.name,
            node: namespace.node.as_ref(),
            pools: &namespace.pools,
            has_controller: namespace.name == controller.namespace,
        })
        .collect();
    if controller.managed {
        for cluster in 0..fleet.clusters.len() {
            let known = |place: &Place<'_>| place.cluster == cluster && place.has_controller;
            if !places.iter().any(known) {
                places.push(Place {
                    cluster,
                    name: &controller.namespace,
                    node: controller.namespace_node.as_ref(),
                    pools: &[],
                    has_controller: true,
                });
            }
        }
    }
    places
}
