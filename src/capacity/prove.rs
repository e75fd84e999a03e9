//! Question 1: can all pools run at their max at once?

use super::component::{Component, components};
use super::instance::Instance;
use super::packing::Packing;
use super::problem::{DemandId, Problem};
use super::resources::{Dimension, Policy};
use super::settle::{Outcome, Settled, settle};
use super::solve::Effort;
use rayon::prelude::*;

/// The answer, a part for each set of pools that share nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The parts, in the order of their first pool.
    pub parts: Vec<Part>,
}

/// The answer for pools that share nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The pools and their nodes.
    pub component: Component,
    /// Over all dimensions whose policy is [`Policy::Deny`].
    pub outcome: Outcome,
    /// Dimensions whose policy is [`Policy::Warn`] and that would not hold everything at once.
    pub warnings: Vec<Overcommit>,
    /// Where the runners are: all of them if it fits, else as many as were placed.
    pub packing: Packing,
    /// Pools with runners that the packing leaves out, and how many. Empty if it fits.
    pub unplaced: Vec<(DemandId, u32)>,
}

/// An overcommitted dimension that the policy lets pass with a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overcommit {
    /// The dimension; more than one if each alone would fit and only both together do not.
    pub dimensions: Vec<Dimension>,
    /// What the answer would be if the policy were [`Policy::Deny`]; never [`Outcome::Fits`].
    pub outcome: Outcome,
}

impl Proof {
    /// Whether everything has its place.
    pub fn fits(&self) -> bool {
        self.parts.iter().all(|part| part.outcome == Outcome::Fits)
    }
}

/// Decides whether all pools can be at their max at once.
///
/// Every part gets its own answer, so that one refusal does not hide another. Dimensions whose
/// policy is [`Policy::Allow`] are not looked at.
pub fn prove(problem: &Problem, effort: Effort) -> Proof {
    let parts = components(problem).into_par_iter().map(|component| part(problem, component, effort));
    Proof { parts: parts.collect() }
}

fn part(problem: &Problem, component: Component, effort: Effort) -> Part {
    let policies = problem.policies_among(&component.groups);
    let policy = |dim: &Dimension| policies.of(dim);
    let look = |keep: &dyn Fn(&Dimension) -> bool| {
        let instance = Instance::new(problem, &component, keep);
        let max = maxima(problem, &instance);
        settle(problem, &instance, &max, effort)
    };
    let all = Instance::new(problem, &component, |dim| policy(dim) != Policy::Allow);
    let warned: Vec<&Dimension> = all.dims.iter().filter(|dim| policy(dim) == Policy::Warn).collect();
    let everything = settle(problem, &all, &maxima(problem, &all), effort);
    let mut warnings = Vec::new();
    let settled = if warned.is_empty() || everything.outcome == Outcome::Fits {
        everything
    } else {
        let strict = look(&|dim| policy(dim) == Policy::Deny);
        if strict.outcome == Outcome::Fits {
            for extra in &warned {
                let outcome = look(&|dim| policy(dim) == Policy::Deny || dim == *extra).outcome;
                if outcome != Outcome::Fits {
                    warnings.push(Overcommit { dimensions: vec![(*extra).clone()], outcome });
                }
            }
            if warnings.is_empty() {
                let dimensions = warned.into_iter().cloned().collect();
                warnings.push(Overcommit { dimensions, outcome: everything.outcome });
            }
        }
        strict
    };
    let Settled { outcome, packing, unplaced } = settled;
    Part { component, outcome, warnings, packing, unplaced }
}

/// The pools of an instance at their max.
pub(super) fn maxima(problem: &Problem, instance: &Instance) -> Vec<u32> {
    instance.demands.iter().map(|id| problem.demand(*id).map_or(0, |demand| demand.max)).collect()
}
