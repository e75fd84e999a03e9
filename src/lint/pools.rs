//! Which pools take a job.
//!
//! A scale set answers to its name and its labels. A job goes to any whose labels hold all that it asks for,
//! compared without regard to case, within the group if it names one. Nothing answers a label that no runner has: such a
//! job waits until GitHub cancels it.

use super::resolve::Target;
use crate::check::PoolView;
use crate::check::names::identity::{labels, scale_set_name};
use crate::contract::labels::{is_default, is_hosted};
use crate::language::nodes::Retired;
use crate::model::Fleet;
use std::collections::HashMap;

/// The pools of a fleet, by what they answer to.
pub struct Pools<'a> {
    fleet: &'a Fleet,
    views: Vec<PoolView<'a>>,
    by_label: HashMap<String, Vec<usize>>,
}

/// What becomes of a job that asks for something.
#[derive(Clone)]
pub enum Fate<'a> {
    /// One of these takes it.
    Pools(Vec<PoolView<'a>>),
    /// It names a group and no label; these pools are in it.
    GroupOnly(Vec<PoolView<'a>>),
    /// A machine of GitHub's takes it.
    Hosted,
    /// A runner takes it that the fleet file says is not the fleet's.
    Elsewhere,
    /// The label with this index was one of the fleet's.
    Retired(usize, &'a Retired),
    /// It asks for labels that scale sets do not carry; without those, these pools would take it.
    Legacy(Vec<PoolView<'a>>),
    /// Nothing answers to the label with this index.
    UnknownLabel(usize),
    /// No pool is in that group; without it, these would take the job.
    UnknownGroup(Vec<PoolView<'a>>),
    /// Each label is some pool's, and no pool has all of them.
    NoneHasAll,
}

impl<'a> Pools<'a> {
    /// Takes all pools in.
    pub fn new(fleet: &'a Fleet, views: impl Iterator<Item = PoolView<'a>>) -> Self {
        let views: Vec<_> = views.collect();
        let mut by_label: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, view) in views.iter().enumerate() {
            let all = std::iter::once(scale_set_name(*view)).chain(labels(*view).map(|(label, _)| label));
            for label in all {
                let of_label = by_label.entry(label.to_lowercase()).or_default();
                if of_label.last() != Some(&at) {
                    of_label.push(at);
                }
            }
        }
        Self { fleet, views, by_label }
    }

    /// All that pools answer to, for suggestions.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.by_label.keys().map(String::as_str)
    }

    /// Pools that answer to all of these labels.
    fn with_all<'t>(&self, labels: impl Iterator<Item = &'t str>) -> Vec<PoolView<'a>> {
        let mut found: Option<Vec<usize>> = None;
        for label in labels {
            let of_label = self.by_label.get(&label.to_lowercase()).map_or(&[][..], Vec::as_slice);
            found = Some(match found {
                None => of_label.to_vec(),
                Some(before) => before.into_iter().filter(|at| of_label.binary_search(at).is_ok()).collect(),
            });
        }
        found.unwrap_or_default().into_iter().map(|at| self.views[at]).collect()
    }

    /// What becomes of a job.
    pub fn fate(&self, target: &Target) -> Fate<'a> {
        let group = target.group.as_ref().map(|group| group.as_str());
        let in_group =
            |view: &PoolView<'a>| group.is_none_or(|group| group_of(*view).eq_ignore_ascii_case(group));
        if target.labels.is_empty() {
            let pools: Vec<_> = self.views.iter().copied().filter(in_group).collect();
            return match group {
                Some(group) if pools.is_empty() && self.fleet.usage.is_elsewhere(group) => Fate::Elsewhere,
                Some(_) if pools.is_empty() => Fate::UnknownGroup(Vec::new()),
                _ => Fate::GroupOnly(pools),
            };
        }
        let labels = || target.labels.iter().map(|label| label.as_str());
        let all = self.with_all(labels());
        let pools: Vec<_> = all.iter().copied().filter(in_group).collect();
        if !pools.is_empty() {
            return Fate::Pools(pools);
        }
        if labels().chain(group).any(|label| self.fleet.usage.is_elsewhere(label)) {
            return Fate::Elsewhere;
        }
        if !all.is_empty() {
            return Fate::UnknownGroup(all);
        }
        for (at, label) in labels().enumerate() {
            let retired = self.fleet.usage.retired.iter();
            if let Some(retired) = retired.clone().find(|one| one.name.as_str().eq_ignore_ascii_case(label)) {
                return Fate::Retired(at, retired);
            }
        }
        if labels().all(is_hosted) {
            return Fate::Hosted;
        }
        let ours = |label: &str| self.by_label.contains_key(&label.to_lowercase());
        if labels().any(|label| is_default(label) && !ours(label)) {
            return Fate::Legacy(self.with_all(labels().filter(|label| !is_default(label))));
        }
        match labels().position(|label| !ours(label)) {
            Some(unknown) => Fate::UnknownLabel(unknown),
            None => Fate::NoneHasAll,
        }
    }
}

/// The runner group that a pool is in.
pub fn group_of(view: PoolView<'_>) -> &str {
    let group = view.objects.runner_set.spec.runner_group.as_deref();
    group.filter(|group| !group.is_empty()).unwrap_or("default")
}
