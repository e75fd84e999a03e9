//! First fit in several orders: near-linear, and enough for most fleets.

use super::instance::{Instance, Run};
use super::resources::Dimension;
use super::shelves::Shelves;
use std::cmp::Reverse;

/// A packing and what it leaves out.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub runs: Vec<Run>,
    /// Item and how many of it have no place.
    pub left: Vec<(usize, u64)>,
}

impl Attempt {
    /// How many items have no place.
    pub fn missing(&self) -> u128 {
        self.left.iter().map(|(_, count)| u128::from(*count)).sum()
    }
}

/// More items than this get the first two orders only: at that size each order costs.
const MANY_ITEMS: usize = 256;

/// Tries the orders one after the other; `Ok` is a packing of everything, `Err` the best attempt.
pub(super) fn first_fit(instance: &Instance, counts: &[u64], steps: u64) -> Result<Vec<Run>, Attempt> {
    let mut best: Option<Attempt> = None;
    for order in orders(instance, counts) {
        let mut shelves = Shelves::new(instance, steps);
        let place = |item| (item, shelves.place(item, counts[item]));
        let left: Vec<_> = order.into_iter().map(place).filter(|(_, left)| *left > 0).collect();
        let attempt = Attempt { runs: shelves.runs(), left };
        if attempt.left.is_empty() {
            return Ok(attempt.runs);
        }
        if best.as_ref().is_none_or(|best| attempt.missing() < best.missing()) {
            best = Some(attempt);
        }
    }
    Err(best.unwrap_or(Attempt { runs: Vec::new(), left: Vec::new() }))
}

/// Each item's share of a mean node, per dimension, in millionths.
pub(super) fn shares(instance: &Instance) -> Vec<Vec<u128>> {
    let nodes: u128 = instance.bins.iter().map(|bin| u128::from(bin.nodes)).sum();
    let means: Vec<u128> = (0..instance.dims.len())
        .map(|dim| {
            let all = instance.bins.iter().map(|bin| u128::from(bin.capacity[dim]) * u128::from(bin.nodes));
            let sum = all.fold(0u128, u128::saturating_add);
            sum.checked_div(nodes).unwrap_or(0).max(1)
        })
        .collect();
    let share = |(load, mean): (&u64, &u128)| u128::from(*load) * 1_000_000 / mean;
    instance.items.iter().map(|item| item.load.iter().zip(&means).map(share).collect()).collect()
}

fn orders(instance: &Instance, counts: &[u64]) -> Vec<Vec<usize>> {
    let shares = shares(instance);
    let largest = |item: usize| shares[item].iter().copied().max().unwrap_or(0);
    let device = |item: usize| {
        let load = &instance.items[item].load;
        instance.dims.iter().zip(load).any(|(dim, load)| matches!(dim, Dimension::Device(_)) && *load > 0)
    };
    let present: Vec<usize> = (0..instance.items.len()).filter(|item| counts[*item] > 0).collect();
    let by = |key: &dyn Fn(usize) -> (Reverse<bool>, usize, Reverse<u128>)| {
        let mut order = present.clone();
        order.sort_by_cached_key(|item| (key(*item), *item));
        order
    };
    let sum = |item: usize| shares[item].iter().sum::<u128>();
    let mut orders = vec![
        by(&|item| (Reverse(device(item)), instance.bins_of(item).len(), Reverse(largest(item)))),
        by(&|item| (Reverse(device(item)), 0, Reverse(largest(item)))),
    ];
    if present.len() <= MANY_ITEMS {
        orders.push(by(&|item| (Reverse(device(item)), 0, Reverse(sum(item)))));
        orders.push(by(&|item| (Reverse(false), 0, Reverse(largest(item)))));
        let one = |dim: usize| by(&|item| (Reverse(false), 0, Reverse(shares[item][dim])));
        orders.extend((0..instance.dims.len()).map(one));
    }
    orders
}
