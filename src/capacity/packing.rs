//! A packing in terms of node groups and pools: the witness of a proof.

use super::instance::{Instance, Run};
use super::problem::{DemandId, GroupId};
use std::collections::BTreeMap;

/// Which node holds what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packing {
    /// Node groups in the order of the problem; those that hold nothing are absent.
    pub groups: Vec<GroupPacking>,
}

/// The nodes of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPacking {
    /// The group.
    pub group: GroupId,
    /// Its nodes that hold something, equal neighbours together. The others are empty.
    pub runs: Vec<NodeRun>,
}

/// Nodes that hold the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRun {
    /// How many nodes.
    pub nodes: u32,
    /// What each of them holds.
    pub holds: Vec<Held>,
}

/// Runners, or pods of runners, of one pool on one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The pool.
    pub demand: DemandId,
    /// Which pod, as a position in [`super::Demand::pods`]; `None` for a runner with all its pods.
    pub pod: Option<usize>,
    /// How many.
    pub count: u64,
}

/// A packing, and how much of each pool is in it.
pub(super) struct Expanded {
    pub packing: Packing,
    /// For each pool of the instance and each of its parts, how many have a place.
    pub placed: Vec<Vec<u64>>,
}

/// Says whose items they are and on which group's nodes. `runners` are the pools' sizes that the
/// runs were made for; where runs hold fewer, the last ones in the order of pools are missing.
pub(super) fn expand(instance: &Instance, runners: &[u32], runs: &[Run]) -> Expanded {
    let mut owners = Owners::new(instance, runners);
    let mut groups: BTreeMap<GroupId, Vec<NodeRun>> = BTreeMap::new();
    // Where each bin's next node is: position in its list of groups, nodes used of that group.
    let mut cursors = vec![(0usize, 0u32); instance.bins.len()];
    for run in runs {
        let mut nodes = run.nodes;
        while nodes > 0 {
            let (at, used) = &mut cursors[run.bin];
            let Some((group, count)) = instance.bins[run.bin].groups.get(*at) else { break };
            let here = count - *used;
            if here == 0 {
                (*at, *used) = (*at + 1, 0);
                continue;
            }
            let alike = owners.alike(run, nodes.min(u64::from(here)));
            let holds = owners.take(run, alike);
            // `alike` is at most `here`, which is a u32.
            let alike = u32::try_from(alike).unwrap_or(here);
            *used += alike;
            nodes -= u64::from(alike);
            let list = groups.entry(*group).or_default();
            match list.last_mut() {
                Some(last) if last.holds == holds => last.nodes += alike,
                _ => list.push(NodeRun { nodes: alike, holds }),
            }
        }
    }
    let groups = groups.into_iter().map(|(group, runs)| GroupPacking { group, runs }).collect();
    Expanded { packing: Packing { groups }, placed: owners.placed }
}

/// Hands out placed items to the pools that asked for them, in the order of pools.
struct Owners<'a> {
    instance: &'a Instance,
    /// For each item who asked for it: pool, part, how many are still without a place.
    asking: Vec<Vec<(usize, usize, u64)>>,
    /// For each item the first of them that is not served.
    next: Vec<usize>,
    placed: Vec<Vec<u64>>,
}

impl<'a> Owners<'a> {
    fn new(instance: &'a Instance, runners: &[u32]) -> Self {
        let mut asking = vec![Vec::new(); instance.items.len()];
        for (demand, (parts, runners)) in instance.parts.iter().zip(runners).enumerate() {
            for (part, item) in parts.iter().enumerate().filter(|_| *runners > 0) {
                asking[*item].push((demand, part, u64::from(*runners)));
            }
        }
        let placed = instance.parts.iter().map(|parts| vec![0; parts.len()]).collect();
        Self { instance, next: vec![0; asking.len()], asking, placed }
    }

    /// How many nodes of a run, up to `most`, hold things of the same pools.
    fn alike(&self, run: &Run, most: u64) -> u64 {
        let whole = |(item, count): &(usize, u64)| {
            let asking = self.asking[*item].get(self.next[*item]);
            asking.map_or(0, |(_, _, left)| left / count)
        };
        run.holds.iter().map(whole).min().unwrap_or(most).clamp(1, most)
    }

    fn take(&mut self, run: &Run, nodes: u64) -> Vec<Held> {
        let mut holds = Vec::new();
        for (item, count) in &run.holds {
            let mut each = *count;
            while each > 0 {
                let Some((demand, part, left)) = self.asking[*item].get_mut(self.next[*item]) else { break };
                // More than one node only where one pool has enough for all of them.
                let here = each.min(*left / nodes);
                *left -= here * nodes;
                if *left == 0 {
                    self.next[*item] += 1;
                }
                self.placed[*demand][*part] += here * nodes;
                let pod = (self.instance.parts[*demand].len() > 1).then_some(*part);
                holds.push(Held { demand: self.instance.demands[*demand], pod, count: here });
                each -= here;
                if here == 0 {
                    break;
                }
            }
        }
        holds.sort_unstable();
        holds
    }
}
