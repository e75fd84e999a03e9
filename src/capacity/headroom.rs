//! Question 2: what is the largest max that a pool could have, with the others at theirs?

use super::component::components;
use super::instance::Instance;
use super::problem::{DemandId, Problem};
use super::prove::maxima;
use super::resources::{Dimension, Policy};
use super::settle::{Outcome, settle};
use super::solve::{Effort, Solved, solve};

/// The largest max of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headroom {
    /// The pool.
    pub demand: DemandId,
    /// Proved to fit, with every other pool of its nodes at its max.
    pub runners: u32,
    /// Why not one more.
    pub limit: Limit,
}

/// What ends a pool's growth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Nothing that is looked at: it asks for nothing that runs out.
    None,
    /// One more is refused, or undecided.
    Next(Outcome),
    /// The other pools do not fit even without this one, or that is undecided.
    Others(Outcome),
}

/// Which policies count as a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// [`Policy::Deny`]: the fleet would be refused.
    Deny,
    /// [`Policy::Deny`] and [`Policy::Warn`]: the fleet would pass, with a warning.
    Warn,
}

/// The largest max for one pool while the others keep theirs. `None` for a pool of another problem.
///
/// Other components have no say. The search doubles and halves, so it costs some
/// 2 log2(answer) proofs.
pub fn max_for(
    problem: &Problem,
    demand: DemandId,
    strictness: Strictness,
    effort: Effort,
) -> Option<Headroom> {
    let mut component = components(problem).into_iter().find(|part| part.demands.contains(&demand))?;
    // A refusal names the first runner without a place: the pool in question comes last.
    component.demands.retain(|id| *id != demand);
    component.demands.push(demand);
    let policies = problem.policies_among(&component.groups);
    let counted = |dim: &Dimension| match policies.of(dim) {
        Policy::Deny => true,
        Policy::Warn => strictness == Strictness::Warn,
        Policy::Allow => false,
    };
    let instance = Instance::new(problem, &component, counted);
    let others = maxima(problem, &instance);
    let own = others.len().checked_sub(1)?;
    let with = |runners: u32| {
        let mut max = others.clone();
        max[own] = runners;
        max
    };
    let fits = |runners: u32| {
        matches!(solve(&instance, &instance.counts(&with(runners)), effort), Solved::Packed(_))
    };
    let outcome = |runners: u32| settle(problem, &instance, &with(runners), effort).outcome;

    if !fits(0) {
        return Some(Headroom { demand, runners: 0, limit: Limit::Others(outcome(0)) });
    }
    let (mut low, mut step) = (0u32, others[own].max(1));
    let mut high = loop {
        let next = low.saturating_add(step);
        if !fits(next) {
            break next;
        }
        if next == u32::MAX {
            return Some(Headroom { demand, runners: next, limit: Limit::None });
        }
        (low, step) = (next, next);
    };
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    Some(Headroom { demand, runners: low, limit: Limit::Next(outcome(high)) })
}
