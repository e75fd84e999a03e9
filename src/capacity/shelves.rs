//! A packing under construction: runs of equal nodes, and a tree that finds the first with room.

use super::instance::{Instance, Run, fits};

/// Nodes of the tree that are looked at before an empty node is opened instead.
const PATIENCE: u64 = 40;

/// Nodes that hold the same, with what each has left.
struct Open {
    nodes: u64,
    free: Vec<u64>,
    holds: Vec<(usize, u64)>,
}

/// The nodes of one bin: those in use, and how many are still empty.
struct Shelf {
    open: Vec<Open>,
    tree: FitTree,
    empty: u64,
}

/// A packing under construction.
pub(super) struct Shelves<'a> {
    instance: &'a Instance,
    shelves: Vec<Shelf>,
    /// How many more nodes of the trees may be looked at: the cost is bounded by counting, not by
    /// time, so that the answer is the same on every machine.
    pub steps: u64,
}

impl<'a> Shelves<'a> {
    /// All nodes empty.
    pub fn new(instance: &'a Instance, steps: u64) -> Self {
        let width = instance.dims.len();
        let shelf = |nodes: u64| Shelf { open: Vec::new(), tree: FitTree::new(width), empty: nodes };
        Self { instance, shelves: instance.bins.iter().map(|bin| shelf(bin.nodes)).collect(), steps }
    }

    /// Goes on from a packing.
    pub fn with(instance: &'a Instance, runs: &[Run], steps: u64) -> Self {
        let mut shelves = Self::new(instance, steps);
        for run in runs {
            let bin = &instance.bins[run.bin];
            let mut free = bin.capacity.clone();
            for (item, count) in &run.holds {
                for (free, load) in free.iter_mut().zip(&instance.items[*item].load) {
                    *free = free.saturating_sub(load.saturating_mul(*count));
                }
            }
            let shelf = &mut shelves.shelves[run.bin];
            shelf.empty = shelf.empty.saturating_sub(run.nodes);
            shelf.push(Open { nodes: run.nodes, free, holds: run.holds.clone() });
        }
        shelves
    }

    /// Places up to `count` of an item, in the bins of its class in order, in each on the first
    /// nodes with room. Returns how many are left over.
    ///
    /// Among many nodes whose room is of the wrong kind, looking for the last that would do costs
    /// more than opening an empty one: only when nothing else is left is every node looked at.
    pub fn place(&mut self, item: usize, count: u64) -> u64 {
        let left = self.place_within(item, count, PATIENCE);
        if left > 0 { self.place_within(item, left, u64::MAX) } else { 0 }
    }

    fn place_within(&mut self, item: usize, mut count: u64, patience: u64) -> u64 {
        let load = &self.instance.items[item].load;
        for bin in self.instance.bins_of(item) {
            let shelf = &mut self.shelves[*bin];
            let mut from = 0;
            while count > 0 {
                let allowed = self.steps.min(patience);
                let mut steps = allowed;
                let found = shelf.tree.first(load, from, &mut steps);
                self.steps -= allowed - steps;
                let Some(at) = found else { break };
                count -= shelf.put(at, item, load, count);
                from = at + 1;
            }
            if count > 0 && self.steps > 0 {
                count -= shelf.open_for(item, load, &self.instance.bins[*bin].capacity, count);
                self.steps -= 1;
            }
            if count == 0 {
                break;
            }
        }
        count
    }

    /// The packing, without empty nodes.
    pub fn runs(&self) -> Vec<Run> {
        let runs = self.shelves.iter().enumerate().flat_map(|(bin, shelf)| {
            shelf.open.iter().map(move |open| Run { bin, nodes: open.nodes, holds: open.holds.clone() })
        });
        runs.collect()
    }
}

impl Shelf {
    fn push(&mut self, open: Open) {
        self.tree.push(&open.free);
        self.open.push(open);
    }

    /// Puts up to `count` of an item on the nodes of a run that has room; returns how many.
    fn put(&mut self, at: usize, item: usize, load: &[u64], count: u64) -> u64 {
        let open = &mut self.open[at];
        let each = fits(&open.free, load);
        if u128::from(each) * u128::from(open.nodes) <= u128::from(count) {
            open.add(item, load, each);
            self.tree.set(at, &open.free);
            return each * open.nodes;
        }
        // The run is split: nodes that take all they can, one that takes the rest, the others.
        let (full, rest) = (count / each, count % each);
        let others = open.nodes - full - u64::from(rest > 0);
        let mut parts = [(others, 0), (full, each), (u64::from(rest > 0), rest)]
            .into_iter()
            .filter(|(nodes, _)| *nodes > 0)
            .map(|(nodes, add)| {
                let mut part = Open { nodes, free: open.free.clone(), holds: open.holds.clone() };
                if add > 0 {
                    part.add(item, load, add);
                }
                part
            })
            .collect::<Vec<_>>()
            .into_iter();
        if let Some(first) = parts.next() {
            self.tree.set(at, &first.free);
            self.open[at] = first;
        }
        for part in parts {
            self.push(part);
        }
        count
    }

    /// Puts up to `count` of an item on empty nodes; returns how many.
    fn open_for(&mut self, item: usize, load: &[u64], capacity: &[u64], count: u64) -> u64 {
        let each = fits(capacity, load);
        if each == 0 || self.empty == 0 {
            return 0;
        }
        let full = (count / each).min(self.empty);
        let rest = if full < self.empty { count % each } else { 0 };
        for (nodes, add) in [(full, each), (u64::from(rest > 0), rest)] {
            if nodes > 0 {
                let mut open = Open { nodes, free: capacity.to_vec(), holds: Vec::new() };
                open.add(item, load, add);
                self.empty -= nodes;
                self.push(open);
            }
        }
        full * each + rest
    }
}

impl Open {
    fn add(&mut self, item: usize, load: &[u64], count: u64) {
        for (free, load) in self.free.iter_mut().zip(load) {
            *free = free.saturating_sub(load.saturating_mul(count));
        }
        match self.holds.iter_mut().find(|(held, _)| *held == item) {
            Some((_, held)) => *held += count,
            None => self.holds.push((item, count)),
        }
    }
}

/// Largest free amounts over ranges of runs: a segment tree that grows.
struct FitTree {
    width: usize,
    leaves: usize,
    room: usize,
    most: Vec<u64>,
    /// Nodes still to look at, with the leaves that they cover, the leftmost last. Empty between
    /// searches; kept to save the allocation.
    stack: Vec<(usize, usize, usize)>,
}

impl FitTree {
    fn new(width: usize) -> Self {
        Self { width, leaves: 0, room: 1, most: vec![0; 2 * width], stack: Vec::new() }
    }

    fn push(&mut self, free: &[u64]) {
        if self.leaves == self.room {
            let width = self.width;
            let mut grown = vec![0; 4 * self.room * width];
            let old = &self.most[self.room * width..2 * self.room * width];
            let start = 2 * self.room * width;
            grown[start..start + old.len()].copy_from_slice(old);
            self.room *= 2;
            self.most = grown;
            for node in (1..self.room).rev() {
                self.renew(node);
            }
        }
        self.leaves += 1;
        self.set(self.leaves - 1, free);
    }

    fn set(&mut self, leaf: usize, free: &[u64]) {
        let mut node = self.room + leaf;
        self.most[node * self.width..(node + 1) * self.width].copy_from_slice(free);
        while node > 1 {
            node /= 2;
            self.renew(node);
        }
    }

    fn renew(&mut self, node: usize) {
        for dim in 0..self.width {
            let below = |child: usize| self.most[child * self.width + dim];
            self.most[node * self.width + dim] = below(2 * node).max(below(2 * node + 1));
        }
    }

    /// The first leaf from `from` on whose every amount is at least `load`.
    fn first(&mut self, load: &[u64], from: usize, steps: &mut u64) -> Option<usize> {
        self.stack.clear();
        self.stack.push((1, 0, self.room));
        while let Some((node, start, size)) = self.stack.pop() {
            if start + size <= from || start >= self.leaves {
                continue;
            }
            if *steps == 0 {
                return None;
            }
            *steps -= 1;
            let most = &self.most[node * self.width..(node + 1) * self.width];
            if most.iter().zip(load).any(|(most, load)| most < load) {
                continue;
            }
            if size == 1 {
                return Some(start);
            }
            let half = size / 2;
            self.stack.push((2 * node + 1, start + half, half));
            self.stack.push((2 * node, start, half));
        }
        None
    }
}
