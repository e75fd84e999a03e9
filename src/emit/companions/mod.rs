//! The fleet's own programs: fleet-controller, and what it runs at certain times.
//!
//! They are emitted where `versions` names an image, since none is published. All of it lies in the namespace of ARC's
//! controller. Argo CD may prune it: none of it holds data.

mod backup;
mod controller;
mod fleet;
mod pod;
mod rights;

use super::meta::{self, labels};
use super::object::{Body, Object};
use crate::capacity;
use crate::language::nodes::{GuardMode, Upkeep};
use crate::language::value::ImageRef;
use crate::model::Fleet;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;

/// Label by which a Service, and a monitor of Prometheus, finds a program.
const NAME_LABEL: &str = "app.kubernetes.io/name";

/// All of it, for all clusters.
pub fn objects(fleet: &Fleet) -> Vec<Object> {
    let Some(image) = &fleet.versions.fleet_controller else { return Vec::new() };
    let mut all = Vec::new();
    for share in &capacity::shares(fleet) {
        let place = Place { fleet, cluster: share.cluster, image, program: "fleet-controller" };
        place.controller(&mut all);
        place.fleet(share, &mut all);
    }
    for vault in &fleet.vaults {
        if let Some(backup) = &vault.backup {
            let place = Place { fleet, cluster: vault.cluster, image, program: "fleet-backup" };
            place.backup(vault, backup, &mut all);
        }
    }
    all
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
