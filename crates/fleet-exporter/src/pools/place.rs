//! The rules by which GitHub gives a job to a runner, applied to the pools of the fleet.
//!
//! A runner is known by its group and its name once it has the job. Before that a job's labels say
//! which pools could take it: all of them must be among the pool's labels.

use super::Glob;
use fleet_model::pools::{Pool, Pools};
use std::collections::HashMap;

/// Where a job runs, or would run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placement {
    /// The value of the label `pool`: a pool's name, the label of a hosted runner, `none` for a job without
    /// labels, `unmatched`, or `other` for a runner that is of no pool of the fleet.
    pub pool: String,
    /// The value of the label `runner_kind`.
    pub kind: &'static str,
    /// Whether several pools could take it.
    pub ambiguous: bool,
}

/// The pool of a job that no runner can ever take.
pub const UNMATCHED: &str = "unmatched";

impl Placement {
    /// Whether no runner can ever take the job.
    pub fn never(&self) -> bool {
        self.pool == UNMATCHED
    }
}

/// Knows the pools.
#[derive(Debug)]
pub struct Placer {
    pools: Vec<Known>,
    /// Indexes of the pools that carry a label.
    by_label: HashMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct Known {
    pool: Pool,
    labels: Vec<String>,
    repositories: Vec<Glob>,
}

/// What is asked: a job's labels in canonical form, its repository, and its runner once it has one.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// `organization/repository`.
    pub repo: &'a str,
    /// Canonical labels.
    pub labels: &'a [String],
    /// The runner's group.
    pub group: Option<&'a str>,
    /// The runner's name.
    pub runner: Option<&'a str>,
}

/// The group of GitHub's own runners.
const HOSTED_GROUP: &str = "GitHub Actions";

impl Placer {
    /// Takes the pools of a fleet.
    pub fn new(pools: Pools) -> Self {
        let mut by_label: HashMap<String, Vec<usize>> = HashMap::new();
        let mut known = Vec::new();
        for (index, pool) in pools.pools.into_iter().enumerate() {
            let mut labels: Vec<String> = pool.labels.iter().map(|label| label.to_lowercase()).collect();
            labels.sort();
            labels.dedup();
            for label in &labels {
                by_label.entry(label.clone()).or_default().push(index);
            }
            let repositories = pool.repositories.iter().map(|text| Glob::new(&text.to_lowercase())).collect();
            known.push(Known { pool, labels, repositories });
        }
        Self { pools: known, by_label }
    }

    /// The pools, in the order of the fleet.
    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.pools.iter().map(|known| &known.pool)
    }

    /// The pool of this name.
    pub fn pool(&self, name: &str) -> Option<&Pool> {
        self.pools().find(|pool| pool.name == name)
    }

    /// Pools that carry all of the labels, whether or not the repository may use them.
    pub fn carrying<'a>(&'a self, labels: &'a [String]) -> impl Iterator<Item = &'a Pool> {
        self.subset(labels).map(|known| &known.pool)
    }

    /// Whether a repository may use a pool.
    pub fn admits(&self, pool: &Pool, repo: &str) -> bool {
        let known = self.pools.iter().find(|known| known.pool.name == pool.name);
        known.is_none_or(|known| known.admits(&repo.to_lowercase()))
    }

    /// Where a job runs, or would run.
    pub fn place(&self, asked: Asked<'_>) -> Placement {
        if let Some(placement) = self.by_runner(asked) {
            return placement;
        }
        if asked.labels.is_empty() {
            return Placement { pool: "none".to_owned(), kind: "none", ambiguous: false };
        }
        let repo = asked.repo.to_lowercase();
        let mut best: Option<(&Known, bool)> = None;
        for known in self.subset(asked.labels).filter(|known| known.admits(&repo)) {
            best = Some(match best {
                None => (known, false),
                // The more specific pool has fewer labels besides those that the job asks for.
                Some((other, _)) if known.labels.len() < other.labels.len() => (known, false),
                // A pool of several clusters is one pool.
                Some((other, _)) if other.pool.name == known.pool.name => (other, false),
                Some((other, _)) if known.labels.len() == other.labels.len() => (other, true),
                Some(other) => other,
            });
        }
        if let Some((known, ambiguous)) = best {
            return Placement { ambiguous, ..known.placement() };
        }
        // A runner did take it, so there is one; it is of no pool of the fleet.
        if asked.runner.is_some() {
            return Placement { pool: "other".to_owned(), kind: "static", ambiguous: false };
        }
        let hosted = asked.labels.iter().all(|label| is_hosted(label));
        let (pool, kind) =
            if hosted { (hosted_pool(asked.labels), "hosted") } else { (UNMATCHED, "unmatched") };
        Placement { pool: pool.to_owned(), kind, ambiguous: false }
    }

    fn by_runner(&self, asked: Asked<'_>) -> Option<Placement> {
        let runner = asked.runner?;
        let of_set = |known: &&Known| {
            let set = known.pool.scale_set.as_deref().unwrap_or(&known.pool.name);
            let named = runner.strip_prefix(set).is_some_and(|rest| rest.starts_with('-'));
            let group =
                asked.group.is_none_or(|group| known.pool.group.as_deref().is_none_or(|own| own == group));
            named && group
        };
        // `build` is a prefix of the runners of `build-large` too: the longest name wins.
        let length = |known: &&Known| known.pool.scale_set.as_deref().unwrap_or(&known.pool.name).len();
        if let Some(known) = self.pools.iter().filter(of_set).max_by_key(length) {
            return Some(known.placement());
        }
        if asked.group == Some(HOSTED_GROUP) {
            let pool = hosted_pool(asked.labels).to_owned();
            return Some(Placement { pool, kind: "hosted", ambiguous: false });
        }
        None
    }

    fn subset<'a>(&'a self, labels: &'a [String]) -> impl Iterator<Item = &'a Known> {
        let first = labels.first().and_then(|label| self.by_label.get(label));
        let candidates = first.into_iter().flatten().filter_map(|index| self.pools.get(*index));
        candidates.filter(|known| labels.iter().all(|label| known.labels.binary_search(label).is_ok()))
    }
}

impl Known {
    fn admits(&self, repo: &str) -> bool {
        self.repositories.is_empty() || self.repositories.iter().any(|glob| glob.matches(repo))
    }

    fn placement(&self) -> Placement {
        Placement { pool: self.pool.name.clone(), kind: self.pool.kind.as_str(), ambiguous: false }
    }
}

/// The pool of a hosted runner is named after the label that asks for it.
fn hosted_pool(labels: &[String]) -> &str {
    labels.iter().find(|label| is_hosted(label)).map_or("hosted", String::as_str)
}

/// Labels by which GitHub's own runners are asked for. Larger ones have names of the owner's choice: those
/// are pools of kind `hosted`.
fn is_hosted(label: &str) -> bool {
    ["ubuntu-", "windows-", "macos-"].iter().any(|prefix| label.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleet_model::pools::RunnerKind;

    fn pool(name: &str, labels: &[&str]) -> Pool {
        Pool {
            name: name.to_owned(),
            kind: RunnerKind::Arc,
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            scale_set: Some(name.to_owned()),
            group: None,
            repositories: Vec::new(),
            cluster: None,
            namespace: None,
            min: 0,
            max: Some(4),
            microdollars_per_minute: None,
        }
    }

    fn place(pools: Vec<Pool>, labels: &[&str], group: Option<&str>, runner: Option<&str>) -> Placement {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        Placer::new(Pools { pools }).place(Asked { repo: "Acme/app", labels: &labels, group, runner })
    }

    #[test]
    fn all_labels_of_a_job_must_be_the_pools() {
        let pools = || vec![pool("cpu", &["Linux", "x64"]), pool("gpu", &["linux", "x64", "gpu"])];
        assert_eq!(place(pools(), &["gpu", "linux"], None, None).pool, "gpu");
        assert_eq!(place(pools(), &["linux"], None, None).pool, "cpu");
        assert!(place(pools(), &["arm64", "linux"], None, None).never());
        assert_eq!(place(pools(), &["ubuntu-latest"], None, None).pool, "ubuntu-latest");
        assert_eq!(place(pools(), &[], None, None).pool, "none");
    }

    #[test]
    fn several_pools_are_ambiguous_until_a_runner_has_the_job() {
        let pools = || vec![pool("a", &["linux", "a"]), pool("b", &["linux", "b"])];
        assert!(place(pools(), &["linux"], None, None).ambiguous);
        let known = place(pools(), &["linux"], Some("default"), Some("b-x7k2p-runner-9vq4d"));
        assert_eq!((known.pool.as_str(), known.ambiguous), ("b", false));
    }

    #[test]
    fn the_longest_scale_set_names_the_runner() {
        let pools = || vec![pool("build", &["build"]), pool("build-large", &["build-large"])];
        let runner = Some("build-large-x7k2p-runner-9vq4d");
        assert_eq!(place(pools(), &["build-large"], None, runner).pool, "build-large");
        assert_eq!(place(pools(), &["x"], Some("GitHub Actions"), Some("GitHub Actions 12")).kind, "hosted");
        assert_eq!(place(pools(), &["x"], None, Some("my machine")).pool, "other");
    }

    #[test]
    fn a_repository_that_may_not_use_a_pool_is_not_placed_there() {
        let mut closed = pool("gpu", &["gpu"]);
        closed.repositories = vec!["acme/ml-*".to_owned()];
        assert!(place(vec![closed.clone()], &["gpu"], None, None).never());
        closed.repositories.push("acme/*".to_owned());
        assert_eq!(place(vec![closed], &["gpu"], None, None).pool, "gpu");
    }
}
