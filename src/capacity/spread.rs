//! Question 3: can a pinned workflow pod ever wait?
//!
//! Hooks 0.7 pin the workflow pod to the node of its runner, which the scheduler chose without
//! knowing that a workflow pod would follow. A topology spread constraint with `maxSkew: 1` over
//! `kubernetes.io/hostname` and `DoNotSchedule` lets a runner go only where its pool has fewest, so
//! that no node ever holds more than ceil(max / nodes) runners of the pool. If the sum of these
//! worst cases fits on every node, then a runner always finds a node, and its workflow pod always
//! finds room there, whatever came before and in whatever order.
//!
//! The bound needs the constraint to count exactly the pool's nodes: `nodeAffinityPolicy: Honor`
//! (the default) and `nodeTaintsPolicy: Honor` (not the default: with `Ignore`, tainted nodes count
//! as empty ones, and each node is held to one runner). It is about nodes that are there: when one
//! is lost, the others may get more. Pods that are being deleted are not counted by the constraint
//! and hold room until they are gone, which delays a workflow pod but does not hold it for ever.

use super::problem::{Demand, DemandId, GroupId, Placement, Problem};
use super::resources::{Dimension, Policy, Resources};
use std::collections::{BTreeMap, BTreeSet};

/// Contributing pools that a failure names.
pub const MOST_SHARES: usize = 16;

/// Whether pinned pods always find room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpreadProof {
    /// They do, on every node group.
    Holds,
    /// They may wait here; in the order of groups and dimensions.
    Fails(Vec<SpreadFailure>),
}

/// A node group where the worst case is more than a node has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadFailure {
    /// The nodes.
    pub group: GroupId,
    /// What runs out.
    pub dimension: Dimension,
    /// [`Policy::Deny`] or [`Policy::Warn`].
    pub policy: Policy,
    /// The most that may be asked for on one node.
    pub load: u128,
    /// What a node has.
    pub allocatable: u64,
    /// Pools that contribute, those that contribute most first, at most [`MOST_SHARES`].
    pub pools: Vec<SpreadShare>,
}

/// What one pool may put on one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpreadShare {
    /// The pool.
    pub demand: DemandId,
    /// Runners on one node at most; without a spread constraint that is its max.
    pub runners: u32,
    /// How much of the dimension.
    pub amount: u128,
}

/// Bounds what spread constraints let come together on a node. Node groups without a pool whose
/// pods are pinned together are not looked at: a pod that is placed by itself waits in the queue of
/// the scheduler, not on a node.
pub fn spread_bound(problem: &Problem) -> SpreadProof {
    let nodes: Vec<u64> = problem
        .classes()
        .iter()
        .map(|groups| groups.iter().map(|group| count(problem, *group)).sum())
        .collect();
    let worst: Vec<Vec<Worst>> = problem
        .demands()
        .iter()
        .map(|demand| worst(demand, nodes.get(demand.class.0).copied().unwrap_or(0)))
        .collect();
    let mut pools: Vec<Vec<usize>> = vec![Vec::new(); problem.classes().len()];
    for (at, demand) in problem.demands().iter().enumerate() {
        if let Some(pools) = pools.get_mut(demand.class.0) {
            pools.push(at);
        }
    }
    let mut classes_of: Vec<Vec<usize>> = vec![Vec::new(); problem.groups().len()];
    for (class, groups) in problem.classes().iter().enumerate().filter(|(class, _)| !pools[*class].is_empty())
    {
        for group in groups {
            classes_of[group.0].push(class);
        }
    }
    // Groups that the same pools may use have the same worst case: it is summed once.
    let mut meetings: BTreeMap<&[usize], Meeting> = BTreeMap::new();
    let mut failures = Vec::new();
    for (at, group) in problem.groups().iter().enumerate().filter(|(_, group)| group.count > 0) {
        let classes = classes_of[at].as_slice();
        let meeting =
            meetings.entry(classes).or_insert_with(|| Meeting::new(problem, classes, &pools, &worst));
        let policies = problem.policies_among(&[GroupId(at)]);
        for (dimension, (load, shares)) in meeting.sums.iter().filter(|_| meeting.pinned) {
            let policy = policies.of(dimension);
            let allocatable = group.allocatable.get(dimension);
            if policy != Policy::Allow && *load > u128::from(allocatable) {
                failures.push(SpreadFailure {
                    group: GroupId(at),
                    dimension: dimension.clone(),
                    policy,
                    load: *load,
                    allocatable,
                    pools: shares.clone(),
                });
            }
        }
    }
    if failures.is_empty() { SpreadProof::Holds } else { SpreadProof::Fails(failures) }
}

/// Pools that may come together on one node.
struct Meeting {
    /// Whether a pool with pinned pods is among them.
    pinned: bool,
    /// The worst case in each dimension, and who contributes most.
    sums: BTreeMap<Dimension, (u128, Vec<SpreadShare>)>,
}

impl Meeting {
    fn new(problem: &Problem, classes: &[usize], pools: &[Vec<usize>], worst: &[Vec<Worst>]) -> Self {
        let mut pinned = false;
        let mut sums: BTreeMap<Dimension, (u128, Vec<SpreadShare>)> = BTreeMap::new();
        for at in classes.iter().flat_map(|class| &pools[*class]) {
            let demand = &problem.demands()[*at];
            pinned |= demand.placement == Placement::Together && demand.pods.len() > 1 && demand.max > 0;
            let worst = &worst[*at];
            let dims: BTreeSet<Dimension> = worst.iter().flat_map(|w| w.resources.dimensions()).collect();
            for dimension in dims {
                let amount = amount(worst, &dimension);
                if amount > 0 {
                    let runners = worst.iter().map(|w| w.times).max().unwrap_or(0);
                    let (sum, shares) = sums.entry(dimension).or_default();
                    *sum = sum.saturating_add(amount);
                    shares.push(SpreadShare { demand: DemandId(*at), runners, amount });
                }
            }
        }
        for (_, shares) in sums.values_mut() {
            shares.sort_by(|a, b| b.amount.cmp(&a.amount).then(a.demand.cmp(&b.demand)));
            shares.truncate(MOST_SHARES);
        }
        Self { pinned, sums }
    }
}

/// At most this many times this much on one node.
struct Worst {
    times: u32,
    resources: Resources,
}

fn count(problem: &Problem, group: GroupId) -> u64 {
    problem.group(group).map_or(0, |group| u64::from(group.count))
}

/// What a pool may put on one of its nodes: pods that stay together are bounded by whichever of
/// them is spread, pods that go by themselves each by its own constraint.
fn worst(demand: &Demand, nodes: u64) -> Vec<Worst> {
    let bound = |spread: bool| {
        let even = u64::from(demand.max).checked_div(nodes).map(|_| u64::from(demand.max).div_ceil(nodes));
        match even {
            Some(even) if spread => u32::try_from(even).unwrap_or(demand.max),
            _ => demand.max,
        }
    };
    match demand.placement {
        Placement::Together => {
            let spread = demand.pods.iter().any(|pod| pod.spread);
            vec![Worst { times: bound(spread), resources: demand.runner() }]
        }
        Placement::Free => {
            let pods = demand.pods.iter();
            pods.map(|pod| Worst { times: bound(pod.spread), resources: pod.resources.clone() }).collect()
        }
    }
}

fn amount(worst: &[Worst], dimension: &Dimension) -> u128 {
    worst.iter().map(|w| u128::from(w.times) * u128::from(w.resources.get(dimension))).sum()
}
