//! One instance: refuted, packed, or undecided.

use super::bounds::{Refutation, refute};
use super::fill::{fill, fill_weighed};
use super::first_fit::{Attempt, first_fit};
use super::heaviest::Goods;
use super::instance::{Instance, Run};
use super::pattern::patterns;
use super::search::{Found, search};
use super::shelves::Shelves;
use super::weights::weights;

/// How much work a proof may take. Counted in steps, not in time: the answer is the same on every
/// machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Steps of each quick packing.
    pub packing: u64,
    /// Steps of finding weights that refute.
    pub weights: u64,
    /// Steps of the exact search.
    pub search: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { packing: 40_000_000, weights: 400_000, search: 400_000 }
    }
}

/// More distinct items with a size than this are only packed, not weighed and searched.
const MOST_GOODS: usize = 64;

/// The answer for one instance.
#[derive(Clone, Debug)]
pub(super) enum Solved {
    /// Everything has a place.
    Packed(Vec<Run>),
    /// There is no packing.
    Impossible(Refutation),
    /// Neither was shown. The best packing found leaves something out.
    Unknown(Attempt),
}

/// Decides whether all items have a place at once.
pub(super) fn solve(instance: &Instance, counts: &[u64], effort: Effort) -> Solved {
    if let Some(refutation) = refute(instance, counts) {
        return Solved::Impossible(refutation);
    }
    let mut best = match first_fit(instance, counts, effort.packing) {
        Ok(runs) => return Solved::Packed(runs),
        Err(attempt) => attempt,
    };
    match fill(instance, counts, effort.packing) {
        Some(Ok(runs)) => return Solved::Packed(runs),
        Some(Err(attempt)) if attempt.missing() < best.missing() => best = attempt,
        _ => {}
    }
    let goods = Goods::new(instance, counts);
    if goods.items.len() > MOST_GOODS {
        return Solved::Unknown(best);
    }
    let weights = weights(instance, &goods, effort.weights);
    if weights.first().is_some_and(|weights| weights.slack < 0) {
        return Solved::Impossible(Refutation::Weights);
    }
    match fill_weighed(instance, counts, &goods, &weights, effort.packing) {
        Some(Ok(runs)) => return Solved::Packed(runs),
        Some(Err(attempt)) if attempt.missing() < best.missing() => best = attempt,
        _ => {}
    }
    let Some(patterns) = patterns(instance, &goods) else { return Solved::Unknown(best) };
    match search(instance, &goods, &patterns, &weights, effort.search) {
        Found::Packing(runs) => {
            let mut shelves = Shelves::with(instance, &runs, effort.packing);
            let sized = |item: &usize| instance.items[*item].load.iter().any(|load| *load > 0);
            for item in (0..counts.len()).filter(|item| !sized(item)) {
                shelves.place(item, counts[item]);
            }
            Solved::Packed(shelves.runs())
        }
        Found::Nothing { steps } => Solved::Impossible(Refutation::Exhausted { steps }),
        Found::GaveUp => Solved::Unknown(best),
    }
}
