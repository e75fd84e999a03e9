//! Definitions of the resources.

use super::super::meta::{KEEP, labels, map};
use super::super::object::{Body, Object};
use crate::model::Fleet;

/// Folder of the definitions. Argo CD applies it before everything else.
pub const FOLDER: &str = "definitions";

/// The definitions, for each cluster in which a server is looked after. Argo CD never prunes them: with a definition
/// would go all its resources, and with those what they stand for.
pub fn objects(fleet: &Fleet) -> Vec<Object> {
    let mut all = Vec::new();
    for (at, cluster) in fleet.clusters.iter().enumerate() {
        if !fleet.vaults.iter().any(|vault| vault.cluster == at) {
            continue;
        }
        for mut definition in fleet_model::vault::definitions() {
            definition.metadata.labels = Some(labels(fleet));
            definition.metadata.annotations = Some(map([KEEP]));
            let path = format!("{}{FOLDER}/{}.yaml", cluster.folder(), definition.spec.names.plural);
            all.push(Object::new(path, Body::CustomResourceDefinition(Box::new(definition))));
        }
    }
    all
}
