//! The fleet's own programs: fleet-controller, and what it runs at certain times; fleet-exporter.
//!
//! They are emitted where `versions` names an image, since none is published. All of it lies in the namespace of ARC's
//! controller. Argo CD may prune all of it that holds no data.

mod backup;
mod controller;
mod exporter;
mod exporter_config;
mod fleet;
mod pod;
mod proxy;
mod rights;

pub use exporter_config::POOLS;

use super::meta::{self, labels};
use super::object::{Body, Object, PoolObjects};
use crate::capacity;
use crate::language::nodes::{GuardMode, Upkeep};
use crate::language::value::ImageRef;
use crate::model::Fleet;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;

/// Label by which a Service, and a monitor of Prometheus, finds a program.
const NAME_LABEL: &str = "app.kubernetes.io/name";

/// All of it, for all clusters. `pools` are the objects of the fleet's pools, in their order.
pub fn objects(fleet: &Fleet, pools: &[PoolObjects]) -> Vec<Object> {
    let mut all = Vec::new();
    if let Some(image) = &fleet.versions.fleet_controller {
        controller(fleet, image, &mut all);
    }
    if let (Some(image), Some(exporter)) = (&fleet.versions.fleet_exporter, fleet.the_exporter()) {
        // What GitHub says is the same in all clusters: it is asked once.
        Place { fleet, cluster: 0, image, program: "fleet-exporter" }.exporter(exporter, pools, &mut all);
    }
    all
}

/// fleet-controller, and backups by it.
fn controller(fleet: &Fleet, image: &ImageRef, all: &mut Vec<Object>) {
    for share in &capacity::shares(fleet) {
        let place = Place { fleet, cluster: share.cluster, image, program: "fleet-controller" };
        place.controller(all);
        place.fleet(share, all);
    }
    for vault in &fleet.vaults {
        if let Some(backup) = &vault.backup {
            let place = Place { fleet, cluster: vault.cluster, image, program: "fleet-backup" };
            place.backup(vault, backup, all);
        }
    }
}

/// Whether fleet-controller is emitted and sets the numbers of pools.
pub fn guard_enforces(fleet: &Fleet) -> bool {
    let enforces = |node: &Upkeep| node.guard.value == GuardMode::Enforce;
    fleet.versions.fleet_controller.is_some() && fleet.upkeep.as_ref().is_some_and(enforces)
}

/// A program in a cluster.
#[derive(Clone, Copy)]
struct Place<'a> {
    fleet: &'a Fleet,
    /// Index of the cluster.
    cluster: usize,
    image: &'a ImageRef,
    program: &'static str,
}

impl<'a> Place<'a> {
    fn namespace(self) -> &'a str {
        self.fleet.controller.namespace.as_str()
    }

    /// Labels of its objects and pods.
    fn labels(self) -> BTreeMap<String, String> {
        let mut labels = labels(self.fleet);
        labels.insert(NAME_LABEL.to_owned(), self.program.to_owned());
        labels
    }

    /// What its pods are found by. It is part of what can't be changed in a Deployment.
    fn selector(self) -> BTreeMap<String, String> {
        meta::map([(NAME_LABEL, self.program), ("app.kubernetes.io/part-of", self.fleet.node.name.as_str())])
    }

    fn meta(self, name: &str) -> ObjectMeta {
        meta::meta(name, Some(self.namespace()), self.labels())
    }

    fn object(self, path: &str, body: Body) -> Object {
        Object::new(format!("{}{path}.yaml", self.fleet.clusters[self.cluster].folder()), body)
    }
}
