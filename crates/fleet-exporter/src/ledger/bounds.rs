//! How many values a label may have: whatever comes beyond is counted as `other`, so that sums hold.

use super::labels::parse;
use super::series::MetricIndex;
use fleet_model::metrics::exporter::METRICS;
use std::collections::{HashMap, HashSet};

/// What open labels fold into.
pub const OTHER: &str = "other";

/// How many series and values there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Series of one metric.
    pub series: usize,
    /// Branches of one repository, besides the classes.
    pub branches: usize,
    /// Sets of labels that jobs of one organization ask for.
    pub runner_labels: usize,
    /// Workflows of one repository.
    pub workflows: usize,
    /// Pools of the fleet and labels of hosted runners.
    pub pools: usize,
    /// Triggers of runs.
    pub events: usize,
    /// Repositories of one organization.
    pub repositories: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            series: 20_000,
            branches: 50,
            runner_labels: 200,
            workflows: 100,
            pools: 1_000,
            events: 64,
            repositories: 5_000,
        }
    }
}

impl Limits {
    fn of(&self, label: &str) -> Option<usize> {
        Some(match label {
            "branch" => self.branches + CLASSES.len(),
            "runner_labels" => self.runner_labels,
            "workflow" => self.workflows,
            "pool" => self.pools,
            "event" => self.events,
            "repo" => self.repositories,
            _ => return None,
        })
    }
}

/// Values of `branch` that are no names.
pub const CLASSES: [&str; 4] = ["default", "pull_request", "tag", OTHER];

/// Labels that are folded when a metric has all its series, those with most values first.
const FOLDED: [&str; 5] = ["branch", "runner_labels", "event", "workflow", "repo"];

/// Values that were let in. What was let in once stays, also over a restart: it is read from the series.
#[derive(Debug, Default)]
pub struct Bounds {
    limits: Limits,
    admitted: HashMap<(&'static str, String), HashSet<String>>,
    series: Vec<usize>,
}

/// What became of labels.
pub struct Bounded {
    /// Values, in the order of the catalogue.
    pub labels: Vec<String>,
    /// Labels that were folded.
    pub folded: Vec<&'static str>,
}

impl Bounds {
    /// Nothing was let in yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, admitted: HashMap::new(), series: vec![0; METRICS.len()] }
    }

    /// Lets in the labels of a stored series.
    pub fn restore(&mut self, metric: MetricIndex, rendered: &str) {
        let Some(labels) = parse(rendered) else { return };
        self.note_series(metric);
        let Some(known) = METRICS.get(metric) else { return };
        let values: Vec<String> =
            known.labels.iter().map(|name| labels.get(*name).cloned().unwrap_or_default()).collect();
        for (place, name) in known.labels.iter().enumerate() {
            if self.limits.of(name).is_some() {
                let value = values.get(place).cloned().unwrap_or_default();
                self.admitted.entry((name, scope(known.labels, &values, name))).or_default().insert(value);
            }
        }
    }

    /// Counts a new series of a metric.
    pub fn note_series(&mut self, metric: MetricIndex) {
        if let Some(count) = self.series.get_mut(metric) {
            *count += 1;
        }
    }

    /// Whether a metric may have another series.
    pub fn full(&self, metric: MetricIndex) -> bool {
        self.series.get(metric).is_some_and(|count| *count >= self.limits.series)
    }

    /// Folds values that are beyond the limit of their label, and lets in the others.
    pub fn admit(&mut self, metric: MetricIndex, mut labels: Vec<String>) -> Bounded {
        let names = METRICS.get(metric).map_or(&[][..], |metric| metric.labels);
        let mut folded = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let Some(limit) = self.limits.of(name) else { continue };
            let scope = scope(names, &labels, name);
            let Some(value) = labels.get_mut(place) else { continue };
            let admitted = self.admitted.entry((name, scope)).or_default();
            if admitted.contains(value.as_str()) || value == OTHER {
                continue;
            }
            if admitted.len() < limit {
                admitted.insert(value.clone());
            } else {
                OTHER.clone_into(value);
                folded.push(*name);
            }
        }
        Bounded { labels, folded }
    }

    /// Folds everything that can be, for a metric that is full.
    pub fn fold(&self, metric: MetricIndex, mut labels: Vec<String>) -> Bounded {
        let names = METRICS.get(metric).map_or(&[][..], |metric| metric.labels);
        let mut folded = Vec::new();
        for (name, value) in names.iter().zip(&mut labels) {
            if FOLDED.contains(name) && value != OTHER {
                OTHER.clone_into(value);
                folded.push(*name);
            }
        }
        Bounded { labels, folded }
    }

    /// A value as series that count show it; for gauges, which are made from rows and never stored.
    pub fn shown<'a>(&self, label: &'static str, scope: &str, value: &'a str) -> &'a str {
        let Some(limit) = self.limits.of(label) else { return value };
        match self.admitted.get(&(label, scope.to_owned())) {
            Some(admitted) if admitted.len() >= limit && !admitted.contains(value) => OTHER,
            _ => value,
        }
    }
}

/// Within what values are counted.
fn scope(names: &[&str], values: &[String], label: &str) -> String {
    let within = match label {
        "branch" | "workflow" => "repo",
        "runner_labels" | "repo" => "org",
        _ => return String::new(),
    };
    let place = names.iter().position(|name| *name == within);
    place.and_then(|place| values.get(place)).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::labels::render;
    use crate::ledger::series::index;
    use fleet_model::metrics::exporter::WORKFLOW_RUNS_BY_BRANCH as BY_BRANCH;

    #[test]
    fn ten_thousand_branches_are_few_values() {
        let metric = index(&BY_BRANCH);
        let mut bounds = Bounds::new(Limits::default());
        let labels =
            |branch: String| vec!["acme".to_owned(), "acme/app".to_owned(), branch, "success".to_owned()];
        let mut seen = HashSet::new();
        for number in 0..10_000 {
            seen.insert(bounds.admit(metric, labels(format!("b{number}"))).labels[2].clone());
        }
        assert!(seen.contains(OTHER) && seen.len() <= 55, "{}", seen.len());

        // A restart lets the same ones in.
        let mut again = Bounds::new(Limits::default());
        for branch in seen.iter().filter(|branch| *branch != OTHER) {
            again.restore(metric, &render(BY_BRANCH.labels, &labels(branch.clone())));
        }
        assert_eq!(again.admit(metric, labels("b9999".to_owned())).labels[2], OTHER);
        assert_eq!(again.admit(metric, labels("b3".to_owned())).labels[2], "b3");
        assert_eq!(again.shown("branch", "acme/app", "b9998"), OTHER);
    }
}
