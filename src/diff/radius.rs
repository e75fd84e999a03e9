//! How far a change reaches.

use super::change::{Entry, Verb};
use super::effect::Effect;
use super::pairing::{Pairing, Side};
use crate::check::PoolView;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// How far a change reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Radius {
    /// Pools of the new fleet.
    pub pools: usize,
    /// Pools that are not as they were, added and removed ones included.
    pub touched: usize,
    /// How many pools have which worst effect, worst first.
    pub effects: Vec<Count>,
    /// Pools that take no jobs for a while, or for good: their number.
    pub interrupted: usize,
    /// Most runners that these may have at once; absent where one of them has no max.
    pub runners: Option<u64>,
    /// Those of them that hold scarce hardware, by name.
    pub scarce: Vec<String>,
}

/// How many pools have an effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Count {
    /// The effect.
    pub effect: Effect,
    /// The pools.
    pub pools: usize,
}

/// Counts over the entries of pools.
pub fn radius(entries: &[Entry], before: Option<Side<'_>>, after: Side<'_>, pairing: &Pairing<'_>) -> Radius {
    let mut views: HashMap<(&str, &str), (Side<'_>, PoolView<'_>)> = HashMap::new();
    if let Some(before) = before {
        // Of pools that stay, the runners that there are now are what is interrupted.
        views.extend(pairing.both.iter().map(|(was, is)| (after.key(*is), (before, *was))));
        views.extend(pairing.removed.iter().map(|view| (before.key(*view), (before, *view))));
    }
    let mut counts: BTreeMap<Effect, usize> = BTreeMap::new();
    let mut radius = Radius { pools: after.fleet.pools.len(), runners: Some(0), ..Radius::default() };
    for entry in entries.iter().filter(|entry| entry.subject.kind == "pool") {
        radius.touched += 1;
        *counts.entry(entry.effect).or_default() += 1;
        if entry.effect < Effect::ListenerRestarts || entry.verb == Verb::Added {
            continue;
        }
        radius.interrupted += 1;
        let cluster = entry.subject.cluster.as_deref().unwrap_or_default();
        let Some((side, view)) = views.get(&(cluster, entry.subject.name.as_str())) else { continue };
        radius.runners = radius.runners.zip(view.pool.max()).map(|(sum, max)| sum + u64::from(max));
        if side.fleet.hardware_of(view.pool).any(crate::model::Hardware::is_scarce) {
            radius.scarce.push(entry.subject.name.clone());
        }
    }
    radius.effects = counts.into_iter().rev().map(|(effect, pools)| Count { effect, pools }).collect();
    radius
}
