//! The heaviest way to fill one node, when every item has a weight.

use super::instance::{Instance, fits};
use std::cmp::Reverse;

/// The items of an instance that have a size, and how many there are of each. What follows speaks
/// of them by position in these lists.
#[derive(Clone, Debug)]
pub(super) struct Goods {
    pub items: Vec<usize>,
    pub counts: Vec<u64>,
}

impl Goods {
    /// Those of an instance.
    pub fn new(instance: &Instance, counts: &[u64]) -> Self {
        let sized =
            |item: &usize| counts[*item] > 0 && instance.items[*item].load.iter().any(|load| *load > 0);
        let items: Vec<usize> = (0..instance.items.len()).filter(sized).collect();
        Self { counts: items.iter().map(|item| counts[*item]).collect(), items }
    }
}

/// A filling, and what no filling weighs more than.
pub(super) struct Heaviest {
    /// How many of each good.
    pub take: Vec<u64>,
    /// The weight of the heaviest filling; more than that if the steps ran out.
    pub at_most: i128,
}

/// Fixed point of weights per unit.
const FRACTION: u32 = 40;

/// Finds the heaviest filling of a node of `bin` with at most `left` of each good. With `must`, one
/// of that good is in it if it fits.
pub(super) fn heaviest(
    instance: &Instance,
    bin: usize,
    goods: &Goods,
    left: &[u64],
    weights: &[u64],
    must: Option<usize>,
    steps: &mut u64,
) -> Heaviest {
    let mut free = instance.bins[bin].capacity.clone();
    let mut left = left.to_vec();
    let load = |at: usize| &instance.items[goods.items[at]].load;
    let fixed = must.filter(|at| left[*at] > 0 && fits(&free, load(*at)) > 0);
    if let Some(at) = fixed {
        left[at] -= 1;
        free.iter_mut().zip(load(at)).for_each(|(free, load)| *free -= load);
    }
    let goes_in = |at: &usize| {
        left[*at] > 0
            && weights[*at] > 0
            && instance.bins_of(goods.items[*at]).contains(&bin)
            && fits(&free, load(*at)) > 0
    };
    let mut order: Vec<usize> = (0..goods.items.len()).filter(goes_in).collect();
    // Much weight for little room first.
    let room = |at: usize| -> u128 {
        let parts = load(at)
            .iter()
            .zip(&free)
            .map(|(load, free)| (u128::from(*load) << 20) / u128::from((*free).max(1)));
        parts.sum::<u128>().max(1)
    };
    order.sort_by_key(|at| (Reverse((u128::from(weights[*at]) << FRACTION) / room(*at)), *at));
    let loads: Vec<&[u64]> = order.iter().map(|at| load(*at).as_slice()).collect();
    let limits: Vec<u64> = order.iter().map(|at| left[*at]).collect();
    let worth: Vec<i128> = order.iter().map(|at| i128::from(weights[*at])).collect();
    let rates = rates(&loads, &worth, instance.dims.len());
    let rest = suffix_sums(&limits, &worth);
    let take = vec![0; order.len()];
    let mut knapsack =
        Knapsack { loads, limits, worth, rates, rest, best: take.clone(), take, most: 0, steps: *steps };
    let bound = knapsack.bound(0, &free);
    let whole = knapsack.choose(0, &free, 0);
    *steps = knapsack.steps;
    let mut take = vec![0; goods.items.len()];
    for (at, count) in order.into_iter().zip(knapsack.best) {
        take[at] = count;
    }
    let mut at_most = if whole { knapsack.most } else { bound };
    if let Some(at) = fixed {
        take[at] += 1;
        at_most += i128::from(weights[at]);
    }
    Heaviest { take, at_most }
}

/// For each position and dimension the most weight that a unit buys from there on, rounded up;
/// `None` where something takes nothing of the dimension.
fn rates(loads: &[&[u64]], worth: &[i128], dims: usize) -> Vec<Vec<Option<u128>>> {
    let mut rates = vec![vec![Some(0u128); dims]; loads.len() + 1];
    for at in (0..loads.len()).rev() {
        for dim in 0..dims {
            let own = (worth[at].unsigned_abs() << FRACTION)
                .checked_add(u128::from(loads[at][dim]).saturating_sub(1));
            let own = own.and_then(|scaled| scaled.checked_div(u128::from(loads[at][dim])));
            rates[at][dim] = match (rates[at + 1][dim], own) {
                (Some(later), Some(own)) => Some(later.max(own)),
                _ => None,
            };
        }
    }
    rates
}

fn suffix_sums(limits: &[u64], worth: &[i128]) -> Vec<i128> {
    let mut sums = vec![0i128; limits.len() + 1];
    for at in (0..limits.len()).rev() {
        sums[at] = sums[at + 1] + worth[at] * i128::from(limits[at]);
    }
    sums
}

struct Knapsack<'a> {
    loads: Vec<&'a [u64]>,
    limits: Vec<u64>,
    worth: Vec<i128>,
    rates: Vec<Vec<Option<u128>>>,
    rest: Vec<i128>,
    take: Vec<u64>,
    best: Vec<u64>,
    most: i128,
    steps: u64,
}

impl Knapsack<'_> {
    /// What goods from `at` on add at most.
    fn bound(&self, at: usize, free: &[u64]) -> i128 {
        let by = |(free, rate): (&u64, &Option<u128>)| {
            let weight = u128::from(*free).checked_mul((*rate)?)? >> FRACTION;
            i128::try_from(weight).ok()
        };
        free.iter().zip(&self.rates[at]).filter_map(by).fold(self.rest[at], i128::min)
    }

    /// Chooses how many of the good at `at` and of those after it; false if steps ran out. The
    /// depth is the number of goods, which callers keep below a few hundred.
    fn choose(&mut self, at: usize, free: &[u64], worth: i128) -> bool {
        if worth > self.most {
            self.most = worth;
            self.best.copy_from_slice(&self.take);
        }
        if at == self.loads.len() || worth + self.bound(at, free) <= self.most {
            return true;
        }
        let load = self.loads[at];
        let most = fits(free, load).min(self.limits[at]);
        for count in (0..=most).rev() {
            if self.steps == 0 {
                self.take[at] = 0;
                return false;
            }
            self.steps -= 1;
            let left: Vec<u64> = free.iter().zip(load).map(|(free, load)| free - load * count).collect();
            self.take[at] = count;
            if !self.choose(at + 1, &left, worth + self.worth[at] * i128::from(count)) {
                self.take[at] = 0;
                return false;
            }
        }
        self.take[at] = 0;
        true
    }
}
