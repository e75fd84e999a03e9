//! Fills node after node instead of placing item after item: finds the balanced packings that
//! first fit misses.

use super::first_fit::{Attempt, shares};
use super::heaviest::{Goods, heaviest};
use super::instance::{Instance, Run, fits};
use super::shelves::Shelves;
use super::weights::Weights;

/// More distinct items than this are left to first fit.
const MOST_ITEMS: usize = 300;

/// Steps of finding the heaviest filling of one node.
const NODE_STEPS: u64 = 3_000;

/// Tries filling evenly, then greedily; `None` when there are too many distinct items.
pub(super) fn fill(instance: &Instance, counts: &[u64], steps: u64) -> Option<Result<Vec<Run>, Attempt>> {
    let present: Vec<usize> = (0..counts.len()).filter(|item| counts[*item] > 0).collect();
    if present.len() > MOST_ITEMS {
        return None;
    }
    let styles = [Style::Even, Style::Greedy].into_iter();
    best_of(styles.map(|style| Filler::new(instance, counts, &present).run(style, steps)))
}

/// Tries filling each node as heavily as the weights allow.
pub(super) fn fill_weighed(
    instance: &Instance,
    counts: &[u64],
    goods: &Goods,
    weights: &[Weights],
    steps: u64,
) -> Option<Result<Vec<Run>, Attempt>> {
    let styles = weights.iter().map(|weights| Style::Weighed(goods, &weights.good));
    best_of(styles.map(|style| Filler::new(instance, counts, &goods.items).run(style, steps)))
}

fn best_of(attempts: impl Iterator<Item = Attempt>) -> Option<Result<Vec<Run>, Attempt>> {
    let mut best: Option<Attempt> = None;
    for attempt in attempts {
        if attempt.left.is_empty() {
            return Some(Ok(attempt.runs));
        }
        if best.as_ref().is_none_or(|best| attempt.missing() < best.missing()) {
            best = Some(attempt);
        }
    }
    best.map(Err)
}

/// How a node is filled.
#[derive(Clone, Copy)]
enum Style<'a> {
    /// Of each item its even share per node, then what fits.
    Even,
    /// The hardest first.
    Greedy,
    /// As heavily as possible, around the hardest.
    Weighed(&'a Goods, &'a [u64]),
}

struct Filler<'a> {
    instance: &'a Instance,
    left: Vec<u64>,
    /// Items that have a size, the hardest to place first.
    order: Vec<usize>,
    /// Nodes not yet filled that each class may use.
    nodes: Vec<u64>,
}

impl<'a> Filler<'a> {
    fn new(instance: &'a Instance, counts: &[u64], present: &[usize]) -> Self {
        let shares = shares(instance);
        let mut order: Vec<usize> = present.to_vec();
        order.retain(|item| instance.items[*item].load.iter().any(|load| *load > 0));
        order.sort_by_key(|item| {
            let largest = shares[*item].iter().copied().max().unwrap_or(0);
            (instance.bins_of(*item).len(), std::cmp::Reverse(largest), *item)
        });
        let nodes = instance
            .classes
            .iter()
            .map(|bins| bins.iter().map(|bin| instance.bins[*bin].nodes).sum())
            .collect();
        Self { instance, left: counts.to_vec(), order, nodes }
    }

    fn run(mut self, style: Style<'_>, steps: u64) -> Attempt {
        let mut wanted = vec![0usize; self.instance.bins.len()];
        for item in &self.order {
            for bin in self.instance.bins_of(*item) {
                wanted[*bin] += 1;
            }
        }
        let mut bins: Vec<usize> = (0..wanted.len()).filter(|bin| wanted[*bin] > 0).collect();
        bins.sort_by_key(|bin| (wanted[*bin], *bin));
        let mut runs = Vec::new();
        let mut work = steps;
        for bin in bins {
            let mut nodes = self.instance.bins[bin].nodes;
            let here: Vec<usize> = self
                .order
                .iter()
                .copied()
                .filter(|item| self.instance.bins_of(*item).contains(&bin))
                .collect();
            while nodes > 0 && work > 0 {
                work = work.saturating_sub(here.len() as u64 + 1);
                let holds = match style {
                    Style::Even => self.node(bin, &here, true),
                    Style::Greedy => self.node(bin, &here, false),
                    Style::Weighed(goods, weights) => self.weighed(bin, &here, goods, weights, &mut work),
                };
                let alike = holds.iter().map(|(item, count)| self.left[*item] / count).min().unwrap_or(0);
                let alike = alike.min(nodes);
                if alike == 0 {
                    break;
                }
                for (item, count) in &holds {
                    self.left[*item] -= count * alike;
                }
                self.used(bin, alike);
                nodes -= alike;
                runs.push(Run { bin, nodes: alike, holds });
            }
            self.used(bin, nodes);
        }
        self.finish(runs, steps)
    }

    /// What the next node of a bin should hold.
    fn node(&self, bin: usize, here: &[usize], even: bool) -> Vec<(usize, u64)> {
        let mut free = self.instance.bins[bin].capacity.clone();
        let mut holds: Vec<(usize, u64)> = Vec::new();
        let mut take = |item: usize, most: u64| {
            let load = &self.instance.items[item].load;
            let held = holds.iter_mut().find(|(held, _)| *held == item);
            let already = held.as_ref().map_or(0, |(_, count)| *count);
            let count = fits(&free, load).min(self.left[item] - already).min(most);
            if count > 0 {
                free.iter_mut().zip(load).for_each(|(free, load)| *free -= load * count);
                match held {
                    Some((_, held)) => *held += count,
                    None => holds.push((item, count)),
                }
            }
        };
        if even {
            for item in here {
                let nodes = self.nodes[self.instance.items[*item].class].max(1);
                take(*item, self.left[*item].div_ceil(nodes));
            }
        }
        for item in here {
            take(*item, u64::MAX);
        }
        holds
    }

    /// The heaviest filling of the next node, with one of the hardest item that is left.
    fn weighed(
        &self,
        bin: usize,
        here: &[usize],
        goods: &Goods,
        weights: &[u64],
        work: &mut u64,
    ) -> Vec<(usize, u64)> {
        let left: Vec<u64> = goods.items.iter().map(|item| self.left[*item]).collect();
        let hardest = here.iter().find(|item| self.left[**item] > 0);
        let must = hardest.and_then(|item| goods.items.iter().position(|good| good == item));
        let mut steps = NODE_STEPS.min(*work);
        let before = steps;
        let take = heaviest(self.instance, bin, goods, &left, weights, must, &mut steps).take;
        *work -= before - steps;
        goods.items.iter().copied().zip(take).filter(|(_, count)| *count > 0).collect()
    }

    fn used(&mut self, bin: usize, nodes: u64) {
        for (class, bins) in self.instance.classes.iter().enumerate() {
            if bins.contains(&bin) {
                self.nodes[class] = self.nodes[class].saturating_sub(nodes);
            }
        }
    }

    /// What is left over goes where first fit finds room: items without size, and the rest.
    fn finish(self, runs: Vec<Run>, steps: u64) -> Attempt {
        let mut shelves = Shelves::with(self.instance, &runs, steps);
        let place = |(item, count): (usize, &u64)| (item, shelves.place(item, *count));
        let left = self.left.iter().enumerate().filter(|(_, count)| **count > 0).map(place);
        let left: Vec<_> = left.filter(|(_, left)| *left > 0).collect();
        Attempt { runs: shelves.runs(), left }
    }
}
