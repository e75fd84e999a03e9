//! The ways to fill one node, and weights that prove that no number of nodes suffices.

use super::first_fit::shares;
use super::instance::{Instance, fits};

/// A way to fill a node of a bin so that nothing more goes in.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub bin: usize,
    /// How many of each listed item.
    pub take: Vec<u64>,
}

/// All maximal ways to fill nodes with the listed items.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    /// Which items the positions of [`Pattern::take`] mean.
    pub items: Vec<usize>,
    /// How many there are of each.
    pub counts: Vec<u64>,
    pub list: Vec<Pattern>,
}

/// More patterns than this are not listed, and the instance is not solved exactly.
const MOST_PATTERNS: usize = 4_000;
/// More distinct items than this are not solved exactly.
const MOST_ITEMS: usize = 64;
/// Work on listing them before giving up.
const LISTING_STEPS: u64 = 200_000;

/// Lists the patterns of the items that have a size; `None` when there are too many.
pub(super) fn patterns(instance: &Instance, counts: &[u64]) -> Option<Patterns> {
    let sized = |item: &usize| counts[*item] > 0 && instance.items[*item].load.iter().any(|load| *load > 0);
    let items: Vec<usize> = (0..instance.items.len()).filter(sized).collect();
    if items.len() > MOST_ITEMS {
        return None;
    }
    let mut lister = Lister { instance, items: &items, counts, list: Vec::new(), steps: LISTING_STEPS };
    for (bin, kind) in instance.bins.iter().enumerate() {
        let allowed: Vec<bool> = items.iter().map(|item| instance.bins_of(*item).contains(&bin)).collect();
        lister.list_from(bin, &allowed, 0, &mut kind.capacity.clone(), &mut vec![0; items.len()])?;
    }
    let list = lister.list;
    Some(Patterns { counts: items.iter().map(|item| counts[*item]).collect(), items, list })
}

struct Lister<'a> {
    instance: &'a Instance,
    items: &'a [usize],
    counts: &'a [u64],
    list: Vec<Pattern>,
    steps: u64,
}

impl Lister<'_> {
    /// Chooses how many of the item at `at` and of those after it. The depth is the number of
    /// items, which is small or the steps run out first.
    fn list_from(
        &mut self,
        bin: usize,
        allowed: &[bool],
        at: usize,
        free: &mut [u64],
        take: &mut [u64],
    ) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        let Some(item) = self.items.get(at) else {
            if self.maximal(allowed, free, take) {
                if self.list.len() == MOST_PATTERNS {
                    return None;
                }
                self.list.push(Pattern { bin, take: take.to_vec() });
            }
            return Some(());
        };
        if !allowed[at] {
            return self.list_from(bin, allowed, at + 1, free, take);
        }
        let load = &self.instance.items[*item].load;
        let most = fits(free, load).min(self.counts[*item]);
        let least = if self.items.len() == at + 1 { most } else { 0 };
        for count in (least..=most).rev() {
            let mut rest: Vec<u64> = free.iter().zip(load).map(|(free, load)| free - load * count).collect();
            take[at] = count;
            self.list_from(bin, allowed, at + 1, &mut rest, take)?;
        }
        take[at] = 0;
        Some(())
    }

    fn maximal(&self, allowed: &[bool], free: &[u64], take: &[u64]) -> bool {
        self.items.iter().enumerate().all(|(at, item)| {
            !allowed[at]
                || take[at] == self.counts[*item]
                || fits(free, &self.instance.items[*item].load) == 0
        })
    }
}

/// A weight per item, and the most that a node of each bin can hold of it. However the nodes are
/// filled, the weight of all items is at most that of all nodes: a proof when it is larger.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    pub item: Vec<u64>,
    pub bin: Vec<i128>,
    /// Weight that all nodes can hold, less that of all items.
    pub slack: i128,
}

/// Largest weight of an item: small enough that sums stay exact.
const SCALE: f64 = 1_048_576.0;
/// Rounds of improving the weights from one start.
const ROUNDS: u32 = 60;
/// How many weights guide the search.
const KEEP: usize = 8;

/// The weights with the least slack. The first has negative slack if a proof was found.
pub(super) fn weights(instance: &Instance, patterns: &Patterns) -> Vec<Weights> {
    let shares = shares(instance);
    let largest = |item: &usize| shares[*item].iter().copied().max().unwrap_or(0) as f64;
    let mut starts: Vec<Vec<f64>> = (0..instance.dims.len())
        .map(|dim| patterns.items.iter().map(|item| shares[*item][dim] as f64).collect())
        .collect();
    starts.push(patterns.items.iter().map(largest).collect());
    starts.push(vec![1.0; patterns.items.len()]);
    let mut found: Vec<Weights> = Vec::new();
    for start in starts {
        let mut now = start;
        let mut best: Option<Weights> = None;
        for round in 0..ROUNDS {
            let Some((weights, used)) = measure(instance, patterns, &now) else { break };
            let proof = weights.slack < 0;
            if best.as_ref().is_none_or(|best| weights.slack < best.slack) {
                best = Some(weights);
            }
            if proof {
                return best.into_iter().collect();
            }
            // Items that the best fillings hold too seldom weigh more in the next round.
            let rate = 1.0 / (1.0 + f64::from(round) / 8.0);
            for (at, weight) in now.iter_mut().enumerate() {
                let (want, used) = (patterns.counts[at] as f64, used[at]);
                let change = rate * (want - used) / (want + used).max(1.0);
                *weight = (*weight).max(SCALE / 1e6) * (1.0 + change.max(-0.9));
            }
        }
        found.extend(best);
    }
    found.sort_by_key(|weights| weights.slack);
    found.truncate(KEEP);
    found
}

/// Rounds weights to whole numbers, and finds exactly what the nodes can hold of them. Also says
/// how many of each item the heaviest filling of all nodes holds.
fn measure(instance: &Instance, patterns: &Patterns, raw: &[f64]) -> Option<(Weights, Vec<f64>)> {
    let most = raw.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let item: Vec<u64> = raw.iter().map(|weight| (weight / most * SCALE).round() as u64).collect();
    let mut bin = vec![0i128; instance.bins.len()];
    let mut heaviest: Vec<Option<&Pattern>> = vec![None; instance.bins.len()];
    for pattern in &patterns.list {
        let weight = weigh(&item, &pattern.take);
        if heaviest[pattern.bin].is_none() || weight > bin[pattern.bin] {
            bin[pattern.bin] = weight;
            heaviest[pattern.bin] = Some(pattern);
        }
    }
    let mut used = vec![0.0; item.len()];
    for (kind, pattern) in instance.bins.iter().zip(&heaviest) {
        for (used, take) in used.iter_mut().zip(pattern.map_or(&[][..], |pattern| &pattern.take)) {
            *used += *take as f64 * kind.nodes as f64;
        }
    }
    let holds: i128 =
        instance.bins.iter().zip(&bin).map(|(kind, weight)| i128::from(kind.nodes) * weight).sum();
    let wants = weigh(&item, &patterns.counts);
    Some((Weights { item, bin, slack: holds - wants }, used))
}

/// The weight of a filling.
pub(super) fn weigh(weights: &[u64], take: &[u64]) -> i128 {
    weights.iter().zip(take).map(|(weight, take)| i128::from(*weight) * i128::from(*take)).sum()
}
