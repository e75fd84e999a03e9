//! ResourceQuota and LimitRange: a second guard behind the numbers of the pools.

use super::Place;
use crate::emit::meta::{labels, meta, quantity};
use crate::model::Fleet;
use k8s_openapi::api::core::v1::{
    LimitRange, LimitRangeItem, LimitRangeSpec, ResourceQuota, ResourceQuotaSpec,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::collections::BTreeMap;

/// Name of both objects: a namespace has one of each.
const NAME: &str = "runners";

/// The most that the namespace's pods may request together.
pub fn quota(fleet: &Fleet, place: &Place<'_>) -> Option<ResourceQuota> {
    let node = place.node?.quota.as_ref()?;
    let mut hard: BTreeMap<String, Quantity> = BTreeMap::new();
    let mut state = |name: &str, amount: Option<Quantity>| {
        hard.extend(amount.map(|amount| (name.to_owned(), amount)));
    };
    state("requests.cpu", node.cpu.as_ref().map(|cpu| quantity(cpu.value)));
    state("requests.memory", node.memory.as_ref().map(|memory| quantity(memory.value)));
    state("requests.ephemeral-storage", node.storage.as_ref().map(|storage| quantity(storage.value)));
    state("pods", node.pods.as_ref().map(|pods| quantity(pods.value)));
    Some(ResourceQuota {
        metadata: meta(NAME, Some(place.name.as_str()), labels(fleet)),
        spec: Some(ResourceQuotaSpec { hard: Some(hard), ..ResourceQuotaSpec::default() }),
        status: None,
    })
}

/// Requests and limits of containers that state none.
///
/// A quota on processor time or memory makes Kubernetes refuse every container without a request for
/// it; the rule `quota-too-small` asks for `limits` where pools have such containers.
pub fn limit_range(fleet: &Fleet, place: &Place<'_>) -> Option<LimitRange> {
    let limits = place.node?.limits.as_ref()?;
    let amounts = BTreeMap::from([
        ("cpu".to_owned(), quantity(limits.cpu.value)),
        ("memory".to_owned(), quantity(limits.memory.value)),
    ]);
    let item = LimitRangeItem {
        default: Some(amounts.clone()),
        default_request: Some(amounts),
        type_: "Container".to_owned(),
        ..LimitRangeItem::default()
    };
    Some(LimitRange {
        metadata: meta(NAME, Some(place.name.as_str()), labels(fleet)),
        spec: Some(LimitRangeSpec { limits: vec![item] }),
    })
}
