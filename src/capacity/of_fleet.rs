//! The question that a fleet asks: its nodes and its pools at their largest.

use super::{
    ClassId, Demand, DeviceName, NodeGroup, Placement, PodShape, Policies, Policy, Problem, Resources,
};
use crate::language::nodes::{self, ContainerMode};
use crate::model::{Cluster, Fleet, Hardware, Pool, Size};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Pools and classes of one cluster that have to do with each other.
pub struct Share {
    /// Index of the cluster in [`Fleet::clusters`].
    pub cluster: usize,
    /// Indexes of the classes in [`Fleet::hardware`].
    pub classes: Vec<usize>,
    /// Indexes in [`Fleet::pools`], in the order of the problem's demands.
    pub pools: Vec<usize>,
    /// For each node group of the problem, the index of its class and its declaration.
    pub groups: Vec<(usize, nodes::Nodes)>,
    /// The question.
    pub problem: Problem,
}

/// The questions of a fleet, one for each set of classes of a cluster that pools tie together.
///
/// Pools that name no hardware, and pools without a max, are in none: nothing can be proved of them.
pub fn shares(fleet: &Fleet) -> Vec<Share> {
    let mut members: BTreeMap<(usize, usize), (BTreeSet<usize>, Vec<usize>)> = BTreeMap::new();
    let mut union = Union::new(fleet.hardware.len());
    for pool in &fleet.pools {
        for pair in pool.hardware.windows(2) {
            union.join(pair[0].class, pair[1].class);
        }
    }
    for cluster in 0..fleet.clusters.len() {
        for class in 0..fleet.hardware.len() {
            members.entry((cluster, union.find(class))).or_default().0.insert(class);
        }
    }
    for (at, pool) in fleet.pools.iter().enumerate() {
        if let (Some(first), Some(_)) = (pool.hardware.first(), pool.max()) {
            members.entry((pool.cluster, union.find(first.class))).or_default().1.push(at);
        }
    }
    members
        .into_iter()
        .map(|((cluster, _), (classes, pools))| share(fleet, cluster, classes, pools))
        .collect()
}

fn share(fleet: &Fleet, cluster: usize, classes: BTreeSet<usize>, pools: Vec<usize>) -> Share {
    let classes: Vec<_> = classes.into_iter().collect();
    let policies = classes.iter().map(|at| policies(&fleet.hardware[*at]));
    let mut problem = Problem::new(policies.reduce(strictest).unwrap_or_default());
    let mut groups = Vec::new();
    for at in &classes {
        let class = &fleet.hardware[*at];
        for nodes in class.nodes_in(&fleet.clusters[cluster]) {
            problem.add_group(group(class, nodes));
            groups.push((*at, nodes.clone()));
        }
    }
    let ids: Vec<_> = problem.group_ids().collect();
    let mut known: HashMap<Vec<usize>, ClassId> = HashMap::new();
    for at in &pools {
        let pool = &fleet.pools[*at];
        let eligible: Vec<_> =
            (0..groups.len()).filter(|group| admits(fleet, pool, &groups[*group])).collect();
        let class = *known
            .entry(eligible)
            .or_insert_with_key(|eligible| problem.add_class(eligible.iter().map(|group| ids[*group])));
        problem.add_demand(demand(fleet, pool, class));
    }
    Share { cluster, classes, pools, groups, problem }
}

/// Whether the pool's pods may go to these nodes: they are of one of its classes, and carry the labels
/// that the pool itself selects. A label that no node of the group states may be there or not.
fn admits(fleet: &Fleet, pool: &Pool, (class, nodes): &(usize, nodes::Nodes)) -> bool {
    let of_class =
        fleet.hardware[*class].node.select.iter().map(|select| (&select.key.value, &select.value.value));
    let of_nodes = nodes.labels.iter().map(|label| (&label.key.value, &label.value.value));
    let labels: HashMap<_, _> = of_class.chain(of_nodes).collect();
    let selected = |select: &nodes::Select| {
        labels.get(&select.key.value).is_none_or(|value| **value == select.value.value)
    };
    pool.hardware.iter().any(|used| used.class == *class) && pool.node.select.iter().all(selected)
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

/// `Policy` orders from strict to lenient.
fn strictest(a: Policies, b: Policies) -> Policies {
    Policies {
        cpu: a.cpu.min(b.cpu),
        memory: a.memory.min(b.memory),
        storage: a.storage.min(b.storage),
        pods: a.pods.min(b.pods),
        devices: a.devices.min(b.devices),
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

/// Sets that grow together.
struct Union {
    parent: Vec<usize>,
}

impl Union {
    fn new(count: usize) -> Self {
        Self { parent: (0..count).collect() }
    }

    fn find(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.parent[root] != root {
            root = self.parent[root];
        }
        self.parent[at] = root;
        root
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.parent[a.max(b)] = a.min(b);
    }
}

impl Share {
    /// The cluster that this is about.
    pub fn cluster_of<'f>(&self, fleet: &'f Fleet) -> &'f Cluster {
        &fleet.clusters[self.cluster]
    }
}
