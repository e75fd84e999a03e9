//! Exact search: the hardest item that is left must be on some node, filled in some way.

use super::heaviest::Goods;
use super::instance::{Instance, Run};
use super::pattern::Pattern;
use super::weights::{Weights, weigh};
use std::collections::{BTreeMap, HashSet};

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A packing of all items that have a size.
    Packing(Vec<Run>),
    /// There is none; all were tried in this many steps.
    Nothing { steps: u64 },
    /// The steps ran out.
    GaveUp,
}

/// Failed states that are remembered.
const MOST_REMEMBERED: usize = 100_000;

/// A choice for one node.
struct Choice {
    bin: usize,
    take: Vec<u64>,
}

/// A state of the search: what is left, and the choices for the next node.
struct State {
    left: Vec<u64>,
    nodes: Vec<u64>,
    slack: Vec<i128>,
    choices: Vec<Choice>,
    next: usize,
}

/// Searches for at most `steps` looked-at fillings.
pub(super) fn search(
    instance: &Instance,
    goods: &Goods,
    patterns: &[Pattern],
    weights: &[Weights],
    steps: u64,
) -> Found {
    let holds = |item: usize| {
        let list = patterns.iter().enumerate();
        list.filter(|(_, pattern)| pattern.take[item] > 0).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let holding = (0..goods.items.len()).map(holds).collect();
    let mut search = Search { patterns, weights, hardest: hardest(goods, patterns), holding, used: 0, steps };
    let mut failed: HashSet<(Vec<u64>, Vec<u64>)> = HashSet::new();
    let nodes = instance.bins.iter().map(|bin| bin.nodes).collect();
    let slack = weights.iter().map(|weights| weights.slack).collect();
    let mut path = vec![search.state(goods.counts.clone(), nodes, slack)];
    while let Some(state) = path.last_mut() {
        if state.left.iter().all(|left| *left == 0) {
            return Found::Packing(runs(goods, &path));
        }
        if search.used > steps {
            return Found::GaveUp;
        }
        let Some(choice) = state.choices.get(state.next) else {
            if failed.len() < MOST_REMEMBERED {
                failed.insert((std::mem::take(&mut state.left), std::mem::take(&mut state.nodes)));
            }
            path.pop();
            continue;
        };
        state.next += 1;
        let left: Vec<u64> = state.left.iter().zip(&choice.take).map(|(left, take)| left - take).collect();
        let mut nodes = state.nodes.clone();
        nodes[choice.bin] -= 1;
        let slack = slack_after(weights, &state.slack, choice);
        let key = (left, nodes);
        if failed.contains(&key) {
            search.used += 1;
            continue;
        }
        path.push(search.state(key.0, key.1, slack));
    }
    Found::Nothing { steps: search.used }
}

struct Search<'a> {
    patterns: &'a [Pattern],
    weights: &'a [Weights],
    /// Positions of items, the hardest to place first.
    hardest: Vec<usize>,
    /// For each position the patterns that hold it.
    holding: Vec<Vec<usize>>,
    used: u64,
    steps: u64,
}

impl Search<'_> {
    /// A state with the choices that are worth trying, the least wasteful first.
    fn state(&mut self, left: Vec<u64>, nodes: Vec<u64>, slack: Vec<i128>) -> State {
        let mut choices = Vec::new();
        if let Some(item) = self.hardest.iter().copied().find(|item| left[*item] > 0) {
            for at in &self.holding[item] {
                let pattern = &self.patterns[*at];
                if self.used > self.steps {
                    break;
                }
                self.used += 1;
                if nodes[pattern.bin] == 0 {
                    continue;
                }
                let take = pattern.take.iter().zip(&left).map(|(take, left)| *take.min(left)).collect();
                let choice = Choice { bin: pattern.bin, take };
                if slack_after(self.weights, &slack, &choice).iter().all(|slack| *slack >= 0) {
                    choices.push(choice);
                }
            }
        }
        choices.sort_by_cached_key(|choice| (self.waste(choice), choice.bin, choice.take.clone()));
        choices.dedup_by(|a, b| a.bin == b.bin && a.take == b.take);
        State { left, nodes, slack, choices, next: 0 }
    }

    fn waste(&self, choice: &Choice) -> i128 {
        self.weights.first().map_or(0, |w| w.bin[choice.bin] - weigh(&w.good, &choice.take))
    }
}

fn slack_after(weights: &[Weights], slack: &[i128], choice: &Choice) -> Vec<i128> {
    let waste = |w: &Weights| w.bin[choice.bin] - weigh(&w.good, &choice.take);
    weights.iter().zip(slack).map(|(w, slack)| slack - waste(w)).collect()
}

/// Items that few patterns hold many of come first.
fn hardest(goods: &Goods, patterns: &[Pattern]) -> Vec<usize> {
    let ways = |at: usize| -> u64 { patterns.iter().map(|pattern| pattern.take[at]).sum() };
    let mut order: Vec<usize> = (0..goods.items.len()).collect();
    order.sort_by_cached_key(|at| (ways(*at), *at));
    order
}

/// The choices on the path, equal ones as one run.
fn runs(goods: &Goods, path: &[State]) -> Vec<Run> {
    let mut chosen: BTreeMap<(usize, &[u64]), u64> = BTreeMap::new();
    for state in path {
        if let Some(choice) = state.next.checked_sub(1).and_then(|at| state.choices.get(at)) {
            *chosen.entry((choice.bin, &choice.take)).or_insert(0) += 1;
        }
    }
    let holds = |take: &[u64]| {
        let held = goods.items.iter().zip(take).filter(|(_, take)| **take > 0);
        held.map(|(item, take)| (*item, *take)).collect()
    };
    chosen.into_iter().map(|((bin, take), nodes)| Run { bin, nodes, holds: holds(take) }).collect()
}
