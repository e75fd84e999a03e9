//! Repositories, runs, jobs and deliveries.

use std::collections::{BTreeMap, HashMap};

/// A run that is triggered.
#[derive(Clone, Debug)]
pub struct RunSpec {
    /// The workflow's file under `.github/workflows`, without its ending.
    pub workflow: String,
    /// What triggers it.
    pub event: String,
    /// Its branch.
    pub branch: String,
    /// The repository of a fork, where the commit is from one.
    pub fork: Option<u64>,
    /// Its jobs.
    pub jobs: Vec<JobSpec>,
}

/// A job of a run.
#[derive(Clone, Debug)]
pub struct JobSpec {
    /// Its name.
    pub name: String,
    /// Its `runs-on`.
    pub labels: Vec<String>,
}

/// What is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests in an hour that are not answered with "not modified".
    pub limit: u64,
    /// How many are left.
    pub remaining: u64,
    /// When all are there again, in seconds since 1970.
    pub reset: i64,
    /// Requests that are refused for haste before the next one is answered, and the seconds that are named.
    pub hasty: Option<(u32, i64)>,
}

/// A repository.
#[derive(Clone, Debug)]
pub struct Repo {
    pub(crate) id: u64,
    pub(crate) full_name: String,
    pub(crate) old_names: Vec<String>,
    pub(crate) default_branch: String,
    pub(crate) pushed_at: i64,
    pub(crate) runs: BTreeMap<u64, Run>,
    pub(crate) numbers: HashMap<String, u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub id: u64,
    pub number: u64,
    pub spec: RunSpec,
    pub created: i64,
    pub attempts: Vec<Attempt>,
}

#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub started: i64,
    pub updated: i64,
    pub status: &'static str,
    pub conclusion: Option<String>,
    pub jobs: Vec<Job>,
}

#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub id: u64,
    pub spec: JobSpec,
    pub status: &'static str,
    pub conclusion: Option<String>,
    pub created: i64,
    pub started: Option<i64>,
    pub completed: Option<i64>,
    pub runner: Option<(u64, String, String)>,
}

/// A delivery of a webhook.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub id: u64,
    pub guid: String,
    pub event: &'static str,
    pub action: String,
    pub payload: String,
    pub repo: u64,
    pub at: i64,
    pub code: Option<u16>,
    pub redelivery: bool,
}
