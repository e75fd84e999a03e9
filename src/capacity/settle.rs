//! From a solved instance to an answer that people can use: a packing and, if something has no
//! place, the first runner that has none.

use super::instance::{Instance, Run};
use super::packing::{Expanded, Packing, expand};
use super::problem::{DemandId, Problem};
use super::refusal::{Holder, Lack, Reason, Refusal, lacks};
use super::shelves::Shelves;
use super::solve::{Effort, Solved, solve};
use std::collections::BTreeMap;

/// Whether the pools of a component have their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All runners have a place at once: the packing shows it.
    Fits,
    /// They cannot all have one.
    Refused(Refusal),
    /// Neither was shown within the effort.
    Undecided(Undecided),
}

/// How far an undecided proof came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// Runners that have a place in the best packing found.
    pub placed: u64,
    /// Runners asked for; that they all fit is not refuted.
    pub asked: u64,
    /// The first pool with a runner that the packing leaves out.
    pub demand: DemandId,
}

/// An answer with its witness.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub outcome: Outcome,
    pub packing: Packing,
    /// Pools and how many of their runners the packing leaves out.
    pub unplaced: Vec<(DemandId, u32)>,
}

/// More distinct items than this, and the refused runner is read from one packing instead of
/// being searched for.
const MANY_ITEMS: usize = 256;

/// Solves an instance with all pools at the given sizes.
pub(super) fn settle(problem: &Problem, instance: &Instance, runners: &[u32], effort: Effort) -> Settled {
    match solve(instance, &instance.counts(runners), effort) {
        Solved::Packed(runs) => Settled {
            outcome: Outcome::Fits,
            packing: expand(instance, runners, &runs).packing,
            unplaced: Vec::new(),
        },
        failed if instance.items.len() > MANY_ITEMS => {
            let runs = match &failed {
                Solved::Unknown(attempt) => attempt.runs.clone(),
                _ => in_order(instance, runners, &[], &vec![0; runners.len()], effort),
            };
            answer(problem, instance, runners, &runs, &failed, None)
        }
        failed => {
            let edge = edge(instance, runners, failed, effort);
            let runs = in_order(instance, runners, &edge.runs, &edge.placed, effort);
            let first = First { demand: edge.demand, part: edge.part, lacks: Some((edge.runs, edge.placed)) };
            answer(problem, instance, runners, &runs, &edge.failed, Some(first))
        }
    }
}

/// The refused runner, where known, with the packing of all runners before it.
struct First {
    demand: usize,
    part: usize,
    lacks: Option<(Vec<Run>, Vec<u32>)>,
}

/// Where packing pool after pool, runner after runner, first fails.
struct Edge {
    /// Position of the pool.
    demand: usize,
    /// Position of the part of the next runner that fails.
    part: usize,
    /// Runners of each pool before it.
    placed: Vec<u32>,
    /// Their packing.
    runs: Vec<Run>,
    /// Why the next one fails.
    failed: Solved,
}

/// Finds the edge by halving: the first prefix that is refuted, or, if all that is known of the
/// whole is that it was not packed, the first that was not packed.
fn edge(instance: &Instance, runners: &[u32], mut failed: Solved, effort: Effort) -> Edge {
    let asked: u64 = runners.iter().map(|max| u64::from(*max)).sum();
    let (mut low, mut high) = (0u64, asked);
    let mut runs = Vec::new();
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match (solve(instance, &instance.counts(&prefix(runners, middle)), effort), &failed) {
            (Solved::Packed(packed), _) => (low, runs) = (middle, packed),
            // A refutation of fewer runners refutes all of them.
            (refuted @ Solved::Impossible(_), _) => (high, failed) = (middle, refuted),
            (Solved::Unknown(attempt), Solved::Impossible(_)) => (low, runs) = (middle, attempt.runs),
            (Solved::Unknown(_), _) => high = middle,
        }
    }
    let placed = prefix(runners, low);
    let next = prefix(runners, high);
    let demand = placed.iter().zip(&next).position(|(a, b)| a != b).unwrap_or(0);
    let parts = instance.parts.get(demand).map_or(&[][..], Vec::as_slice);
    let mut counts = instance.counts(&placed);
    let mut part = parts.len().saturating_sub(1);
    for (at, item) in parts.iter().enumerate().take(part) {
        counts[*item] = counts[*item].saturating_add(1);
        match solve(instance, &counts, effort) {
            Solved::Packed(packed) => runs = packed,
            refuted @ Solved::Impossible(_) => {
                (part, failed) = (at, refuted);
                break;
            }
            Solved::Unknown(_) => {}
        }
    }
    Edge { demand, part, placed, runs, failed }
}

/// Pool sizes that hold the first `runners` in the order of pools.
fn prefix(max: &[u32], mut runners: u64) -> Vec<u32> {
    let take = |max: &u32| {
        let here = runners.min(u64::from(*max));
        runners -= here;
        u32::try_from(here).unwrap_or(*max)
    };
    max.iter().map(take).collect()
}

/// Goes on from a packing, pool after pool, with whatever still finds room.
fn in_order(instance: &Instance, runners: &[u32], runs: &[Run], placed: &[u32], effort: Effort) -> Vec<Run> {
    let mut shelves = Shelves::with(instance, runs, effort.packing);
    let before = instance.counts(placed);
    let mut packed = vec![0u64; instance.items.len()];
    for (item, count) in runs.iter().flat_map(|run| run.holds.iter().map(|(i, c)| (*i, c * run.nodes))) {
        packed[item] += count;
    }
    // Parts of the refused runner that are in the packing already must not be placed again.
    let mut ahead: Vec<u64> =
        packed.iter().zip(&before).map(|(now, then)| now.saturating_sub(*then)).collect();
    for ((parts, max), placed) in instance.parts.iter().zip(runners).zip(placed) {
        for item in parts {
            let more = u64::from(max - placed);
            let skip = more.min(ahead[*item]);
            ahead[*item] -= skip;
            shelves.place(*item, more - skip);
        }
    }
    shelves.runs()
}

fn answer(
    problem: &Problem,
    instance: &Instance,
    runners: &[u32],
    runs: &[Run],
    failed: &Solved,
    first: Option<First>,
) -> Settled {
    let Expanded { packing, placed } = expand(instance, runners, runs);
    let whole = |demand: usize| placed[demand].iter().copied().min().unwrap_or(u64::from(runners[demand]));
    let missing: Vec<(usize, u32)> = (0..runners.len())
        .map(|demand| (demand, u64::from(runners[demand]).saturating_sub(whole(demand))))
        .filter(|(_, missing)| *missing > 0)
        .map(|(demand, missing)| (demand, u32::try_from(missing).unwrap_or(u32::MAX)))
        .collect();
    let unplaced: Vec<_> =
        missing.iter().map(|(demand, missing)| (instance.demands[*demand], *missing)).collect();
    let first = first.unwrap_or_else(|| {
        let demand = missing.first().map_or(0, |(demand, _)| *demand);
        let parts = placed[demand].iter().enumerate();
        let part = parts.min_by_key(|(part, placed)| (**placed, *part)).map_or(0, |(part, _)| part);
        First { demand, part, lacks: None }
    });
    let outcome = match failed {
        Solved::Impossible(refutation) => {
            let (before, number) = match &first.lacks {
                Some((runs, placed)) => (runs.as_slice(), u64::from(placed[first.demand])),
                None => (runs, whole(first.demand)),
            };
            let item = instance.parts[first.demand].get(first.part);
            let lacks = item.map_or_else(Vec::new, |item| lacks(instance, before, *item));
            let before = expand(instance, runners, before).packing;
            let demand = instance.demands[first.demand];
            Outcome::Refused(Refusal {
                demand,
                runner: u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1),
                pod: (instance.parts[first.demand].len() > 1).then_some(first.part),
                holders: holders(problem, &before, demand, &lacks),
                lacks,
                reason: Reason::new(instance, refutation),
            })
        }
        Solved::Packed(_) | Solved::Unknown(_) => {
            let asked: u64 = runners.iter().map(|max| u64::from(*max)).sum();
            let left: u64 = missing.iter().map(|(_, missing)| u64::from(*missing)).sum();
            Outcome::Undecided(Undecided {
                placed: asked - left,
                asked,
                demand: instance.demands[first.demand],
            })
        }
    };
    Settled { outcome, packing, unplaced }
}

/// Pools with runners on nodes that the refused pool may use, if they hold something that it lacks.
fn holders(problem: &Problem, packing: &Packing, refused: DemandId, lacks: &[Lack]) -> Vec<Holder> {
    let allowed = problem.demand(refused).map_or(&[][..], |demand| problem.class(demand.class));
    let mut held: BTreeMap<DemandId, (u64, Vec<u128>)> = BTreeMap::new();
    let groups = packing.groups.iter().filter(|group| allowed.binary_search(&group.group).is_ok());
    for run in groups.flat_map(|group| &group.runs) {
        for hold in &run.holds {
            let Some(demand) = problem.demand(hold.demand) else { continue };
            let shape = match hold.pod.and_then(|pod| demand.pods.get(pod)) {
                Some(pod) => pod.resources.clone(),
                None => demand.runner(),
            };
            let count = hold.count.saturating_mul(u64::from(run.nodes));
            let (total, amounts) = held.entry(hold.demand).or_insert_with(|| (0, vec![0; lacks.len()]));
            *total = total.saturating_add(count);
            for (amount, lack) in amounts.iter_mut().zip(lacks) {
                let one = u128::from(shape.get(&lack.dimension));
                *amount = amount.saturating_add(one.saturating_mul(u128::from(count)));
            }
        }
    }
    let mut list: Vec<_> =
        held.into_iter().filter(|(_, (_, amounts))| amounts.iter().any(|amount| *amount > 0)).collect();
    list.sort_by(|a, b| b.1.1.cmp(&a.1.1).then(a.0.cmp(&b.0)));
    list.into_iter().map(|(demand, (count, _))| Holder { demand, count }).collect()
}
