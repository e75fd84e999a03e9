//! Gauges, made from what is live in the ledger.

use super::process::key;
use crate::ledger::bounds::{Bounds, OTHER};
use crate::ledger::observation::RepoKey;
use crate::ledger::policy::workflow;
use crate::ledger::series::MetricIndex;
use crate::ledger::status::Status;
use crate::ledger::view::{Queue, RECENT};
use crate::ledger::{Policy, View};
use crate::time::{DAY, HOUR, Second};
use fleet_model::metrics::Metric;
use fleet_model::metrics::exporter as metric;
use std::collections::{BTreeMap, HashMap};

/// Values by metric and rendered labels.
pub type Gauges = BTreeMap<(MetricIndex, String), f64>;

/// Windows of the failure rate, in seconds.
const WINDOWS: [(&str, i64); 3] = [("1h", HOUR), ("24h", DAY), ("7d", 7 * DAY)];
/// Jobs without which a pool's waits are not estimated.
const ENOUGH: usize = 20;

/// Makes them. `now` is by GitHub's clock.
pub fn gauges(view: &View, policy: &Policy, now: Second) -> Gauges {
    let mut made = Maker { view, bounds: &view.bounds(), gauges: Gauges::new() };
    let pools = made.jobs(policy, now);
    made.pools(policy, &pools);
    made.runs();
    made.workflows(now);
    for (of, family) in metric::METRICS.iter().zip(&view.series) {
        if !family.is_empty() {
            made.set(&metric::SERIES, &[of.name], family.len() as f64);
        }
    }
    made.set(&metric::BUILD, &[env!("CARGO_PKG_VERSION")], 1.0);
    made.gauges
}

struct Maker<'a> {
    view: &'a View,
    bounds: &'a Bounds,
    gauges: Gauges,
}

/// Jobs in a queue.
#[derive(Default)]
struct Depth {
    queued: u64,
    running: u64,
    oldest: i64,
    waits: Vec<i64>,
}

/// Jobs of a pool.
#[derive(Clone, Copy, Default)]
struct Live {
    queued: u64,
    running: u64,
}

impl Maker<'_> {
    fn set(&mut self, metric: &Metric, labels: &[&str], value: f64) {
        self.gauges.insert(key(metric, labels), value);
    }

    fn shown(&self, queue: Queue) -> Queue {
        Queue {
            pool: self.bounds.shown("pool", "", &queue.pool).to_owned(),
            labels: self.bounds.shown("runner_labels", &queue.org, &queue.labels).to_owned(),
            org: queue.org,
        }
    }

    /// Queues, and what each pool runs and holds.
    fn jobs(&mut self, policy: &Policy, now: Second) -> HashMap<String, Live> {
        let known = self.view.queues.iter().map(|queue| (queue.clone(), Depth::default()));
        let mut depths: BTreeMap<Queue, Depth> = known.collect();
        let mut pools: HashMap<String, Live> = HashMap::new();
        let mut unmatched: BTreeMap<(String, String), u64> = BTreeMap::new();
        for (key, job) in &self.view.jobs {
            let Some(repo) = self.view.repo(key.repo).filter(|_| !job.status.held()) else { continue };
            let placement = policy.placer.place(job.asked(&repo.full()));
            let never = placement.never();
            let queue =
                self.shown(Queue { org: repo.org.clone(), pool: placement.pool, labels: job.label_set() });
            let pool = pools.entry(queue.pool.clone()).or_default();
            let depth = depths.entry(queue.clone()).or_default();
            if job.status != Status::Queued {
                depth.running += 1;
                pool.running += 1;
                continue;
            }
            let age = job.queued_since().map_or(0, |since| now.since(since).max(0));
            depth.queued += 1;
            depth.oldest = depth.oldest.max(age);
            depth.waits.push(age);
            pool.queued += 1;
            if never {
                *unmatched.entry((queue.org, queue.labels)).or_default() += 1;
            }
        }
        for (at, queue, seconds) in &self.view.waits {
            if now.since(*at) <= RECENT {
                depths.entry(self.shown(queue.clone())).or_default().waits.push(*seconds);
            }
        }
        for (queue, depth) in depths {
            let labels = [queue.org.as_str(), &queue.pool, &queue.labels];
            self.set(&metric::JOBS_QUEUED, &labels, depth.queued as f64);
            self.set(&metric::JOBS_RUNNING, &labels, depth.running as f64);
            self.set(&metric::JOB_QUEUE_OLDEST_AGE, &labels, depth.oldest as f64);
            if !depth.waits.is_empty() {
                let mean = depth.waits.iter().sum::<i64>() as f64 / depth.waits.len() as f64;
                self.set(&metric::WORKFLOW_QUEUE_TIME_AVG, &labels, mean);
            }
        }
        for ((org, labels), count) in unmatched {
            self.set(&metric::JOBS_UNMATCHED, &[&org, &labels], count as f64);
        }
        pools
    }

    fn pools(&mut self, policy: &Policy, live: &HashMap<String, Live>) {
        // A pool of several clusters is one: its bounds add up.
        let mut declared: BTreeMap<&str, (u32, Option<u32>)> = BTreeMap::new();
        for pool in policy.placer.pools() {
            let (min, max) = declared.entry(&pool.name).or_insert((0, Some(0)));
            *min = min.saturating_add(pool.min);
            *max = max.zip(pool.max).map(|(all, one)| all.saturating_add(one));
        }
        for (pool, (min, max)) in &declared {
            self.set(&metric::POOL_MIN_RUNNERS, &[pool], f64::from(*min));
            let Some(max) = max else { continue };
            self.set(&metric::POOL_MAX_RUNNERS, &[pool], f64::from(*max));
            if *max > 0 {
                let jobs = live.get(*pool).copied().unwrap_or_default();
                let ratio = (jobs.running + jobs.queued) as f64 / f64::from(*max);
                self.set(&metric::POOL_SATURATION, &[pool], ratio);
            }
        }
        for (pool, jobs) in live {
            let max = declared.get(pool.as_str()).and_then(|(_, max)| *max);
            let usable = max.map_or(jobs.running, u64::from);
            if let Some(seconds) = self.estimate(pool, jobs.queued, usable) {
                self.set(&metric::JOB_QUEUE_ESTIMATED_WAIT, &[pool], seconds);
            }
        }
    }

    /// Depth times the median length of a job, shared by the runners that there may be.
    fn estimate(&self, pool: &str, queued: u64, usable: u64) -> Option<f64> {
        let lengths = self.view.lengths.get(pool).filter(|lengths| lengths.len() >= ENOUGH)?;
        let mut sorted: Vec<i64> = lengths.iter().copied().collect();
        sorted.sort_unstable();
        let median = *sorted.get(sorted.len() / 2)? as f64;
        (usable > 0).then(|| queued as f64 * median / usable as f64)
    }

    /// Runs by what their jobs do. A run's own status follows its least advanced job, so it is asked only
    /// where no job is known.
    fn runs(&mut self) {
        #[derive(Clone, Copy, Default)]
        struct Jobs {
            running: bool,
            held: bool,
            any: bool,
        }
        let mut jobs: HashMap<(RepoKey, u64), Jobs> = HashMap::new();
        for (key, job) in &self.view.jobs {
            let of = jobs.entry((key.repo, job.run)).or_default();
            of.any = true;
            of.running |= job.status == Status::InProgress;
            of.held |= job.status == Status::Waiting;
        }
        for (repo, label) in self.view.workflows.keys() {
            for of in [
                &metric::WORKFLOW_RUNS_IN_PROGRESS,
                &metric::WORKFLOW_RUNS_QUEUED,
                &metric::WORKFLOW_RUNS_WAITING_APPROVAL,
            ] {
                self.count_run(of, *repo, label, 0.0);
            }
        }
        for (key, run) in &self.view.runs {
            let Some(latest) = run.latest() else { continue };
            let of = jobs.get(&(key.repo, key.run)).copied().unwrap_or_default();
            let metric = if of.running || (!of.any && latest.status == Status::InProgress) {
                &metric::WORKFLOW_RUNS_IN_PROGRESS
            } else if of.held || latest.status == Status::Waiting {
                &metric::WORKFLOW_RUNS_WAITING_APPROVAL
            } else if latest.status.rank() < Status::InProgress.rank() {
                &metric::WORKFLOW_RUNS_QUEUED
            } else {
                continue;
            };
            self.count_run(metric, key.repo, &workflow(&run.path), 1.0);
        }
    }

    fn count_run(&mut self, metric: &Metric, repo: RepoKey, label: &str, by: f64) {
        let Some(repo) = self.view.repo(repo) else { return };
        let full = repo.full();
        let label = self.bounds.shown("workflow", &full, label);
        *self.gauges.entry(key(metric, &[&repo.org, &full, label])).or_insert(0.0) += by;
    }

    fn workflows(&mut self, now: Second) {
        for ((repo, label), stats) in &self.view.workflows {
            let Some(repo) = self.view.repo(*repo) else { continue };
            let full = repo.full();
            let label = self.bounds.shown("workflow", &full, label);
            // The health of several workflows is not one number.
            if label == OTHER {
                continue;
            }
            for (window, seconds) in WINDOWS {
                if let Some(rate) = stats.failure_rate(seconds, now) {
                    self.set(&metric::WORKFLOW_FAILURE_RATE, &[&repo.org, &full, label, window], rate);
                }
            }
            for (name, branch) in &stats.branches {
                let name = self.bounds.shown("branch", &full, name);
                let labels = [repo.org.as_str(), &full, label, name];
                let ends = [
                    (&metric::WORKFLOW_LAST_RUN, branch.last_run),
                    (&metric::WORKFLOW_LAST_SUCCESS, branch.last_success),
                ];
                for (of, at) in ends {
                    if let Some(at) = at {
                        let shown = self.gauges.entry(key(of, &labels)).or_insert(0.0);
                        *shown = shown.max(at.0 as f64);
                    }
                }
                // Pull requests are many branches: a streak over all of them means nothing.
                if !matches!(name, "pull_request" | "tag" | OTHER) {
                    self.set(&metric::WORKFLOW_CONSECUTIVE_FAILURES, &labels, branch.streak() as f64);
                }
            }
        }
    }
}
