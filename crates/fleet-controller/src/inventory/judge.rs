//! What each pool may have, from what the file declares and what is there.

use super::node::{Seen, whole};
use super::pack::{Demand, Room, pack};
use super::quantity::{self, Milli};
use fleet_model::fleet::{
    FleetPool, FleetSpec, MachineGroup, Machines, MachinesStatus, RunnerShape, Tolerated,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Troubles of nodes that the resource lists; more are counted.
const MOST_PROBLEMS: usize = 20;

/// What the guard makes of a fleet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Its classes of machines.
    pub hardware: Vec<MachinesStatus>,
    /// Its pools, in the order of the resource.
    pub pools: Vec<Verdict>,
}

/// What the guard makes of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The pool as the file has it.
    pub pool: FleetPool,
    /// Runners that the healthy hardware holds beside those of the other pools; none where nothing is known.
    pub capacity: Option<u32>,
    /// Most runners that it may have; none where the file sets no max.
    pub allowed: Option<u32>,
}

impl Verdict {
    /// Whether it may have fewer than the file says.
    pub fn is_lowered(&self) -> bool {
        self.allowed < self.pool.max
    }
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blind {
    /// The file declares nodes, and the API server shows not one of any kind: rather a mistake in what may be seen than a
    /// cluster without nodes, in which the controller would not run.
    NoNodes,
}

impl std::fmt::Display for Blind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoNodes => f.write_str("the API server shows not a single node"),
        }
    }
}

/// Judges a fleet by its nodes.
///
/// What a pool loses is measured against what the same packing makes of the declared nodes, so that a pool loses nothing
/// while nothing is missing, whatever the packing misses and however much the file overcommits on purpose.
pub fn judge(spec: &FleetSpec, nodes: &[Seen]) -> Result<Judgement, Blind> {
    if nodes.is_empty() && spec.hardware.iter().any(|class| class.groups.iter().any(|group| group.count > 0))
    {
        return Err(Blind::NoNodes);
    }
    let names = dimensions(spec);
    let hardware = spec.hardware.iter().map(|class| class_status(class, nodes)).collect();

    let before = packing(&names, &declared(spec), spec);
    let now = packing(&names, &observed(spec, nodes), spec);
    let pools = spec.demands.iter().flat_map(|shape| shape.pools.iter().map(move |pool| (shape, pool)));
    let verdict = |((shape, pool), (before, now)): ((&RunnerShape, &FleetPool), (u32, u32))| {
        let known = pool.max.is_some() && is_known(spec, shape);
        let allowed = |max: u32| if known { share(max, before, now) } else { max };
        Verdict { pool: pool.clone(), capacity: known.then_some(now), allowed: pool.max.map(allowed) }
    };
    let pools = pools.zip(before.into_iter().zip(now)).map(verdict).collect();
    Ok(Judgement { hardware, pools })
}

/// What is left of a max when so many of the runners that had a place have one now. At least one as long as one has.
fn share(max: u32, before: u32, now: u32) -> u32 {
    if now >= before {
        return max;
    }
    let left = (u64::from(max) * u64::from(now)).div_ceil(u64::from(before));
    u32::try_from(left).unwrap_or(max).min(max)
}

/// Whether the file says of which nodes a shape's runners take what.
fn is_known(spec: &FleetSpec, shape: &RunnerShape) -> bool {
    let counted =
        |name: &String| spec.hardware.iter().any(|class| class.name == *name && !class.groups.is_empty());
    !shape.hardware.is_empty() && !shape.pieces.is_empty() && shape.hardware.iter().all(counted)
}

/// Names of all that runners take.
fn dimensions(spec: &FleetSpec) -> Vec<String> {
    let names = spec.demands.iter().flat_map(|shape| &shape.pieces).flat_map(|piece| piece.keys());
    names.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

/// A node as the packing sees it.
struct Place {
    /// What it has.
    room: BTreeMap<String, Milli>,
    /// The shapes whose runners may be on it, by their place in the resource.
    shapes: Vec<usize>,
}

/// The nodes of the file.
fn declared(spec: &FleetSpec) -> Vec<Place> {
    let mut places = Vec::new();
    for class in &spec.hardware {
        for group in &class.groups {
            // A label that the file does not tell of may be there or not.
            let label = |key: &String| group.labels.get(key).or_else(|| class.select.get(key));
            let admits = |shape: &&RunnerShape| {
                shape.hardware.contains(&class.name)
                    && shape.select.iter().all(|(key, value)| label(key).is_none_or(|known| known == value))
            };
            let shapes = shapes(spec, |shape| admits(&shape));
            let room = quantity::read_all(&group.allocatable);
            for _ in 0..group.count {
                places.push(Place { room: room.clone(), shapes: shapes.clone() });
            }
        }
    }
    places
}

/// The nodes that are there.
fn observed(spec: &FleetSpec, nodes: &[Seen]) -> Vec<Place> {
    let place = |node: &Seen| {
        let takes = |shape: &RunnerShape, class: &Machines| {
            let tolerate: Vec<&Tolerated> = class.tolerate.iter().chain(&shape.tolerate).collect();
            node.carries(&class.select) && node.takes_pods(tolerate.iter().copied())
        };
        let admits = |shape: &RunnerShape| {
            let mut classes = spec.hardware.iter().filter(|class| shape.hardware.contains(&class.name));
            node.carries(&shape.select) && classes.any(|class| takes(shape, class))
        };
        Place { room: node.allocatable.clone(), shapes: shapes(spec, admits) }
    };
    nodes.iter().map(place).collect()
}

fn shapes(spec: &FleetSpec, admits: impl Fn(&RunnerShape) -> bool) -> Vec<usize> {
    spec.demands.iter().enumerate().filter(|(_, shape)| admits(shape)).map(|(at, _)| at).collect()
}

/// Runners of each pool that have a place at once.
fn packing(names: &[String], places: &[Place], spec: &FleetSpec) -> Vec<u32> {
    let mut eligible = vec![Vec::new(); spec.demands.len()];
    for (at, place) in places.iter().enumerate() {
        for shape in &place.shapes {
            eligible[*shape].push(at);
        }
    }
    let rooms: Vec<Room> =
        places.iter().map(|place| names.iter().map(|name| amount(&place.room, name)).collect()).collect();
    let mut demands = Vec::new();
    for (shape, eligible) in spec.demands.iter().zip(eligible) {
        let known = is_known(spec, shape);
        let piece = |amounts: &_| -> Vec<(usize, Milli)> {
            let amounts = quantity::read_all(amounts);
            names.iter().enumerate().filter_map(|(at, name)| Some((at, *amounts.get(name)?))).collect()
        };
        let pieces: Arc<[_]> = shape.pieces.iter().map(piece).collect();
        let eligible: Arc<[_]> = eligible.into();
        demands.extend(shape.pools.iter().map(|pool| Demand {
            eligible: Arc::clone(&eligible),
            pieces: Arc::clone(&pieces),
            max: if known { pool.max.unwrap_or(0) } else { 0 },
        }));
    }
    pack(&rooms, &demands)
}

/// What there is of something. A node that tells nothing of disk or of its number of pods has enough of them.
fn amount(room: &BTreeMap<String, Milli>, name: &str) -> Option<Milli> {
    match room.get(name) {
        Some(amount) => Some(*amount),
        None if matches!(name, "ephemeral-storage" | "pods") => None,
        None => Some(0),
    }
}

/// Extended resources of a group.
fn devices_of(group: &MachineGroup) -> impl Iterator<Item = &String> {
    group.allocatable.keys().filter(|name| name.contains('/'))
}

fn class_status(class: &Machines, nodes: &[Seen]) -> MachinesStatus {
    let devices: BTreeSet<_> = class.groups.iter().flat_map(devices_of).collect();
    let of_class: Vec<_> = nodes.iter().filter(|node| node.carries(&class.select)).collect();
    let ready: Vec<_> = of_class.iter().filter(|node| node.takes_pods(class.tolerate.iter())).collect();
    let declared: u32 = class.groups.iter().map(|group| group.count).fold(0, u32::saturating_add);
    let declared_of = |device: &String| -> u64 {
        let of_group = |group: &MachineGroup| {
            let one =
                group.allocatable.get(device).and_then(quantity::read).map_or(0, |amount| whole(&amount));
            one.saturating_mul(u64::from(group.count))
        };
        class.groups.iter().map(of_group).fold(0, u64::saturating_add)
    };
    let healthy = |device: &String| -> u64 {
        let of_node = |node: &&&Seen| node.allocatable.get(device).map_or(0, whole);
        ready.iter().map(of_node).fold(0, u64::saturating_add)
    };
    let mut problems: Vec<String> = Vec::new();
    for node in &of_class {
        let troubles = node.troubles(class, devices.iter().copied());
        problems.extend(troubles.iter().map(|trouble| format!("{}: {trouble}", node.name)));
    }
    let present = count(of_class.len());
    if present < declared {
        problems.insert(0, format!("{} of {declared} nodes are missing", declared - present));
    }
    if problems.len() > MOST_PROBLEMS {
        let more = problems.len() - (MOST_PROBLEMS - 1);
        problems.truncate(MOST_PROBLEMS - 1);
        problems.push(format!("and {more} more"));
    }
    MachinesStatus {
        name: class.name.clone(),
        declared,
        present,
        ready: count(ready.len()),
        devices_declared: devices.iter().map(|name| ((*name).clone(), declared_of(name))).collect(),
        devices_healthy: devices.iter().map(|name| ((*name).clone(), healthy(name))).collect(),
        problems,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
