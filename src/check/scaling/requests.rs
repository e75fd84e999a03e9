//! What pods request, as the API server counts it against a quota.

use crate::language::value::{Cpu, Memory};
use k8s_openapi::api::core::v1::{Container, PodSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// What a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Processor time, in thousandths of a core.
    Cpu,
    /// Memory, in bytes.
    Memory,
    /// Disk of the nodes, in bytes.
    Storage,
    /// Pods.
    Pods,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cpu, Self::Memory, Self::Storage, Self::Pods];

    /// Its name among the resources of a container.
    const fn key(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Storage => "ephemeral-storage",
            Self::Pods => "pods",
        }
    }

    /// An amount of it, with its unit, in a sentence.
    pub fn show(self, amount: u128) -> String {
        let amount = u64::try_from(amount).unwrap_or(u64::MAX);
        match self {
            Self::Cpu => format!("{} cores", amount as f64 / 1000.0),
            Self::Memory => format!("{} of memory", Memory(amount)),
            Self::Storage => format!("{} of disk", Memory(amount)),
            Self::Pods => format!("{amount} pods"),
        }
    }

    fn read(self, quantity: &Quantity) -> Option<u64> {
        let text = quantity.0.as_str();
        match self {
            Self::Cpu => Cpu::parse(text).map(|cpu| cpu.0),
            _ => Memory::parse(text).map(|bytes| bytes.0).or_else(|| text.parse().ok()),
        }
    }
}

/// What a container that states nothing is given by the namespace.
pub type Default<'a> = &'a dyn Fn(Dimension) -> Option<u64>;

/// Whether the container states an amount; the API server takes a limit for a missing request.
pub fn states(resources: Option<&ResourceRequirements>, dimension: Dimension) -> bool {
    stated(resources, dimension).is_some()
}

fn stated(resources: Option<&ResourceRequirements>, dimension: Dimension) -> Option<u64> {
    let resources = resources?;
    let find = |amounts: &Option<std::collections::BTreeMap<String, Quantity>>| {
        amounts.as_ref()?.get(dimension.key()).and_then(|quantity| dimension.read(quantity))
    };
    find(&resources.requests).or_else(|| find(&resources.limits))
}

/// What a pod requests: its containers and sidecars together, or the largest init container with the
/// sidecars that already run then; or what it states for itself as a whole.
pub fn of_pod(pod: &PodSpec, dimension: Dimension, default: Default<'_>) -> u128 {
    if dimension == Dimension::Pods {
        return 1;
    }
    if let Some(whole) = stated(pod.resources.as_ref(), dimension) {
        return u128::from(whole);
    }
    let of = |container: &Container| {
        let own = stated(container.resources.as_ref(), dimension);
        u128::from(own.or_else(|| default(dimension)).unwrap_or(0))
    };
    let mut sidecars = 0;
    let mut starting = 0;
    for init in pod.init_containers.iter().flatten() {
        if init.restart_policy.as_deref() == Some("Always") {
            sidecars += of(init);
            starting = starting.max(sidecars);
        } else {
            starting = starting.max(sidecars + of(init));
        }
    }
    let running: u128 = pod.containers.iter().map(of).sum();
    starting.max(sidecars + running)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(value: serde_json::Value) -> Option<PodSpec> {
        serde_json::from_value(value).ok()
    }

    #[test]
    fn pods_are_counted_as_the_api_server_does() {
        let cpu = |amount: &str| json!({"requests": {"cpu": amount}});
        let with_init = pod(json!({
            "initContainers": [
                {"name": "copy", "resources": cpu("3")},
                {"name": "dind", "restartPolicy": "Always", "resources": {"limits": {"cpu": "2"}}},
                {"name": "late", "resources": cpu("500m")},
            ],
            "containers": [{"name": "runner", "resources": cpu("500m")}, {"name": "bare"}],
        }));
        let none = |_| None;
        let some = |_| Some(1000);
        let count = |default| with_init.as_ref().map(|pod| of_pod(pod, Dimension::Cpu, default));
        assert_eq!(count(&none), Some(3000));
        assert_eq!(count(&some), Some(3500));
    }

    #[test]
    fn amounts_read_well() {
        assert_eq!(Dimension::Cpu.show(1500), "1.5 cores");
        assert_eq!(Dimension::Memory.show(64 << 30), "64Gi of memory");
    }
}
