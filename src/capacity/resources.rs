//! What a node has and a pod asks for.

use serde::{Serialize, Serializer};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

/// Name of an extended resource, such as `nvidia.com/gpu`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DeviceName(String);

impl DeviceName {
    /// Takes the name as Kubernetes knows it.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for DeviceName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// One thing that can run out on a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// CPU time, in thousandths of a core.
    Cpu,
    /// Memory, in bytes.
    Memory,
    /// Ephemeral storage, in bytes.
    Storage,
    /// Pods that the kubelet admits.
    Pods,
    /// Whole devices of a kind.
    Device(DeviceName),
}

impl Dimension {
    /// The name that Kubernetes uses in `resources`.
    pub fn name(&self) -> &str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Storage => "ephemeral-storage",
            Self::Pods => "pods",
            Self::Device(device) => device.as_str(),
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Dimension {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// An amount in every dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Resources {
    /// Thousandths of a core.
    pub cpu: u64,
    /// Bytes.
    pub memory: u64,
    /// Bytes of ephemeral storage.
    pub storage: u64,
    /// Pods.
    pub pods: u64,
    /// Devices by kind; a kind that is absent counts as 0.
    pub devices: BTreeMap<DeviceName, u64>,
}

impl Resources {
    /// As what a node has: this dimension never runs out (the fleet file does not say how much
    /// there is). Not meant for what a pod asks for.
    pub const UNLIMITED: u64 = u64::MAX;

    /// The amount in one dimension.
    pub fn get(&self, dimension: &Dimension) -> u64 {
        match dimension {
            Dimension::Cpu => self.cpu,
            Dimension::Memory => self.memory,
            Dimension::Storage => self.storage,
            Dimension::Pods => self.pods,
            Dimension::Device(device) => self.devices.get(device).copied().unwrap_or(0),
        }
    }

    /// Both together. Sums beyond `u64` stay at its largest value.
    pub fn plus(&self, other: &Self) -> Self {
        let mut devices = self.devices.clone();
        for (device, amount) in &other.devices {
            let sum = devices.entry(device.clone()).or_insert(0);
            *sum = sum.saturating_add(*amount);
        }
        Self {
            cpu: self.cpu.saturating_add(other.cpu),
            memory: self.memory.saturating_add(other.memory),
            storage: self.storage.saturating_add(other.storage),
            pods: self.pods.saturating_add(other.pods),
            devices,
        }
    }

    /// The four dimensions that every node has, then the devices named here.
    pub fn dimensions(&self) -> impl Iterator<Item = Dimension> + '_ {
        [Dimension::Cpu, Dimension::Memory, Dimension::Storage, Dimension::Pods]
            .into_iter()
            .chain(self.devices.keys().cloned().map(Dimension::Device))
    }
}

/// What to do when a dimension does not hold what is asked at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// The fleet is refused.
    #[default]
    Deny,
    /// The fleet passes with a warning.
    Warn,
    /// The dimension is not looked at.
    Allow,
}

/// The overcommit policy of each dimension. By default everything is strict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Policies {
    /// For CPU.
    pub cpu: Policy,
    /// For memory.
    pub memory: Policy,
    /// For ephemeral storage.
    pub storage: Policy,
    /// For the number of pods.
    pub pods: Policy,
    /// For every kind of device.
    pub devices: Policy,
}

impl Policies {
    /// The stricter of two in each dimension.
    pub fn strictest(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.min(other.cpu),
            memory: self.memory.min(other.memory),
            storage: self.storage.min(other.storage),
            pods: self.pods.min(other.pods),
            devices: self.devices.min(other.devices),
        }
    }

    /// The policy of a dimension.
    pub fn of(&self, dimension: &Dimension) -> Policy {
        match dimension {
            Dimension::Cpu => self.cpu,
            Dimension::Memory => self.memory,
            Dimension::Storage => self.storage,
            Dimension::Pods => self.pods,
            Dimension::Device(_) => self.devices,
        }
    }
}
