//! One component in the form that is solved: vectors of numbers, equal things counted once.

use super::component::Component;
use super::problem::{DemandId, GroupId, Placement, Problem};
use super::resources::{Dimension, Resources};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Something that is placed whole: a runner, or one of its pods.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Amount per dimension of the instance.
    pub load: Vec<u64>,
    /// Where it may be: index into [`Instance::classes`].
    pub class: usize,
}

/// Nodes with equal capacity that the same items may use.
#[derive(Clone, Debug)]
pub(super) struct Bin {
    /// Amount per dimension of the instance.
    pub capacity: Vec<u64>,
    /// How many nodes.
    pub nodes: u64,
    /// The node groups that they are from.
    pub groups: Vec<(GroupId, u32)>,
}

/// Nodes that hold the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Index into [`Instance::bins`].
    pub bin: usize,
    /// How many nodes.
    pub nodes: u64,
    /// What each of them holds: item and how many of it.
    pub holds: Vec<(usize, u64)>,
}

/// A component as numbers.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// What the vectors mean.
    pub dims: Vec<Dimension>,
    /// Distinct things to place.
    pub items: Vec<Item>,
    /// Distinct kinds of node.
    pub bins: Vec<Bin>,
    /// For each class the bins, those that others want least first.
    pub classes: Vec<Vec<usize>>,
    /// The pools.
    pub demands: Vec<DemandId>,
    /// For each pool its items: one if its pods stay together, else one per pod.
    pub parts: Vec<Vec<usize>>,
}

impl Instance {
    /// Reads a component, looking at the dimensions that `keep` accepts and that someone asks for.
    pub fn new(problem: &Problem, component: &Component, keep: impl Fn(&Dimension) -> bool) -> Self {
        let demands: Vec<_> =
            component.demands.iter().filter_map(|id| problem.demand(*id).map(|d| (*id, d))).collect();
        let mut asked = BTreeSet::new();
        for pod in demands.iter().flat_map(|(_, d)| &d.pods) {
            asked.extend(pod.resources.dimensions().filter(|dim| pod.resources.get(dim) > 0));
        }
        let dims: Vec<Dimension> = asked.into_iter().filter(|dim| keep(dim)).collect();
        let vector = |r: &Resources| -> Vec<u64> { dims.iter().map(|dim| r.get(dim)).collect() };

        let mut class_index: HashMap<usize, usize> = HashMap::new();
        let mut class_groups: Vec<&[GroupId]> = Vec::new();
        let mut known: HashMap<(usize, Vec<u64>), usize> = HashMap::new();
        let mut items = Vec::new();
        let mut parts = Vec::with_capacity(demands.len());
        for (_, demand) in &demands {
            let class = *class_index.entry(demand.class.0).or_insert_with(|| {
                class_groups.push(problem.class(demand.class));
                class_groups.len() - 1
            });
            let loads: Vec<Vec<u64>> = match demand.placement {
                Placement::Together => vec![vector(&demand.runner())],
                Placement::Free => demand.pods.iter().map(|pod| vector(&pod.resources)).collect(),
            };
            parts.push(
                loads
                    .into_iter()
                    .map(|load| {
                        *known.entry((class, load.clone())).or_insert_with(|| {
                            items.push(Item { load, class });
                            items.len() - 1
                        })
                    })
                    .collect(),
            );
        }

        let (bins, classes) = bins(problem, component, &class_groups, &dims);
        Self { dims, items, bins, classes, demands: demands.into_iter().map(|(id, _)| id).collect(), parts }
    }

    /// How many of each item there are when each pool has as many runners as `runners` says.
    pub fn counts(&self, runners: &[u32]) -> Vec<u64> {
        let mut counts = vec![0u64; self.items.len()];
        for (parts, runners) in self.parts.iter().zip(runners) {
            for item in parts {
                counts[*item] = counts[*item].saturating_add(u64::from(*runners));
            }
        }
        counts
    }

    /// The bins that an item may use.
    pub fn bins_of(&self, item: usize) -> &[usize] {
        &self.classes[self.items[item].class]
    }
}

/// Merges equal node groups, and orders the bins of each class.
fn bins(
    problem: &Problem,
    component: &Component,
    class_groups: &[&[GroupId]],
    dims: &[Dimension],
) -> (Vec<Bin>, Vec<Vec<usize>>) {
    let mut members: BTreeMap<GroupId, Vec<usize>> = BTreeMap::new();
    for (class, groups) in class_groups.iter().enumerate() {
        for group in *groups {
            members.entry(*group).or_default().push(class);
        }
    }
    let mut bins: Vec<Bin> = Vec::new();
    let mut wanted_by: Vec<usize> = Vec::new();
    let mut classes = vec![Vec::new(); class_groups.len()];
    let mut known: HashMap<(Vec<u64>, &[usize]), usize> = HashMap::new();
    for id in &component.groups {
        let (Some(group), Some(classes_of)) = (problem.group(*id), members.get(id)) else { continue };
        if group.count == 0 {
            continue;
        }
        let capacity: Vec<u64> = dims.iter().map(|dim| group.allocatable.get(dim)).collect();
        let bin = *known.entry((capacity.clone(), classes_of)).or_insert_with(|| {
            bins.push(Bin { capacity, nodes: 0, groups: Vec::new() });
            wanted_by.push(classes_of.len());
            for class in classes_of {
                classes[*class].push(bins.len() - 1);
            }
            bins.len() - 1
        });
        bins[bin].nodes += u64::from(group.count);
        bins[bin].groups.push((*id, group.count));
    }
    let devices: Vec<usize> = bins
        .iter()
        .map(|bin| {
            let scarce =
                |(dim, amount): &(&Dimension, &u64)| matches!(dim, Dimension::Device(_)) && **amount > 0;
            dims.iter().zip(&bin.capacity).filter(scarce).count()
        })
        .collect();
    for class in &mut classes {
        class.sort_by_key(|bin| (devices[*bin], wanted_by[*bin], *bin));
    }
    (bins, classes)
}

/// How many times a load goes into what is free; `u64::MAX` for a load of nothing.
pub(super) fn fits(free: &[u64], load: &[u64]) -> u64 {
    free.iter()
        .zip(load)
        .filter(|(_, load)| **load > 0)
        .map(|(free, load)| free / load)
        .min()
        .unwrap_or(u64::MAX)
}
