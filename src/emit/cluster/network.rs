//! What runners and jobs may reach, and what may reach them.

use super::Place;
use crate::emit::meta::{labels, meta};
use crate::model::Fleet;
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyPeer, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

/// The cloud's metadata service, which gives credentials of the node to whoever asks.
pub const METADATA_ADDRESS: &str = "169.254.169.254/32";
/// The same over IPv6 at AWS.
const METADATA_ADDRESS_V6: &str = "fd00:ec2::254/128";

/// Components of ARC that run in the controller's namespace: their metrics are scraped.
const CONTROLLER_COMPONENTS: [&str; 2] = ["controller-manager", "runner-scale-set-listener"];

/// The policy of a namespace of runners; none where the file allows everything or no pool lives.
///
/// Runners and jobs only ever open connections, so nothing may connect to them. Where the file closes
/// the metadata service to them, they may open connections to all other pods and addresses. Pods are
/// named beside the address block because some network plugins (Cilium) do not count pods as addresses.
/// The same plugins may not count nodes either, and so cut off an API server that runs on them: that is
/// why egress is left alone unless the file asks for it.
pub fn policy(fleet: &Fleet, place: &Place<'_>) -> Option<NetworkPolicy> {
    let network = place.node.and_then(|node| node.network.as_ref());
    let ingress = network.is_some_and(|network| network.ingress.value);
    let metadata =
        network.and_then(|network| network.metadata.as_ref()).is_none_or(|metadata| metadata.value);
    if place.pools.is_empty() || (ingress && metadata) {
        return None;
    }
    let mut types = Vec::new();
    if !ingress {
        types.push("Ingress".to_owned());
    }
    if !metadata {
        types.push("Egress".to_owned());
    }
    Some(NetworkPolicy {
        metadata: meta("runners", Some(place.name.as_str()), labels(fleet)),
        spec: Some(NetworkPolicySpec {
            egress: (!metadata).then(|| vec![everything_else()]),
            ingress: None,
            pod_selector: Some(selector(place)),
            policy_types: Some(types),
        }),
    })
}

/// All pods; in the controller's namespace all but ARC's own, whatever labels a job's pod has.
fn selector(place: &Place<'_>) -> LabelSelector {
    let not_ours = LabelSelectorRequirement {
        key: "app.kubernetes.io/component".to_owned(),
        operator: "NotIn".to_owned(),
        values: Some(CONTROLLER_COMPONENTS.map(str::to_owned).into()),
    };
    LabelSelector { match_expressions: place.has_controller.then(|| vec![not_ours]), match_labels: None }
}

fn everything_else() -> NetworkPolicyEgressRule {
    let block = |cidr: &str, except: &str| NetworkPolicyPeer {
        ip_block: Some(IPBlock { cidr: cidr.to_owned(), except: Some(vec![except.to_owned()]) }),
        ..NetworkPolicyPeer::default()
    };
    let pods = NetworkPolicyPeer {
        namespace_selector: Some(LabelSelector::default()),
        ..NetworkPolicyPeer::default()
    };
    NetworkPolicyEgressRule {
        ports: None,
        to: Some(vec![pods, block("0.0.0.0/0", METADATA_ADDRESS), block("::/0", METADATA_ADDRESS_V6)]),
    }
}
