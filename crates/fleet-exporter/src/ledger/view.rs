//! What the ledger holds in memory: everything that a scrape shows, and the jobs and runs that are not over.

use super::bounds::{Bounds, Limits};
use super::job::{DoneJob, Job, JobKey};
use super::observation::RepoKey;
use super::policy::workflow;
use super::run::{Run, RunKey};
use super::series::{MetricIndex, Series};
use super::stats::Workflow;
use super::tables::Repo;
use crate::time::Second;
use fleet_model::metrics::exporter::METRICS;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Seconds over which waits are averaged.
pub const RECENT: i64 = 15 * 60;
/// Jobs of a pool whose length is remembered, for an estimate of waits.
const LENGTHS: usize = 100;

/// Where a job waits: organization, pool, labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Queue {
    /// The owner of the repository.
    pub org: String,
    /// The pool.
    pub pool: String,
    /// Its labels, joined.
    pub labels: String,
}

/// What is in memory.
#[derive(Debug)]
pub struct View {
    /// Series of each metric of the catalogue, by their labels as the text format writes them.
    pub series: Vec<BTreeMap<String, Series>>,
    /// Which values labels may have.
    pub bounds: Mutex<Bounds>,
    /// Repositories that were seen.
    pub repos: HashMap<RepoKey, Repo>,
    /// Jobs that are not over.
    pub jobs: HashMap<JobKey, Job>,
    /// Runs of which an attempt is not over.
    pub runs: HashMap<RunKey, Run>,
    /// Health of workflows, by repository and label.
    pub workflows: HashMap<(RepoKey, String), Workflow>,
    /// Where jobs have waited: queues that are shown also while they are empty.
    pub queues: BTreeSet<Queue>,
    /// Waits that ended lately: when, where, how many seconds.
    pub waits: VecDeque<(Second, Queue, i64)>,
    /// Lengths of the last jobs of each pool, in seconds.
    pub lengths: HashMap<String, VecDeque<i64>>,
    /// Since when things are counted.
    pub since: Second,
    /// What ended before was forgotten.
    pub horizon: Second,
}

/// What a batch of observations changes. It is written to the database first, and then to memory.
#[derive(Debug, Default)]
pub struct Change {
    /// Series with their new values.
    pub series: HashMap<(MetricIndex, String), Series>,
    /// Repositories that are new or have a new name.
    pub repos: HashMap<RepoKey, Repo>,
    /// Jobs as they are now; none for one that is over or was forgotten.
    pub jobs: HashMap<JobKey, Option<Job>>,
    /// Runs as they are now.
    pub runs: HashMap<RunKey, Run>,
    /// Jobs that are over now, with the organization that they count for.
    pub done: HashMap<JobKey, DoneJob>,
    /// Where jobs wait that were not seen before.
    pub queues: Vec<Queue>,
    /// Waits that ended.
    pub waits: Vec<(Second, Queue, i64)>,
}

impl View {
    /// Nothing is known.
    pub fn new(limits: Limits, since: Second) -> Self {
        Self {
            series: vec![BTreeMap::new(); METRICS.len()],
            bounds: Mutex::new(Bounds::new(limits)),
            repos: HashMap::new(),
            jobs: HashMap::new(),
            runs: HashMap::new(),
            workflows: HashMap::new(),
            queues: BTreeSet::new(),
            waits: VecDeque::new(),
            lengths: HashMap::new(),
            since,
            horizon: Second(0),
        }
    }

    /// Takes in a change that is stored.
    pub fn merge(&mut self, change: Change, now: Second) {
        for ((metric, labels), series) in change.series {
            if let Some(family) = self.series.get_mut(metric) {
                family.insert(labels, series);
            }
        }
        self.repos.extend(change.repos);
        for (key, job) in change.jobs {
            match job {
                Some(job) => self.jobs.insert(key, job),
                None => self.jobs.remove(&key),
            };
        }
        for (key, run) in change.runs {
            self.note_run(key, run, now);
        }
        for job in change.done.values() {
            self.note_length(job);
        }
        self.queues.extend(change.queues);
        self.waits.extend(change.waits);
        while self.waits.front().is_some_and(|(at, ..)| now.since(*at) > RECENT) {
            self.waits.pop_front();
        }
    }

    /// Takes in a run.
    pub fn note_run(&mut self, key: RunKey, run: Run, now: Second) {
        let stats = self.workflows.entry((key.repo, workflow(&run.path))).or_default();
        stats.note(key.run, &run, now);
        if run.settled() {
            self.runs.remove(&key);
        } else {
            self.runs.insert(key, run);
        }
    }

    /// Takes in how long a job held a runner.
    pub fn note_length(&mut self, job: &DoneJob) {
        let Some(started) = job.started else { return };
        if !self.lengths.contains_key(&job.pool) {
            self.lengths.insert(job.pool.clone(), VecDeque::new());
        }
        if let Some(lengths) = self.lengths.get_mut(&job.pool) {
            lengths.push_back(job.completed.since(started).max(0));
            if lengths.len() > LENGTHS {
                lengths.pop_front();
            }
        }
    }

    /// Which values labels may have, to be read or to let more in.
    pub fn bounds(&self) -> MutexGuard<'_, Bounds> {
        self.bounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `organization/repository`; nothing for one that was never seen.
    pub fn repo(&self, key: RepoKey) -> Option<&Repo> {
        self.repos.get(&key)
    }
}
