//! The fleet as a whole.

use super::vault::{Ids, Vault};
use super::workflows::Workflows;
use super::{Cluster, NamespaceUse, Pool, Unused};
use crate::contract::arc::Release;
use crate::language::nodes;
use crate::language::nodes::{Share, UpdateStrategy};
use crate::language::value::{Count, DeviceName, ImageRef, Name, Version};
use crate::syntax::Span;
use std::collections::BTreeMap;

/// A fleet whose references are resolved.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Its header.
    pub node: nodes::Fleet,
    /// What it runs.
    pub versions: Versions,
    /// ARC's controller.
    pub controller: Controller,
    /// Its clusters; at least one.
    pub clusters: Vec<Cluster>,
    /// The namespaces that its pools live in, by cluster and name.
    pub namespaces: Vec<NamespaceUse>,
    /// Its priorities.
    pub priorities: Vec<nodes::Priority>,
    /// Its hardware.
    pub hardware: Vec<Hardware>,
    /// Its caches.
    pub caches: Vec<Cache>,
    /// Its pools: one entry for each cluster that a pool runs in.
    pub pools: Vec<Pool>,
    /// Levels of rules for the whole fleet.
    pub rules: Vec<nodes::RuleLevel>,
    /// Patches outside of pools.
    pub patches: Vec<nodes::Patch>,
    /// Manifests that are carried along, with their text.
    pub manifests: Vec<Manifest>,
    /// Its servers of secrets.
    pub vaults: Vec<Vault>,
    /// The numbers of owners and repositories that they know.
    pub ids: Ids,
    /// Whether a server of the file is not among them: it had a mistake, which has been reported.
    pub lacks_vaults: bool,
    /// What is done where a cluster is not as the file says.
    pub upkeep: Option<nodes::Upkeep>,
    /// What it measures.
    pub exporter: Option<nodes::Exporter>,
    /// What people are woken for.
    pub alerts: Option<nodes::Alerts>,
    /// What it knows of repositories and their workflows.
    pub usage: super::Usage,
    /// Its workflows for GitHub.
    pub workflows: Option<Workflows>,
    /// How that reaches Prometheus and Grafana.
    pub monitoring: Option<nodes::Monitoring>,
    /// Declarations that nothing names.
    pub unused: Vec<Unused>,
}

/// A manifest that is carried along.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its declaration.
    pub node: nodes::Manifest,
    /// The text of the file.
    pub text: String,
}

/// What the fleet runs.
#[derive(Clone, Debug)]
pub struct Versions {
    /// The declaration, if there is one.
    pub node: Option<nodes::Versions>,
    /// What the release of ARC knows and does.
    pub arc: &'static Release,
    /// Where the release is named, or the fleet's header.
    pub arc_span: Span,
    /// Release of the CRDs that are installed.
    pub crds: Version,
    /// What pools carry as their version label.
    pub version_label: String,
    /// Image of the runner.
    pub runner: ImageRef,
    /// Image of the Docker daemon.
    pub dind: ImageRef,
    /// Image of fleet-controller; none where the file names none, since none is published.
    pub fleet_controller: Option<ImageRef>,
    /// Image of fleet-exporter, likewise.
    pub fleet_exporter: Option<ImageRef>,
}

/// ARC's controller.
#[derive(Clone, Debug)]
pub struct Controller {
    /// The declaration, if there is one.
    pub node: Option<nodes::Controller>,
    /// Where it is declared, or the fleet's header.
    pub span: Span,
    /// Its namespace.
    pub namespace: Name,
    /// The declaration of that, if it has one.
    pub namespace_node: Option<nodes::Namespace>,
    /// Its ServiceAccount; none where it is managed elsewhere and the file does not name it.
    pub service_account: Option<Name>,
    /// Whether fleetc installs it.
    pub managed: bool,
    /// What becomes of running jobs when a pod template changes.
    pub update_strategy: UpdateStrategy,
    /// Whether it exports metrics.
    pub metrics: bool,
}

/// A class of machines.
#[derive(Clone, Debug)]
pub struct Hardware {
    /// Its declaration.
    pub node: nodes::Hardware,
}

impl Hardware {
    /// Its name.
    pub fn name(&self) -> &str {
        self.node.name.as_str()
    }

    /// Whether there are only so many of it: it has devices.
    pub fn is_scarce(&self) -> bool {
        !self.node.devices.is_empty()
    }

    /// Devices of one node of a group.
    pub fn devices_of(&self, nodes: &nodes::Nodes) -> BTreeMap<DeviceName, u32> {
        let all = nodes.devices.as_ref().map_or(Count(0), |count| count.value);
        let mut devices: BTreeMap<_, _> =
            self.node.devices.iter().map(|device| (device.name.value.clone(), all.0)).collect();
        for device in &nodes.device_counts {
            devices.insert(device.name.value.clone(), device.count.value.0);
        }
        devices
    }

    /// Its groups of nodes in a cluster.
    pub fn nodes_in<'a>(&'a self, cluster: &'a Cluster) -> impl Iterator<Item = &'a nodes::Nodes> {
        self.node.nodes.iter().filter(move |nodes| match (&nodes.cluster, &cluster.name) {
            (Some(wanted), Some(name)) => wanted.value == *name,
            _ => true,
        })
    }

    /// Number of its nodes in a cluster.
    pub fn count_in(&self, cluster: &Cluster) -> u32 {
        self.nodes_in(cluster).map(|nodes| nodes.count.value.0).fold(0, u32::saturating_add)
    }
}

/// Data that outlives a job.
#[derive(Clone, Debug)]
pub struct Cache {
    /// Its declaration.
    pub node: nodes::Cache,
    /// Where its data lies.
    pub kind: CacheKind,
    /// Who shares it.
    pub share: Share,
}

/// Where the data of a cache lies.
#[derive(Clone, Debug)]
pub enum CacheKind {
    /// In a volume claim.
    Claim(nodes::Claim),
    /// In a folder on the node.
    HostPath(nodes::HostPath),
}

impl Fleet {
    /// The namespace entry that a pool lives in.
    pub fn namespace_of(&self, pool: &Pool) -> &NamespaceUse {
        &self.namespaces[pool.namespace_index]
    }

    /// The cluster that a pool runs in.
    pub fn cluster_of(&self, pool: &Pool) -> &Cluster {
        &self.clusters[pool.cluster]
    }

    /// The classes that a pool's jobs may run on.
    pub fn hardware_of<'a>(&'a self, pool: &'a Pool) -> impl Iterator<Item = &'a Hardware> {
        pool.hardware.iter().map(|used| &self.hardware[used.class])
    }

    /// The caches that a pool's jobs see.
    pub fn caches_of<'a>(&'a self, pool: &'a Pool) -> impl Iterator<Item = &'a Cache> {
        pool.caches.iter().map(|at| &self.caches[*at])
    }
}
