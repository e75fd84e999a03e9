//! Which pool of one fleet is which of the other.

use crate::check::PoolView;
use crate::emit::Objects;
use crate::language::walk::Facts;
use crate::model::Fleet;
use std::collections::{BTreeMap, HashMap};

/// A fleet and its objects.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// Its objects, after patches.
    pub objects: &'a Objects,
}

impl<'a> Side<'a> {
    /// All pools, each in its cluster.
    pub fn pools(self) -> impl Iterator<Item = PoolView<'a>> {
        let pairs = self.fleet.pools.iter().zip(&self.objects.pools);
        pairs.map(|(pool, objects)| PoolView { pool, objects })
    }

    /// How people tell a pool from all others of the fleet: cluster and name. The only cluster of a fleet needs no name.
    pub fn key(self, view: PoolView<'a>) -> (&'a str, &'a str) {
        let name = self.fleet.cluster_of(view.pool).name.as_ref().map_or("", |name| name.as_str());
        let cluster = if self.fleet.clusters.len() > 1 { name } else { "" };
        (cluster, view.pool.name())
    }
}

/// What tells clusters apart though they are renamed: the server, and the name where two have one server. Two fleets of
/// one cluster each have the same.
struct Identities {
    of_clusters: Vec<String>,
}

impl Identities {
    fn new(side: Side<'_>, other: Option<Side<'_>>) -> Self {
        let clusters = &side.fleet.clusters;
        let only = clusters.len() == 1 && other.is_none_or(|other| other.fleet.clusters.len() == 1);
        let identity = |cluster: &crate::model::Cluster| {
            let shared = clusters.iter().filter(|other| other.server == cluster.server).count() > 1;
            match &cluster.name {
                _ if only => String::new(),
                Some(name) if shared => format!("{} {name}", cluster.server),
                _ => cluster.server.clone(),
            }
        };
        Self { of_clusters: clusters.iter().map(identity).collect() }
    }

    fn of<'v>(&self, view: PoolView<'v>) -> (String, &'v str) {
        (self.of_clusters.get(view.pool.cluster).cloned().unwrap_or_default(), view.pool.name())
    }
}

/// Pools before and after.
pub struct Pairing<'a> {
    /// Pools of both, in the order of the new fleet: before, after.
    pub both: Vec<(PoolView<'a>, PoolView<'a>)>,
    /// Pools of the old fleet alone.
    pub removed: Vec<PoolView<'a>>,
    /// Pools of the new fleet alone.
    pub added: Vec<PoolView<'a>>,
    /// Pools that differ in nothing but the name: indexes in `removed` and `added`.
    pub renamed: Vec<(usize, usize)>,
}

impl<'a> Pairing<'a> {
    /// Pairs the pools of two fleets.
    pub fn new(before: Option<Side<'a>>, after: Side<'a>) -> Self {
        let new = Identities::new(after, before);
        let mut old = BTreeMap::new();
        if let Some(before) = before {
            let identities = Identities::new(before, Some(after));
            old.extend(before.pools().map(|view| (identities.of(view), view)));
        }
        let mut both = Vec::with_capacity(old.len());
        let mut added = Vec::new();
        for view in after.pools() {
            match old.remove(&new.of(view)) {
                Some(was) => both.push((was, view)),
                None => added.push(view),
            }
        }
        let removed: Vec<_> = old.into_values().collect();
        let renamed = renamed(&removed, &added);
        Self { both, removed, added, renamed }
    }
}

fn renamed(removed: &[PoolView<'_>], added: &[PoolView<'_>]) -> Vec<(usize, usize)> {
    let traits = |view: &PoolView<'_>| {
        let facts = Facts::of(view.pool.node.as_ref());
        let others = facts.into_iter().filter(|fact| fact.path != ["name"]);
        others.map(|fact| format!("{}={}\n", fact.path.join(" "), fact.value)).collect::<String>()
    };
    let mut free: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, view) in removed.iter().enumerate().rev() {
        free.entry(traits(view)).or_default().push(at);
    }
    let pair = |(at, view): (usize, &PoolView<'_>)| Some((free.get_mut(&traits(view))?.pop()?, at));
    added.iter().enumerate().filter_map(pair).collect()
}
