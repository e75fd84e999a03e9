//! Fills node after node instead of placing item after item: finds the balanced packings that
//! first fit misses.

use super::first_fit::{Attempt, shares};
use super::instance::{Instance, Run, fits};
use super::shelves::Shelves;

/// More distinct items than this are left to first fit.
const MOST_ITEMS: usize = 300;

/// Tries filling evenly, then greedily; `None` when there are too many distinct items.
pub(super) fn fill(instance: &Instance, counts: &[u64], steps: u64) -> Option<Result<Vec<Run>, Attempt>> {
    let present: Vec<usize> = (0..counts.len()).filter(|item| counts[*item] > 0).collect();
    if present.len() > MOST_ITEMS {
        return None;
    }
    let mut best: Option<Attempt> = None;
    for even in [true, false] {
        let attempt = Filler::new(instance, counts, &present).run(even, steps);
        if attempt.left.is_empty() {
            return Some(Ok(attempt.runs));
        }
        if best.as_ref().is_none_or(|best| attempt.missing() < best.missing()) {
            best = Some(attempt);
        }
    }
    best.map(Err)
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

    fn run(mut self, even: bool, steps: u64) -> Attempt {
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
                let holds = self.node(bin, &here, even);
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
