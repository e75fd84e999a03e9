//! Clusters and the namespaces that pools live in.

use crate::language::nodes;
use crate::language::value::{Name, Version};

/// A Kubernetes cluster of the fleet.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name; none where the fleet has just one and does not name it.
    pub name: Option<Name>,
    /// Its declaration, if it has one.
    pub node: Option<nodes::Cluster>,
    /// Address by which Argo CD knows it.
    pub server: String,
    /// Largest packet of its pod network.
    pub mtu: u32,
    /// Its Kubernetes release, where the fleet says it.
    pub kubernetes: Option<Version>,
}

impl Cluster {
    /// Folder of its output, with a slash behind; empty where the fleet has just one cluster.
    pub fn folder(&self) -> String {
        self.name.as_ref().map(|name| format!("{name}/")).unwrap_or_default()
    }

    /// Its name in a sentence.
    pub fn label(&self) -> String {
        self.name.as_ref().map_or_else(|| "the cluster".to_owned(), |name| format!("cluster \"{name}\""))
    }
}

/// A namespace of one cluster that pools live in.
#[derive(Clone, Debug)]
pub struct NamespaceUse {
    /// Index of the cluster in [`Fleet::clusters`](super::Fleet::clusters).
    pub cluster: usize,
    /// Its name.
    pub name: Name,
    /// Its declaration, if it has one.
    pub node: Option<nodes::Namespace>,
    /// Indexes of its pools in [`Fleet::pools`](super::Fleet::pools).
    pub pools: Vec<usize>,
}
