//! Quick reasons why a packing cannot exist: no node, too large, a total, a number of slots.

use super::instance::{Instance, fits};
use std::collections::BTreeSet;

/// Why no packing exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refutation {
    /// The class of the item has no nodes.
    NoNode { item: usize },
    /// The item is larger than every empty node of its class.
    TooBig { item: usize },
    /// The sum over items that must be on these bins is larger than the bins.
    Total { dim: usize, bins: Vec<usize>, demanded: u128, available: u128 },
    /// More items of at least this size must be on these bins than the bins hold of that size.
    Slots { dim: usize, bins: Vec<usize>, size: u64, demanded: u128, available: u128 },
    /// Weighing the items, no way to fill the nodes reaches the weight of all items.
    Weights,
    /// All packings were tried.
    Exhausted { steps: u64 },
}

/// Sets of bins are all unions of classes up to this many classes; beyond, each class and all.
const UNION_CLASSES: usize = 8;
/// Work on one set of bins, as items times bins, beyond which slots are not counted.
const SLOT_WORK: usize = 200_000;
/// Work on finding which classes lie inside which, beyond which each class stands alone.
const SUBSET_WORK: usize = 4_000_000;

/// The first refutation found, from the simplest reason to the most involved.
pub(super) fn refute(instance: &Instance, counts: &[u64]) -> Option<Refutation> {
    let present = || (0..instance.items.len()).filter(|item| counts[*item] > 0);
    if let Some(item) = present().find(|item| instance.bins_of(*item).is_empty()) {
        return Some(Refutation::NoNode { item });
    }
    let no_room = |item: &usize| {
        let load = &instance.items[*item].load;
        instance.bins_of(*item).iter().all(|bin| fits(&instance.bins[*bin].capacity, load) == 0)
    };
    if let Some(item) = present().find(no_room) {
        return Some(Refutation::TooBig { item });
    }
    let mut by_class: Vec<Vec<usize>> = vec![Vec::new(); instance.classes.len()];
    for item in present() {
        by_class[instance.items[item].class].push(item);
    }
    let sets = bin_sets(instance, &by_class);
    sets.iter()
        .find_map(|set| total(instance, counts, &by_class, set))
        .or_else(|| sets.iter().find_map(|set| slots(instance, counts, &by_class, set)))
}

/// A set of bins and the classes that lie inside it: their items must be there.
struct BinSet {
    bins: Vec<usize>,
    classes: Vec<usize>,
}

fn bin_sets(instance: &Instance, by_class: &[Vec<usize>]) -> Vec<BinSet> {
    let used: Vec<usize> = (0..by_class.len()).filter(|class| !by_class[*class].is_empty()).collect();
    let mut unions: Vec<BTreeSet<usize>> =
        used.iter().map(|class| instance.classes[*class].iter().copied().collect()).collect();
    let size: usize = unions.iter().map(BTreeSet::len).sum();
    if used.len().saturating_mul(size) > SUBSET_WORK {
        let alone = used
            .iter()
            .map(|class| BinSet { bins: sorted(&instance.classes[*class]), classes: vec![*class] });
        let all = BinSet { bins: (0..instance.bins.len()).collect(), classes: used.clone() };
        return alone.chain([all]).collect();
    }
    if used.len() <= UNION_CLASSES {
        // Every union, found by adding one class after the other.
        let mut all: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
        for one in &unions {
            let grown: Vec<_> = all.iter().map(|set| set | one).collect();
            all.extend(grown);
            all.insert(one.clone());
        }
        unions = all.into_iter().collect();
    } else {
        unions.push((0..instance.bins.len()).collect());
    }
    // Small sets first: they say more about where it hurts.
    unions.sort_by_key(BTreeSet::len);
    unions.dedup();
    let inside = |set: &BTreeSet<usize>, class: usize| {
        instance.classes[class].len() <= set.len()
            && instance.classes[class].iter().all(|bin| set.contains(bin))
    };
    unions
        .into_iter()
        .map(|set| BinSet {
            classes: used.iter().copied().filter(|class| inside(&set, *class)).collect(),
            bins: set.into_iter().collect(),
        })
        .collect()
}

fn sorted(bins: &[usize]) -> Vec<usize> {
    let mut bins = bins.to_vec();
    bins.sort_unstable();
    bins
}

fn total(instance: &Instance, counts: &[u64], by_class: &[Vec<usize>], set: &BinSet) -> Option<Refutation> {
    (0..instance.dims.len()).find_map(|dim| {
        let items = set.classes.iter().flat_map(|class| &by_class[*class]);
        let demanded = items.fold(0u128, |sum, item| {
            sum.saturating_add(u128::from(instance.items[*item].load[dim]) * u128::from(counts[*item]))
        });
        let available = capacity(instance, &set.bins, |bin| instance.bins[bin].capacity[dim]);
        (demanded > available).then(|| Refutation::Total { dim, bins: set.bins.clone(), demanded, available })
    })
}

fn slots(instance: &Instance, counts: &[u64], by_class: &[Vec<usize>], set: &BinSet) -> Option<Refutation> {
    let items: Vec<usize> = set.classes.iter().flat_map(|class| by_class[*class].iter().copied()).collect();
    if items.len().saturating_mul(set.bins.len()) > SLOT_WORK {
        return None;
    }
    (0..instance.dims.len()).find_map(|dim| {
        let mut sizes: Vec<(u64, u64)> =
            items.iter().map(|item| (instance.items[*item].load[dim], counts[*item])).collect();
        sizes.retain(|(size, _)| *size > 0);
        sizes.sort_unstable_by_key(|(size, _)| std::cmp::Reverse(*size));
        let mut demanded = 0u128;
        sizes.iter().find_map(|(size, count)| {
            demanded += u128::from(*count);
            let available = capacity(instance, &set.bins, |bin| instance.bins[bin].capacity[dim] / size);
            (demanded > available).then(|| Refutation::Slots {
                dim,
                bins: set.bins.clone(),
                size: *size,
                demanded,
                available,
            })
        })
    })
}

fn capacity(instance: &Instance, bins: &[usize], of: impl Fn(usize) -> u64) -> u128 {
    bins.iter().fold(0u128, |sum, bin| {
        sum.saturating_add(u128::from(of(*bin)) * u128::from(instance.bins[*bin].nodes))
    })
}
