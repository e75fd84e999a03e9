//! What a transition is worth counting.

use super::apply::Applier;
use super::job::{Job, JobKey};
use super::observation::Seen;
use super::policy::workflow;
use super::run::Run;
use super::series::Increment;
use super::status::Conclusion;
use super::tables::Repo;
use super::view::Queue;
use crate::pools::Placement;
use crate::time::Second;
use fleet_model::metrics::exporter as metric;

impl Applier<'_> {
    pub(super) fn count_wait(&mut self, key: JobKey, job: &mut Job, repo: &Repo, placement: &Placement) {
        let Some(wait) = job.wait() else { return };
        let Some(started) = job.started else { return };
        if std::mem::replace(&mut job.queue_counted, true) || !self.counts(started) {
            return;
        }
        let (full, labels) = (repo.full(), job.label_set());
        if let Some(seconds) = wait.approval {
            let at = [("org", repo.org.as_str()), ("repo", &full)];
            self.observe(&metric::JOB_APPROVAL_WAIT, &at, seconds, String::new(), started);
        }
        let Some(seconds) = wait.queue else {
            let kind = if job.edges.iter().any(|edge| edge.held) { "release_missed" } else { "no_creation" };
            self.anomaly(kind, started);
            return;
        };
        if seconds < 0 {
            self.anomaly("started_before_queued", started);
        }
        let seconds = seconds.max(0);
        let series = [
            ("org", repo.org.as_str()),
            ("repo", &full),
            ("pool", &placement.pool),
            ("runner_labels", &labels),
            ("runner_kind", placement.kind),
        ];
        let exemplar = format!("run_id=\"{}\",job_id=\"{}\"", job.run, key.job);
        self.observe(&metric::WORKFLOW_QUEUE_TIME, &series, seconds, exemplar, started);
        let queue = Queue { org: repo.org.clone(), pool: placement.pool.clone(), labels };
        self.change.waits.push((started, queue, seconds));
    }

    pub(super) fn count_job(&mut self, key: JobKey, job: &Job, repo: &Repo, placement: &Placement) {
        let (Some(conclusion), Some(ended)) = (job.conclusion, job.completed) else { return };
        if !self.counts(ended) {
            return;
        }
        let full = repo.full();
        let (org, pool) = (repo.org.as_str(), placement.pool.as_str());
        self.job_series(repo, placement, conclusion, 1, ended);
        let Some(seconds) = job.ran_for() else { return };
        if seconds < 0 {
            self.anomaly("ended_before_started", ended);
        }
        let seconds = seconds.max(0);
        let exemplar = format!("run_id=\"{}\",job_id=\"{}\"", job.run, key.job);
        let of = [("org", org), ("pool", pool), ("conclusion", conclusion.as_str())];
        self.observe(&metric::JOB_DURATION, &of, seconds, exemplar, ended);
        let whole = u64::try_from(seconds).unwrap_or(0);
        let of = [("org", org), ("repo", full.as_str()), ("pool", pool)];
        self.counts.push((Increment::add(&metric::JOB_EXECUTION, &of, whole), ended));
        let price = self.policy.placer.pool(pool).and_then(|pool| pool.microdollars_per_minute);
        if let Some(price) = price {
            // GitHub bills its own runners by minutes begun; what a cluster costs, it costs by the second.
            let cost = if placement.kind == "hosted" {
                whole.div_ceil(60).saturating_mul(price)
            } else {
                whole.saturating_mul(price) / 60
            };
            self.counts.push((Increment::add(&metric::JOB_COST, &of, cost), ended));
        }
    }

    /// Makes series of a pool appear at zero: the first failure would else be invisible to `increase()`.
    pub(super) fn announce_job(&mut self, job: &Job, repo: &Repo, placement: &Placement, now: Second) {
        if placement.ambiguous || placement.never() {
            return;
        }
        let queue = Queue { org: repo.org.clone(), pool: placement.pool.clone(), labels: job.label_set() };
        if !self.view.queues.contains(&queue) && self.admits(&queue) {
            self.change.queues.push(queue);
        }
        for conclusion in [Conclusion::Success, Conclusion::Failure] {
            self.job_series(repo, placement, conclusion, 0, now);
        }
    }

    /// Queues are as bounded as their labels: one that is folded is shown while jobs wait there.
    fn admits(&self, queue: &Queue) -> bool {
        let bounds = self.view.bounds();
        bounds.shown("runner_labels", &queue.org, &queue.labels) == queue.labels
            && bounds.shown("pool", "", &queue.pool) == queue.pool
    }

    fn job_series(
        &mut self,
        repo: &Repo,
        placement: &Placement,
        conclusion: Conclusion,
        by: u64,
        at: Second,
    ) {
        let full = repo.full();
        let of = [
            ("org", repo.org.as_str()),
            ("repo", &full),
            ("pool", &placement.pool),
            ("runner_kind", placement.kind),
            ("conclusion", conclusion.as_str()),
        ];
        self.counts.push((Increment::add(&metric::JOBS, &of, by), at));
    }

    pub(super) fn count_attempt(
        &mut self,
        repo: &Repo,
        run: &Run,
        number: u32,
        (conclusion, ended): (Conclusion, Second),
        started: Option<Second>,
        id: u64,
    ) {
        let (full, label) = (repo.full(), workflow(&run.path));
        let of = [("org", repo.org.as_str()), ("repo", full.as_str()), ("workflow", label.as_str())];
        self.run_series(repo, run, conclusion, 1, ended);
        let attempt = if number > 1 { "rerun" } else { "first" };
        let attempts = [of[0], of[1], of[2], ("attempt", attempt)];
        self.counts.push((Increment::one(&metric::WORKFLOW_RUN_ATTEMPTS, &attempts), ended));
        let Some(started) = started.filter(|_| conclusion != Conclusion::Skipped) else { return };
        let seconds = ended.since(started);
        if seconds < 0 {
            self.anomaly("run_ended_before_started", ended);
        }
        let durations = [of[0], of[1], of[2], ("conclusion", conclusion.as_str())];
        let exemplar = format!("run_id=\"{id}\"");
        self.observe(&metric::WORKFLOW_DURATION, &durations, seconds.max(0), exemplar, ended);
    }

    pub(super) fn announce_run(&mut self, repo: &Repo, run: &Run, seen: &Seen) {
        for conclusion in [Conclusion::Success, Conclusion::Failure] {
            self.run_series(repo, run, conclusion, 0, seen.at);
        }
    }

    fn run_series(&mut self, repo: &Repo, run: &Run, conclusion: Conclusion, by: u64, at: Second) {
        let (full, label) = (repo.full(), workflow(&run.path));
        let (org, full) = (("org", repo.org.as_str()), ("repo", full.as_str()));
        let conclusion = ("conclusion", conclusion.as_str());
        let runs = [org, full, ("workflow", label.as_str()), conclusion, ("event", run.event.as_str())];
        self.counts.push((Increment::add(&metric::WORKFLOW_RUNS, &runs, by), at));
        let branches = [org, full, ("branch", run.branch.as_str()), conclusion];
        self.counts.push((Increment::add(&metric::WORKFLOW_RUNS_BY_BRANCH, &branches, by), at));
    }

    /// Whether what happened then is counted: neither before the first start, nor so long ago that the row by
    /// which it would be known to be counted may be gone.
    pub(super) fn counts(&self, at: Second) -> bool {
        at >= self.view.since && at >= self.view.horizon
    }

    fn observe(
        &mut self,
        metric: &fleet_model::metrics::Metric,
        labels: &[(&str, &str)],
        seconds: i64,
        exemplar: String,
        at: Second,
    ) {
        self.counts.push((Increment::observe(metric, labels, seconds, exemplar), at));
    }

    fn anomaly(&mut self, kind: &str, at: Second) {
        self.counts.push((Increment::one(&metric::TIMESTAMP_ANOMALIES, &[("kind", kind)]), at));
    }
}
