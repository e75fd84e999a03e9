//! What a node is to the guard.

use super::quantity::{self, Milli};
use fleet_model::fleet::{Machines, Tolerated};
use k8s_openapi::api::core::v1::{Node, Taint};
use std::collections::BTreeMap;
use std::fmt;

/// A node as the API server tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// What it has for pods.
    pub allocatable: BTreeMap<String, Milli>,
    /// What it has in all.
    pub capacity: BTreeMap<String, Milli>,
    /// Its kubelet says that it can run pods.
    pub ready: bool,
    /// Somebody cordoned it.
    pub cordoned: bool,
    /// Its taints that keep pods off: key, value and effect.
    pub taints: Vec<(String, Option<String>, String)>,
}

/// What is wrong with a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// Its kubelet does not say that it can run pods.
    NotReady,
    /// It is cordoned.
    Cordoned,
    /// It has a taint that the pods of its class do not put up with.
    Tainted(String),
    /// Some of its devices can't be given to pods. It takes pods all the same.
    LostDevices {
        /// The device.
        device: String,
        /// Devices that it can give to pods.
        healthy: u64,
        /// Devices that it has.
        all: u64,
    },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReady => f.write_str("not ready"),
            Self::Cordoned => f.write_str("cordoned"),
            Self::Tainted(key) => write!(f, "tainted {key}"),
            Self::LostDevices { device, healthy, all } => write!(f, "{healthy} of {all} {device} healthy"),
        }
    }
}

/// The taint that a cordon puts on, beside the field.
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

impl Seen {
    /// Reads a node.
    pub fn read(node: &Node) -> Self {
        let spec = node.spec.as_ref();
        let status = node.status.as_ref();
        let keeps_off = |taint: &&Taint| matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute");
        let taints = spec.and_then(|spec| spec.taints.as_ref()).into_iter().flatten().filter(keeps_off);
        let cordon = spec.and_then(|spec| spec.unschedulable).unwrap_or(false);
        let conditions = status.and_then(|status| status.conditions.as_ref()).into_iter().flatten();
        let amounts =
            |amounts: Option<&BTreeMap<String, _>>| quantity::read_all(amounts.into_iter().flatten());
        Self {
            name: node.metadata.name.clone().unwrap_or_default(),
            labels: node.metadata.labels.clone().unwrap_or_default(),
            allocatable: amounts(status.and_then(|status| status.allocatable.as_ref())),
            capacity: amounts(status.and_then(|status| status.capacity.as_ref())),
            ready: conditions.into_iter().any(|one| one.type_ == "Ready" && one.status == "True"),
            cordoned: cordon || taints.clone().any(|taint| taint.key == UNSCHEDULABLE),
            taints: taints
                .filter(|taint| taint.key != UNSCHEDULABLE)
                .map(|taint| (taint.key.clone(), taint.value.clone(), taint.effect.clone()))
                .collect(),
        }
    }

    /// Whether it carries these labels.
    pub fn carries(&self, labels: &BTreeMap<String, String>) -> bool {
        labels.iter().all(|(key, value)| self.labels.get(key) == Some(value))
    }

    /// Whether it takes pods that put up with these taints.
    pub fn takes_pods<'t>(&self, tolerate: impl Iterator<Item = &'t Tolerated> + Clone) -> bool {
        self.ready && !self.cordoned && self.refused_taints(tolerate).next().is_none()
    }

    /// What is wrong with it as a node of the class, whose devices are these.
    pub fn troubles<'d>(
        &self,
        class: &Machines,
        devices: impl IntoIterator<Item = &'d String>,
    ) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        if !self.ready {
            troubles.push(Trouble::NotReady);
        }
        if self.cordoned {
            troubles.push(Trouble::Cordoned);
        }
        // A node that is not ready is tainted for that, which says nothing new.
        let said = |key: &str| !self.ready && key.starts_with("node.kubernetes.io/");
        let refused = self.refused_taints(class.tolerate.iter()).filter(|key| !said(key));
        troubles.extend(refused.map(|key| Trouble::Tainted(key.to_owned())));
        for device in devices {
            let count = |amounts: &BTreeMap<String, Milli>| amounts.get(device).map_or(0, whole);
            let (healthy, all) = (count(&self.allocatable), count(&self.capacity));
            if healthy < all {
                troubles.push(Trouble::LostDevices { device: device.clone(), healthy, all });
            }
        }
        troubles
    }

    fn refused_taints<'t>(
        &self,
        tolerate: impl Iterator<Item = &'t Tolerated> + Clone,
    ) -> impl Iterator<Item = &str> {
        let refused = move |(key, value, effect): &&(String, Option<String>, String)| {
            !tolerate.clone().any(|one| tolerates(one, key, value.as_deref(), effect))
        };
        self.taints.iter().filter(refused).map(|(key, _, _)| key.as_str())
    }
}

fn tolerates(one: &Tolerated, key: &str, value: Option<&str>, effect: &str) -> bool {
    one.key == key
        && one.value.as_deref().is_none_or(|wanted| wanted == value.unwrap_or_default())
        && one.effect.as_deref().is_none_or(|wanted| wanted == effect)
}

/// Whole devices or nodes of an amount.
pub fn whole(amount: &Milli) -> u64 {
    u64::try_from(amount / 1000).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn node(spec: serde_json::Value, ready: &str, gpus: u32) -> Seen {
        let node = json!({
            "metadata": {"name": "gpu-1", "labels": {"gpu": "true"}}, "spec": spec,
            "status": {
                "conditions": [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": ready}],
                "allocatable": {"cpu": "95500m", "nvidia.com/gpu": gpus.to_string()},
                "capacity": {"cpu": "96", "nvidia.com/gpu": "3"},
            },
        });
        Seen::read(&serde_json::from_value(node).expect("a node"))
    }

    fn class() -> Machines {
        let tolerate = vec![Tolerated { key: "gpu".to_owned(), ..Tolerated::default() }];
        Machines { name: "gpu".to_owned(), tolerate, ..Machines::default() }
    }

    fn troubles(seen: &Seen) -> Vec<String> {
        let device = "nvidia.com/gpu".to_owned();
        seen.troubles(&class(), [&device]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_node_with_the_taint_of_its_class_takes_pods() {
        let seen = node(json!({"taints": [{"key": "gpu", "effect": "NoSchedule"}]}), "True", 3);
        assert!(seen.takes_pods(class().tolerate.iter()) && troubles(&seen).is_empty());
        assert_eq!(seen.allocatable["cpu"], 95_500);
    }

    #[test]
    fn a_taint_of_another_value_or_key_keeps_pods_off() {
        let seen =
            node(json!({"taints": [{"key": "broken", "value": "fan", "effect": "NoExecute"}]}), "True", 3);
        assert!(!seen.takes_pods(class().tolerate.iter()));
        assert_eq!(troubles(&seen), ["tainted broken"]);
        let soft = node(json!({"taints": [{"key": "busy", "effect": "PreferNoSchedule"}]}), "True", 3);
        assert!(soft.takes_pods(class().tolerate.iter()));
        let mut picky = class();
        picky.tolerate[0].value = Some("a100".to_owned());
        assert!(
            !node(json!({"taints": [{"key": "gpu", "effect": "NoSchedule"}]}), "True", 3)
                .takes_pods(picky.tolerate.iter())
        );
    }

    #[test]
    fn a_cordon_is_told_once() {
        let taints = json!([{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]);
        let seen = node(json!({"unschedulable": true, "taints": taints}), "True", 3);
        assert_eq!(troubles(&seen), ["cordoned"]);
    }

    #[test]
    fn a_node_that_is_not_ready_is_told_once() {
        let taints = json!([{"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}]);
        assert_eq!(troubles(&node(json!({"taints": taints}), "Unknown", 3)), ["not ready"]);
    }

    #[test]
    fn a_node_whose_device_failed_takes_pods_all_the_same() {
        let seen = node(json!({}), "True", 2);
        assert!(seen.takes_pods(class().tolerate.iter()));
        assert_eq!(troubles(&seen), ["2 of 3 nvidia.com/gpu healthy"]);
    }

    #[test]
    fn a_node_of_which_nothing_is_known_takes_no_pods() {
        assert!(!Seen::read(&Node::default()).takes_pods(class().tolerate.iter()));
    }
}
