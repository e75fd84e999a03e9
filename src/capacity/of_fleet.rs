//! The question that a fleet asks: its nodes and its pools at their largest.

use super::{
    ClassId, Demand, DeviceName, NodeGroup, Placement, PodShape, Policies, Policy, Problem, Resources,
};
use crate::language::nodes::{self, ContainerMode};
use crate::model::{Cluster, Fleet, Hardware, Pool, Size};
use std::collections::{BTreeMap, HashMap};

/// The nodes and pools of one cluster.
pub struct Share {
    /// Index of the cluster in [`Fleet::clusters`].
    pub cluster: usize,
    /// Indexes in [`Fleet::pools`], in the order of the problem's demands.
    pub pools: Vec<usize>,
    /// For each node group of the problem, the index of its class in [`Fleet::hardware`] and its declaration.
    pub groups: Vec<(usize, nodes::Nodes)>,
    /// The question.
    pub problem: Problem,
}

/// The questions of a fleet, one for each cluster.
///
/// Pools of which nothing can be proved are in none: see [`is_proved`].
pub fn shares(fleet: &Fleet) -> Vec<Share> {
    let mut pools = vec![Vec::new(); fleet.clusters.len()];
    for (at, pool) in fleet.pools.iter().enumerate().filter(|(_, pool)| is_proved(fleet, pool)) {
        pools[pool.cluster].push(at);
    }
    pools.into_iter().enumerate().map(|(cluster, pools)| share(fleet, cluster, pools)).collect()
}

/// Whether there is something to prove: the pool has a max and names hardware, and the file says which
/// nodes there are of it.
pub fn is_proved(fleet: &Fleet, pool: &Pool) -> bool {
    let counted = fleet.hardware_of(pool).all(|class| !class.node.nodes.is_empty());
    counted && !pool.hardware.is_empty() && pool.max().is_some()
}

fn share(fleet: &Fleet, cluster: usize, pools: Vec<usize>) -> Share {
    let mut problem = Problem::new(Policies::default());
    let mut groups = Vec::new();
    let mut ids_of = vec![Vec::new(); fleet.hardware.len()];
    for (at, class) in fleet.hardware.iter().enumerate() {
        for nodes in class.nodes_in(&fleet.clusters[cluster]) {
            let id = problem.add_group(group(class, nodes));
            problem.set_policies(id, policies(class));
            ids_of[at].push(id);
            groups.push((at, nodes.clone()));
        }
    }
    for at in &pools {
        let pool = &fleet.pools[*at];
        let of_classes = pool.hardware.iter().flat_map(|used| &ids_of[used.class]);
        let eligible = of_classes.filter(|id| admits(fleet, pool, &groups[id.index()])).copied();
        let class = problem.add_class(eligible.collect::<Vec<_>>());
        problem.add_demand(demand(fleet, pool, class));
    }
    Share { cluster, pools, groups, problem }
}

/// Whether the nodes carry the labels that the pool itself selects, beside those of its classes. A label that no node of the group states may be there or not.
fn admits(fleet: &Fleet, pool: &Pool, (class, nodes): &(usize, nodes::Nodes)) -> bool {
    let of_class =
        fleet.hardware[*class].node.select.iter().map(|select| (&select.key.value, &select.value.value));
    let of_nodes = nodes.labels.iter().map(|label| (&label.key.value, &label.value.value));
    let labels: HashMap<_, _> = of_class.chain(of_nodes).collect();
    let selected = |select: &nodes::Select| {
        labels.get(&select.key.value).is_none_or(|value| **value == select.value.value)
    };
    pool.node.select.iter().all(selected)
}

fn policies(class: &Hardware) -> Policies {
    let Some(overcommit) = &class.node.overcommit else { return Policies::default() };
    let policy = |policy: nodes::Policy| match policy {
        nodes::Policy::Deny => Policy::Deny,
        nodes::Policy::Warn => Policy::Warn,
        nodes::Policy::Allow => Policy::Allow,
    };
    Policies {
        cpu: policy(overcommit.cpu.value),
        memory: policy(overcommit.memory.value),
        storage: policy(overcommit.storage.value),
        pods: policy(overcommit.pods.value),
        devices: policy(overcommit.devices.value),
    }
}

fn group(class: &Hardware, nodes: &nodes::Nodes) -> NodeGroup {
    let reserve = nodes.reserve.as_ref();
    let less = |amount: u64, held: Option<u64>| amount.saturating_sub(held.unwrap_or(0));
    let storage = nodes.storage.as_ref().map_or(Resources::UNLIMITED, |storage| {
        less(storage.value.0, reserve.and_then(|r| r.storage.as_ref()).map(|s| s.value.0))
    });
    let devices = class.devices_of(nodes);
    NodeGroup {
        name: nodes.name.to_string(),
        count: nodes.count.value.0,
        allocatable: Resources {
            cpu: less(nodes.cpu.value.0, reserve.and_then(|r| r.cpu.as_ref()).map(|cpu| cpu.value.0)),
            memory: less(nodes.memory.value.0, reserve.and_then(|r| r.memory.as_ref()).map(|m| m.value.0)),
            storage,
            pods: less(
                u64::from(nodes.pods.value.0),
                reserve.and_then(|r| r.pods.as_ref()).map(|pods| u64::from(pods.value.0)),
            ),
            devices: devices
                .iter()
                .map(|(name, count)| (DeviceName::new(name.as_str()), u64::from(*count)))
                .collect(),
        },
    }
}

/// Pods of a pool's runners that run on its classes, as `emit::arc::placement` places them.
fn demand(fleet: &Fleet, pool: &Pool, class: ClassId) -> Demand {
    let devices = || -> BTreeMap<_, _> {
        let held = pool.devices();
        held.iter().map(|(name, count)| (DeviceName::new(name.as_str()), u64::from(*count))).collect()
    };
    let pod =
        |name: &str, size: Resources, spread| PodShape { name: name.to_owned(), resources: size, spread };
    let runner = resources(&pool.runner);
    let job = Resources { devices: devices(), ..resources(&pool.job) };
    let (placement, pods) = match pool.mode {
        ContainerMode::Default => {
            (Placement::Together, vec![pod("runner", Resources { devices: devices(), ..runner }, false)])
        }
        ContainerMode::Dind => {
            // One pod: the runner's container, the daemon's, and the devices.
            let both = runner.plus(&Resources { pods: 0, ..job });
            (Placement::Together, vec![pod("runner", both, false)])
        }
        ContainerMode::Kubernetes => {
            (Placement::Together, vec![pod("runner", runner, true), pod("workflow", job, false)])
        }
        ContainerMode::KubernetesNovolume => {
            let scarce = fleet.hardware_of(pool).any(Hardware::is_scarce);
            let workflow = pod("workflow", job, false);
            let pods = if scarce { vec![workflow] } else { vec![pod("runner", runner, false), workflow] };
            (Placement::Free, pods)
        }
    };
    Demand { pool: pool.name().to_owned(), max: pool.max().unwrap_or(0), class, placement, pods }
}

fn resources(size: &Size) -> Resources {
    Resources {
        cpu: size.cpu.map_or(0, |cpu| cpu.0),
        memory: size.memory.map_or(0, |memory| memory.0),
        storage: size.storage.map_or(0, |storage| storage.0),
        pods: 1,
        devices: BTreeMap::new(),
    }
}

impl Share {
    /// The cluster that this is about.
    pub fn cluster_of<'f>(&self, fleet: &'f Fleet) -> &'f Cluster {
        &fleet.clusters[self.cluster]
    }
}
