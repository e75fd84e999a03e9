//! Volume claims of caches.

use super::Place;
use crate::emit::meta::{IGNORE_HEALTH, KEEP, labels, map, meta, quantity};
use crate::language::nodes::Claim;
use crate::model::{CacheKind, Fleet};
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, VolumeResourceRequirements,
};
use std::collections::BTreeMap;

/// The claims that pools of the namespace use, by name.
///
/// Argo CD never deletes them: a pruned claim is lost data. Nor does it wait for them: with a storage
/// class that binds late a claim is pending until the first job, and Argo CD would hold back the very
/// pools whose jobs bind it.
pub fn claims<'a>(fleet: &'a Fleet, place: &Place<'a>) -> BTreeMap<&'a str, PersistentVolumeClaim> {
    let mut claims = BTreeMap::new();
    let mut used: Vec<usize> = place.pools(fleet).flat_map(|pool| pool.caches.iter().copied()).collect();
    used.sort_unstable();
    used.dedup();
    for cache in used.into_iter().filter_map(|at| fleet.caches.get(at)) {
        if let CacheKind::Claim(node) = &cache.kind {
            claims.entry(node.name.as_str()).or_insert_with(|| claim(fleet, place, node));
        }
    }
    claims
}

fn claim(fleet: &Fleet, place: &Place<'_>, node: &Claim) -> PersistentVolumeClaim {
    let mut metadata = meta(node.name.as_str(), Some(place.name.as_str()), labels(fleet));
    metadata.annotations = Some(map([KEEP, IGNORE_HEALTH]));
    let requests = BTreeMap::from([("storage".to_owned(), quantity(node.size.value))]);
    PersistentVolumeClaim {
        metadata,
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec![node.access.to_string()]),
            resources: Some(VolumeResourceRequirements { requests: Some(requests), limits: None }),
            storage_class_name: node.storage_class.as_ref().map(|class| class.to_string()),
            ..PersistentVolumeClaimSpec::default()
        }),
        status: None,
    }
}
