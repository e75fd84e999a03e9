//! Why a runner has no place, and who holds it.

use super::bounds::Refutation;
use super::instance::{Instance, Run};
use super::problem::{DemandId, GroupId, Problem};
use super::quantity::show;
use super::resources::Dimension;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The first runner that has no place when all runners before it have theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its pool.
    pub demand: DemandId,
    /// Which runner of the pool, counted from 1.
    pub runner: u32,
    /// Which of its pods, if they are placed each by itself; a position in [`super::Demand::pods`].
    pub pod: Option<usize>,
    /// What is missing on the nodes that it may use.
    pub lacks: Vec<Lack>,
    /// The pools that have runners there, those that hold most of what is missing first.
    pub holders: Vec<Holder>,
    /// Why no other arrangement helps.
    pub reason: Reason,
}

/// A dimension in which a runner finds no room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// The dimension.
    pub dimension: Dimension,
    /// What it needs on one node.
    pub needs: u64,
    /// The most that is free on one node.
    pub most_free: u64,
    /// What is free on all nodes that it may use, in pieces that may each be too small.
    pub total_free: u128,
}

/// A pool that holds place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The pool.
    pub demand: DemandId,
    /// Its runners (or pods, if placed each by itself) on nodes that the refused one may use.
    pub count: u64,
}

/// Why there is no packing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The pool's class has no nodes.
    NoNode,
    /// It is larger than every node that it may use, even an empty one.
    TooBig,
    /// What must be on these nodes is more than they have.
    Total {
        /// Of what.
        dimension: Dimension,
        /// The nodes.
        groups: Vec<GroupId>,
        /// The sum over runners that may be nowhere else.
        demanded: u128,
        /// The sum over the nodes.
        available: u128,
    },
    /// Pieces this large fit on these nodes a number of times, and more must be there.
    Slots {
        /// Of what.
        dimension: Dimension,
        /// The nodes.
        groups: Vec<GroupId>,
        /// At least this much each.
        size: u64,
        /// How many there are.
        demanded: u128,
        /// How many fit.
        available: u128,
    },
    /// No total is too small, but however nodes are filled, they cannot hold everything. Shown by
    /// a weight per shape.
    Fragments,
    /// No total is too small; all packings were tried.
    Exhausted {
        /// Fillings looked at.
        steps: u64,
    },
}

impl Reason {
    pub(super) fn new(instance: &Instance, refutation: &Refutation) -> Self {
        let dimension = |dim: usize| instance.dims[dim].clone();
        let groups = |bins: &[usize]| {
            let groups =
                bins.iter().flat_map(|bin| instance.bins[*bin].groups.iter().map(|(group, _)| *group));
            let mut groups: Vec<_> = groups.collect();
            groups.sort_unstable();
            groups
        };
        match refutation {
            Refutation::NoNode { .. } => Self::NoNode,
            Refutation::TooBig { .. } => Self::TooBig,
            Refutation::Total { dim, bins, demanded, available } => Self::Total {
                dimension: dimension(*dim),
                groups: groups(bins),
                demanded: *demanded,
                available: *available,
            },
            Refutation::Slots { dim, bins, size, demanded, available } => Self::Slots {
                dimension: dimension(*dim),
                groups: groups(bins),
                size: *size,
                demanded: *demanded,
                available: *available,
            },
            Refutation::Weights => Self::Fragments,
            Refutation::Exhausted { steps } => Self::Exhausted { steps: *steps },
        }
    }

    /// A clause in plain English, with the fleet's names and numbers.
    pub fn describe(&self, problem: &Problem) -> String {
        let names = |groups: &[GroupId]| list(groups.iter().map(|group| problem.group_name(*group)));
        match self {
            Self::NoNode => "there are no nodes that it may use".to_owned(),
            Self::TooBig => "it does not fit on a node even when the node is empty".to_owned(),
            Self::Total { dimension, groups, demanded, available } => format!(
                "{dimension} {} is asked for in all, nodes {} have {}",
                show(dimension, *demanded),
                names(groups),
                show(dimension, *available)
            ),
            Self::Slots { dimension, groups, size, demanded, available } => format!(
                "{demanded} pieces of at least {dimension} {} are asked for, nodes {} have room for {available}",
                show(dimension, u128::from(*size)),
                names(groups)
            ),
            Self::Fragments => "the sums would fit, but not in the pieces that nodes have".to_owned(),
            Self::Exhausted { .. } => "the sums would fit, but no arrangement on the nodes does".to_owned(),
        }
    }
}

impl Refusal {
    /// One sentence on what is missing and who holds it: `runner 4 of pool gpu has no place: it
    /// needs nvidia.com/gpu 1, and no node has any left; its nodes hold gpu (3)`.
    pub fn describe(&self, problem: &Problem) -> String {
        let pool = problem.pool_name(self.demand);
        let pod = self.pod.and_then(|pod| problem.demand(self.demand)?.pods.get(pod));
        let mut text = match pod {
            Some(pod) => format!("pod {} of runner {} of pool {pool} has no place", pod.name, self.runner),
            None => format!("runner {} of pool {pool} has no place", self.runner),
        };
        for (at, lack) in self.lacks.iter().enumerate() {
            let amount = |amount| show(&lack.dimension, amount);
            let start = if at == 0 { ": it needs" } else { ", and" };
            let (needs, most) = (amount(u128::from(lack.needs)), amount(u128::from(lack.most_free)));
            let needs = format!("{needs}{}", self.parts(problem, &lack.dimension));
            let _ = match lack.most_free {
                0 => write!(text, "{start} {} {needs}, and no node has any left", lack.dimension),
                _ => write!(text, "{start} {} {needs}, and the freest node has {most} left", lack.dimension),
            };
            if lack.total_free >= u128::from(lack.needs) {
                let _ = write!(text, " ({} in all)", amount(lack.total_free));
            }
        }
        if !self.holders.is_empty() {
            let holders =
                self.holders.iter().map(|h| format!("{} ({})", problem.pool_name(h.demand), h.count));
            let _ = write!(text, "; its nodes hold {}", list(holders));
        }
        text
    }

    /// What each of a runner's pods needs, where the sum is of several: ` (runner 1Gi, workflow 128Gi)`.
    fn parts(&self, problem: &Problem, dimension: &Dimension) -> String {
        let pods = match (self.pod, problem.demand(self.demand)) {
            (None, Some(demand)) => demand.pods.as_slice(),
            _ => &[],
        };
        let needs = pods.iter().map(|pod| (&pod.name, pod.resources.get(dimension)));
        let parts: Vec<_> = needs
            .filter(|(_, needs)| *needs > 0)
            .map(|(name, needs)| format!("{name} {}", show(dimension, u128::from(needs))))
            .collect();
        if parts.len() > 1 { format!(" ({})", parts.join(", ")) } else { String::new() }
    }
}

/// `a, b and c`; beyond eight the rest is counted.
fn list<S: AsRef<str>>(names: impl Iterator<Item = S>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<S> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    let mut shown: Vec<&str> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    let counted = format!("{more} more");
    if more > 0 {
        shown.push(&counted);
    }
    match shown.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// What an item lacks on its nodes in a packing that does not hold it.
pub(super) fn lacks(instance: &Instance, runs: &[Run], item: usize) -> Vec<Lack> {
    let load = &instance.items[item].load;
    let states = free_states(instance, runs, item);
    let missing = |dim: usize, free: &[u64]| free[dim] < load[dim];
    let everywhere = |dim: &usize| states.iter().all(|(_, free)| missing(*dim, free));
    let mut dims: Vec<usize> = (0..load.len()).filter(everywhere).collect();
    if dims.is_empty() {
        let somewhere = |dim: &usize| states.iter().any(|(_, free)| missing(*dim, free));
        dims = (0..load.len()).filter(somewhere).collect();
    }
    let lack = |dim: usize| Lack {
        dimension: instance.dims[dim].clone(),
        needs: load[dim],
        most_free: states.iter().map(|(_, free)| free[dim]).max().unwrap_or(0),
        total_free: states
            .iter()
            .fold(0u128, |sum, (nodes, free)| sum.saturating_add(u128::from(*nodes) * u128::from(free[dim]))),
    };
    // Without nodes there is nothing to compare with.
    if states.is_empty() { Vec::new() } else { dims.into_iter().map(lack).collect() }
}

/// What is free on the nodes that an item may use: how many nodes, and how much on each.
fn free_states(instance: &Instance, runs: &[Run], item: usize) -> Vec<(u64, Vec<u64>)> {
    let allowed = instance.bins_of(item);
    let mut empty: BTreeMap<usize, u64> =
        allowed.iter().map(|bin| (*bin, instance.bins[*bin].nodes)).collect();
    let mut states = Vec::new();
    for run in runs {
        let Some(empty) = empty.get_mut(&run.bin) else { continue };
        *empty = empty.saturating_sub(run.nodes);
        let mut free = instance.bins[run.bin].capacity.clone();
        for (held, count) in &run.holds {
            for (free, load) in free.iter_mut().zip(&instance.items[*held].load) {
                *free = free.saturating_sub(load.saturating_mul(*count));
            }
        }
        states.push((run.nodes, free));
    }
    let untouched = empty.into_iter().filter(|(_, nodes)| *nodes > 0);
    states.extend(untouched.map(|(bin, nodes)| (nodes, instance.bins[bin].capacity.clone())));
    states
}
