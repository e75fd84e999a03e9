//! The question: nodes, and the runners that want to be on them.

use super::resources::{Policies, Resources};
use serde::Serialize;
use std::collections::BTreeMap;

/// A node group of a [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub(super) usize);

/// A set of node groups that some pools may run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub(super) usize);

/// A pool of a [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DemandId(pub(super) usize);

impl GroupId {
    /// Position in [`Problem::groups`].
    pub fn index(self) -> usize {
        self.0
    }
}

impl DemandId {
    /// Position in [`Problem::demands`].
    pub fn index(self) -> usize {
        self.0
    }
}

/// Nodes that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NodeGroup {
    /// Name in the fleet file.
    pub name: String,
    /// How many nodes.
    pub count: u32,
    /// What one node has left for runners, after the system and DaemonSets.
    pub allocatable: Resources,
}

/// One pod of a runner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PodShape {
    /// `runner`, `workflow`.
    pub name: String,
    /// What it requests; `pods` is normally 1.
    pub resources: Resources,
    /// Whether a topology spread constraint (`maxSkew: 1` over `kubernetes.io/hostname`,
    /// `DoNotSchedule`) holds among these pods of the pool. Only [`super::spread`] reads it.
    pub spread: bool,
}

/// How the pods of one runner lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Placement {
    /// All on one node: a runner of a single pod (dind), or hooks 0.7, which pin the workflow pod
    /// to the runner's node.
    Together,
    /// Each by itself: hooks 0.8 (`kubernetes-novolume`).
    Free,
}

/// A pool at its largest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Name of the pool.
    pub pool: String,
    /// Runners at once.
    pub max: u32,
    /// The nodes that they may run on.
    pub class: ClassId,
    /// How the pods of a runner lie to each other.
    pub placement: Placement,
    /// The pods of one runner.
    pub pods: Vec<PodShape>,
}

impl Demand {
    /// What one runner asks for, all of its pods together.
    pub fn runner(&self) -> Resources {
        self.pods.iter().fold(Resources::default(), |sum, pod| sum.plus(&pod.resources))
    }
}

/// Nodes, pools and policy.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    groups: Vec<NodeGroup>,
    classes: Vec<Vec<GroupId>>,
    known: BTreeMap<Vec<GroupId>, ClassId>,
    demands: Vec<Demand>,
    policies: Policies,
    own_policies: BTreeMap<GroupId, Policies>,
}

impl Problem {
    /// Nothing yet.
    pub fn new(policies: Policies) -> Self {
        Self { policies, ..Self::default() }
    }

    /// Adds nodes.
    pub fn add_group(&mut self, group: NodeGroup) -> GroupId {
        self.groups.push(group);
        GroupId(self.groups.len() - 1)
    }

    /// Adds a set of node groups; equal sets are one class. Identifiers of another problem are
    /// left out.
    pub fn add_class(&mut self, groups: impl IntoIterator<Item = GroupId>) -> ClassId {
        let mut set: Vec<GroupId> = groups.into_iter().filter(|g| g.0 < self.groups.len()).collect();
        set.sort_unstable();
        set.dedup();
        let next = ClassId(self.classes.len());
        let id = *self.known.entry(set.clone()).or_insert(next);
        if id == next {
            self.classes.push(set);
        }
        id
    }

    /// Adds a pool. The order of pools matters to a refusal only: what it names is the first
    /// runner, in this order, that has no place left.
    pub fn add_demand(&mut self, demand: Demand) -> DemandId {
        self.demands.push(demand);
        DemandId(self.demands.len() - 1)
    }

    /// All node groups.
    pub fn groups(&self) -> &[NodeGroup] {
        &self.groups
    }

    /// All pools.
    pub fn demands(&self) -> &[Demand] {
        &self.demands
    }

    /// Identifiers of all pools, in order.
    pub fn demand_ids(&self) -> impl Iterator<Item = DemandId> + use<> {
        (0..self.demands.len()).map(DemandId)
    }

    /// A node group.
    pub fn group(&self, id: GroupId) -> Option<&NodeGroup> {
        self.groups.get(id.0)
    }

    /// A pool.
    pub fn demand(&self, id: DemandId) -> Option<&Demand> {
        self.demands.get(id.0)
    }

    /// The node groups of a class, in order. Empty for a class of another problem.
    pub fn class(&self, id: ClassId) -> &[GroupId] {
        self.classes.get(id.0).map_or(&[], Vec::as_slice)
    }

    /// All classes.
    pub(super) fn classes(&self) -> &[Vec<GroupId>] {
        &self.classes
    }

    /// The policy of node groups that have none of their own.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Gives a node group a policy of its own.
    pub fn set_policies(&mut self, group: GroupId, policies: Policies) {
        self.own_policies.insert(group, policies);
    }

    /// The policy where runners may go to any of these groups: the strictest of theirs.
    pub fn policies_among(&self, groups: &[GroupId]) -> Policies {
        let own = |group: &GroupId| self.own_policies.get(group).copied().unwrap_or(self.policies);
        groups.iter().map(own).reduce(Policies::strictest).unwrap_or(self.policies)
    }

    /// The name of a pool, for messages.
    pub(super) fn pool_name(&self, id: DemandId) -> &str {
        self.demand(id).map_or("?", |d| &d.pool)
    }

    /// The name of a node group, for messages.
    pub(super) fn group_name(&self, id: GroupId) -> &str {
        self.group(id).map_or("?", |g| &g.name)
    }
}
