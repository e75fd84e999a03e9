//! Room on the nodes, before and after.

use super::pairing::Side;
use crate::capacity::{self, Area, Effort, Report, Verdict};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What changes on nodes that pools share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CapacityChange {
    /// Their cluster, where the fleet has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Their groups, such as `gpu (1 node)`.
    pub nodes: String,
    /// Whether all pools fit at their max, before; absent where these nodes were not told apart like this.
    pub before: Option<Answer>,
    /// Whether they fit after; absent likewise.
    pub after: Option<Answer>,
    /// What is there, and what is asked for.
    pub rows: Vec<CapacityRow>,
}

impl CapacityChange {
    /// Whether it is more than other numbers: something does not fit, or fits again.
    pub fn is_news(&self) -> bool {
        let fits = |answer: &Option<Answer>| answer.as_ref().map(|answer| answer.fits);
        fits(&self.after) != Some(Some(true)) || fits(&self.before).is_some_and(|fits| fits != Some(true))
    }
}

/// The outcome of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Whether everything has a place; absent where that is not known.
    pub fits: Option<bool>,
    /// What has no place, and who holds it; empty where all is well.
    pub why: String,
}

/// One dimension of these nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CapacityRow {
    /// Such as `cpu` or `nvidia.com/gpu`.
    pub dimension: String,
    /// On all nodes: before and after.
    pub total: [Option<String>; 2],
    /// Asked for with all pools at their max: before and after.
    pub demanded: [Option<String>; 2],
    /// Free then: before and after.
    pub free: [Option<String>; 2],
}

/// The nodes on which something changes.
pub fn changes(before: Option<Side<'_>>, after: Side<'_>) -> Vec<CapacityChange> {
    let (old, new) = rayon::join(|| before.map(areas).unwrap_or_default(), || areas(after));
    let mut all = Vec::new();
    let mut old = old;
    for (key, area) in new {
        let was = old.remove(&key);
        if was.as_ref() != Some(&area) {
            all.extend(change(key, was.as_ref(), Some(&area)));
        }
    }
    for (key, area) in old {
        all.extend(change(key, Some(&area), None));
    }
    all
}

/// Cluster and node groups.
type Key = (String, String);

/// Areas of a fleet by the nodes that they are of.
fn areas(side: Side<'_>) -> BTreeMap<Key, Area> {
    let several = side.fleet.clusters.len() > 1;
    let shares = capacity::shares(side.fleet);
    let reports: Vec<Report> = shares
        .par_iter()
        .map(|share| capacity::report(&share.problem, &capacity::prove(&share.problem, Effort::default())))
        .collect();
    let mut areas = BTreeMap::new();
    for (share, report) in shares.iter().zip(reports) {
        let name = share.cluster_of(side.fleet).name.as_ref().map(ToString::to_string);
        let cluster = name.filter(|_| several).unwrap_or_default();
        for area in report.areas {
            let groups: Vec<_> = area.groups.iter().map(|group| group.name.as_str()).collect();
            areas.insert((cluster.clone(), groups.join(", ")), area);
        }
    }
    areas
}

fn change(key: Key, was: Option<&Area>, is: Option<&Area>) -> Option<CapacityChange> {
    let rows = rows(was, is);
    let change = CapacityChange {
        cluster: Some(key.0).filter(|cluster| !cluster.is_empty()),
        nodes: is.or(was).map(nodes).unwrap_or_default(),
        before: was.map(answer),
        after: is.map(answer),
        rows,
    };
    (!change.rows.is_empty() || change.before != change.after).then_some(change)
}

fn nodes(area: &Area) -> String {
    let count = |nodes: u32| if nodes == 1 { "1 node".to_owned() } else { format!("{nodes} nodes") };
    let groups = area.groups.iter().map(|group| format!("{} ({})", group.name, count(group.nodes)));
    let groups: Vec<_> = groups.collect();
    if groups.is_empty() { "no nodes".to_owned() } else { groups.join(", ") }
}

fn answer(area: &Area) -> Answer {
    match &area.verdict {
        Verdict::Fits { warnings } => Answer { fits: Some(true), why: warnings.join("; ") },
        Verdict::Refused { message, .. } => Answer { fits: Some(false), why: message.clone() },
        Verdict::Undecided { placed, asked } => {
            Answer { fits: None, why: format!("undecided: {placed} of {asked} runners were placed") }
        }
    }
}

/// The dimensions in which something is not as it was.
fn rows(was: Option<&Area>, is: Option<&Area>) -> Vec<CapacityRow> {
    let mut names: Vec<String> = Vec::new();
    for row in [is, was].into_iter().flatten().flat_map(|area| &area.dimensions) {
        let name = row.dimension.to_string();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of = |area: Option<&Area>, name: &str| {
        let rows = area.into_iter().flat_map(|area| &area.dimensions);
        let mut rows = rows.filter(|row| row.dimension.to_string() == name);
        rows.next().map(|row| {
            let show = |amount: u64| capacity::show(&row.dimension, u128::from(amount));
            (row.total.map(show), Some(show(row.demanded)), row.free.map(show))
        })
    };
    let row = |name: String| {
        let (old, new) = (of(was, &name).unwrap_or_default(), of(is, &name).unwrap_or_default());
        (old != new).then_some(CapacityRow {
            dimension: name,
            total: [old.0, new.0],
            demanded: [old.1, new.1],
            free: [old.2, new.2],
        })
    };
    names.into_iter().filter_map(row).collect()
}
