//! Names and labels that all objects share.

use crate::model::Fleet;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;

/// Label of pods and objects that belong to a pool.
pub const POOL_LABEL: &str = "fleetc.dev/pool";

/// Label that tells a runner's pod from a job's. The spread of runners counts runners alone.
pub const ROLE_LABEL: &str = "fleetc.dev/role";

/// Annotations that keep autoscalers from moving a pod whose job can't be moved.
pub const NO_DISRUPTION: [(&str, &str); 2] = [
    // Karpenter 1.0 and later; `do-not-evict` is dead.
    ("karpenter.sh/do-not-disrupt", "true"),
    ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"),
];

/// Keeps Argo CD from deleting an object, whatever leaves the output or whichever Application is deleted.
pub const KEEP: (&str, &str) = ("argocd.argoproj.io/sync-options", "Prune=false,Delete=false");

/// Makes Argo CD delete an object only when everything else of the sync is done.
pub const PRUNE_LAST: (&str, &str) = ("argocd.argoproj.io/sync-options", "PruneLast=true");

/// Makes Argo CD delete and create an object whose fields can't be changed.
pub const REPLACE: (&str, &str) = ("argocd.argoproj.io/sync-options", "Force=true,Replace=true");

/// Keeps Argo CD from waiting for an object.
pub const IGNORE_HEALTH: (&str, &str) = ("argocd.argoproj.io/ignore-healthcheck", "true");

/// Labels of every object that fleetc writes. Nothing in them changes from commit to commit.
pub fn labels(fleet: &Fleet) -> BTreeMap<String, String> {
    map([("app.kubernetes.io/managed-by", "fleetc"), ("app.kubernetes.io/part-of", fleet.node.name.as_str())])
}

/// Name, namespace and labels of an object.
pub fn meta(
    name: impl Into<String>,
    namespace: Option<&str>,
    labels: BTreeMap<String, String>,
) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.into()),
        namespace: namespace.map(str::to_owned),
        labels: Some(labels),
        ..ObjectMeta::default()
    }
}

/// A map of strings.
pub fn map<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// A quantity as Kubernetes writes it.
pub fn quantity(value: impl std::fmt::Display) -> Quantity {
    Quantity(value.to_string())
}

/// `None` for an empty list: Kubernetes writes nothing there.
///
/// Spare room is given back. A `Volume` of k8s-openapi is some 3 KiB, and large fleets have many.
pub fn non_empty<T>(mut list: Vec<T>) -> Option<Vec<T>> {
    list.shrink_to_fit();
    (!list.is_empty()).then_some(list)
}
