//! The numbers behind a proof, as plain data for a table or for JSON.

use super::problem::{Demand, DemandId, GroupId, Problem};
use super::prove::{Part, Proof};
use super::quantity::show;
use super::resources::{Dimension, Resources};
use super::settle::Outcome;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A fleet's capacity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Sets of pools that share nodes, then nodes that no pool uses.
    pub areas: Vec<Area>,
}

/// Nodes and the pools that share them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Area {
    /// Whether the pools fit at their max.
    pub verdict: Verdict,
    /// The node groups.
    pub groups: Vec<GroupRow>,
    /// Sums over all nodes, for every dimension that is there or asked for.
    pub dimensions: Vec<DimensionRow>,
    /// The pools.
    pub pools: Vec<PoolRow>,
}

/// The outcome of a proof in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "answer")]
pub enum Verdict {
    /// Everything has a place; `warnings` name what is overcommitted with leave.
    Fits {
        /// One sentence each.
        warnings: Vec<String>,
    },
    /// Something has none.
    Refused {
        /// The pool.
        pool: String,
        /// Its runner, counted from 1.
        runner: u32,
        /// What it lacks and who holds it.
        message: String,
        /// Why no other arrangement helps.
        reason: String,
    },
    /// Not known.
    Undecided {
        /// Runners that were placed.
        placed: u64,
        /// Runners asked for.
        asked: u64,
    },
}

/// A node group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupRow {
    /// Its name.
    pub name: String,
    /// How many nodes.
    pub nodes: u32,
    /// What one node has.
    pub allocatable: Resources,
}

/// One dimension of an area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DimensionRow {
    /// Which.
    pub dimension: Dimension,
    /// On all nodes, in the dimension's unit; absent if unlimited.
    pub total: Option<u64>,
    /// Asked for when all pools are at their max.
    pub demanded: u64,
    /// What is left then: 0 if too much is asked for, absent if unlimited.
    pub free: Option<u64>,
    /// Demanded of total in thousandths; absent if there is no total to compare with.
    pub used: Option<u64>,
}

/// One pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PoolRow {
    /// Its name.
    pub name: String,
    /// Runners at once.
    pub max: u32,
    /// Runners that have a place in the packing.
    pub placed: u32,
    /// One runner, all its pods together.
    pub runner: Resources,
    /// The dimension that the pool takes most of.
    pub dominant: Option<Dimension>,
    /// How much of that dimension it takes at its max, in thousandths.
    pub share: Option<u64>,
}

/// The numbers behind a proof of this problem.
pub fn report(problem: &Problem, proof: &Proof) -> Report {
    let mut areas: Vec<Area> = proof.parts.iter().map(|part| area(problem, part)).collect();
    let used: BTreeSet<GroupId> =
        proof.parts.iter().flat_map(|p| p.component.groups.iter().copied()).collect();
    let idle = (0..problem.groups().len()).map(GroupId).filter(|id| !used.contains(id));
    areas.extend(idle.map(|id| Area {
        verdict: Verdict::Fits { warnings: Vec::new() },
        groups: groups(problem, &[id]),
        dimensions: dimensions(problem, &[id], &[]),
        pools: Vec::new(),
    }));
    Report { areas }
}

fn area(problem: &Problem, part: &Part) -> Area {
    let demands: Vec<(DemandId, &Demand)> =
        part.component.demands.iter().filter_map(|id| Some((*id, problem.demand(*id)?))).collect();
    let dimensions = dimensions(problem, &part.component.groups, &demands);
    let unplaced: BTreeMap<DemandId, u32> = part.unplaced.iter().copied().collect();
    let row = |(id, demand): &(DemandId, &Demand)| {
        let runner = demand.runner();
        let share = |row: &DimensionRow| {
            let amount = u128::from(runner.get(&row.dimension)) * u128::from(demand.max);
            Some((thousandths(amount, u128::from(row.total?))?, row.dimension.clone()))
        };
        // The first of equals: cpu before memory.
        let shares = dimensions.iter().filter_map(share).filter(|(share, _)| *share > 0);
        let most = shares.reduce(|best, next| if next.0 > best.0 { next } else { best });
        PoolRow {
            name: demand.pool.clone(),
            max: demand.max,
            placed: demand.max - unplaced.get(id).copied().unwrap_or(0).min(demand.max),
            dominant: most.as_ref().map(|(_, dimension)| dimension.clone()),
            share: most.map(|(share, _)| share),
            runner,
        }
    };
    let pools = demands.iter().map(row).collect();
    Area {
        verdict: verdict(problem, part),
        groups: groups(problem, &part.component.groups),
        pools,
        dimensions,
    }
}

fn verdict(problem: &Problem, part: &Part) -> Verdict {
    let warning = |warning: &super::prove::Overcommit| {
        let names: Vec<&str> = warning.dimensions.iter().map(Dimension::name).collect();
        match &warning.outcome {
            Outcome::Refused(refusal) => {
                format!("{} is overcommitted: {}", names.join(" with "), refusal.describe(problem))
            }
            _ => format!("{} may be overcommitted", names.join(" with ")),
        }
    };
    match &part.outcome {
        Outcome::Fits => Verdict::Fits { warnings: part.warnings.iter().map(warning).collect() },
        Outcome::Refused(refusal) => Verdict::Refused {
            pool: problem.pool_name(refusal.demand).to_owned(),
            runner: refusal.runner,
            message: refusal.describe(problem),
            reason: refusal.reason.describe(problem),
        },
        Outcome::Undecided(undecided) => {
            Verdict::Undecided { placed: undecided.placed, asked: undecided.asked }
        }
    }
}

fn groups(problem: &Problem, ids: &[GroupId]) -> Vec<GroupRow> {
    let row = |id: &GroupId| {
        let group = problem.group(*id)?;
        Some(GroupRow {
            name: group.name.clone(),
            nodes: group.count,
            allocatable: group.allocatable.clone(),
        })
    };
    ids.iter().filter_map(row).collect()
}

fn dimensions(problem: &Problem, ids: &[GroupId], demands: &[(DemandId, &Demand)]) -> Vec<DimensionRow> {
    let runners: Vec<(u32, Resources)> = demands.iter().map(|(_, d)| (d.max, d.runner())).collect();
    let groups: Vec<_> = ids.iter().filter_map(|id| problem.group(*id)).collect();
    let mut known: BTreeSet<Dimension> = BTreeSet::new();
    known.extend(runners.iter().flat_map(|(_, runner)| runner.dimensions()));
    known.extend(groups.iter().flat_map(|group| group.allocatable.dimensions()));
    let row = |dimension: Dimension| {
        let add = |sum: u128, (count, amount): (u32, u64)| {
            sum.saturating_add(u128::from(count) * u128::from(amount))
        };
        let demanded = runners.iter().map(|(max, runner)| (*max, runner.get(&dimension))).fold(0, add);
        let nodes = || groups.iter().map(|group| (group.count, group.allocatable.get(&dimension)));
        let limited = nodes().all(|(count, amount)| count == 0 || amount != Resources::UNLIMITED);
        let total = limited.then(|| nodes().fold(0, add));
        DimensionRow {
            total: total.map(clamp),
            demanded: clamp(demanded),
            free: total.map(|total| clamp(total.saturating_sub(demanded))),
            used: total.and_then(|total| thousandths(demanded, total)),
            dimension,
        }
    };
    let shown = |row: &DimensionRow| row.demanded > 0 || row.total.is_some_and(|total| total > 0);
    known.into_iter().map(row).filter(shown).collect()
}

fn clamp(amount: u128) -> u64 {
    u64::try_from(amount).unwrap_or(u64::MAX)
}

fn thousandths(part: u128, whole: u128) -> Option<u64> {
    part.saturating_mul(1000).checked_div(whole).map(clamp)
}

/// A size in words: `cpu 8, memory 32Gi, nvidia.com/gpu 1`, without what is 0, unlimited or pods.
pub(super) fn size(resources: &Resources) -> String {
    let told = |dimension: &Dimension| {
        let amount = resources.get(dimension);
        amount > 0 && amount != Resources::UNLIMITED && *dimension != Dimension::Pods
    };
    let word = |dimension: Dimension| {
        format!("{dimension} {}", show(&dimension, u128::from(resources.get(&dimension))))
    };
    resources.dimensions().filter(told).map(word).collect::<Vec<_>>().join(", ")
}
