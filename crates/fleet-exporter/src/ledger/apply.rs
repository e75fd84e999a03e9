//! From observations to rows and counts: the one place where a counter moves.
//!
//! A count is made at the first transition of its key, and in the transaction that stores the transition.
//! Whether it is made depends only on what was observed and on [`View::since`], never on the clock.

use super::job::{DoneJob, Job, JobKey, Outcome};
use super::observation::{JobFacts, Observation, RunFacts, Seen, What};
use super::policy::{Policy, workflow};
use super::run::{Run, RunKey};
use super::series::{Amount, Increment, Series, render};
use super::status::{Conclusion, Status};
use super::tables::{self, DONE, ENDED, JOBS, REPOS, RUNS, Repo, SERIES, row};
use super::view::{Change, Queue, View};
use crate::pools::Placement;
use crate::time::{Second, milliseconds};
use fleet_model::metrics::exporter as metric;
use fleet_model::metrics::exporter::METRICS;
use redb::{ReadableTable, WriteTransaction};

/// Takes observations in, in a transaction that the caller commits.
pub struct Applier<'a> {
    view: &'a View,
    policy: &'a Policy,
    txn: &'a WriteTransaction,
    change: Change,
    counts: Vec<(Increment, Second)>,
}

impl<'a> Applier<'a> {
    /// Begins a batch.
    pub fn new(view: &'a View, policy: &'a Policy, txn: &'a WriteTransaction) -> Self {
        Self { view, policy, txn, change: Change::default(), counts: Vec::new() }
    }

    /// Takes in one observation.
    pub fn apply(&mut self, observation: &Observation) -> Result<Outcome, redb::Error> {
        let repo = self.repo(observation)?;
        match &observation.what {
            What::Job(facts) => self.job(observation, facts, &repo),
            What::Run(facts) => self.run(observation, facts, &repo),
            What::Repo => Ok(Outcome::Applied),
        }
    }

    /// The repository as it is called now.
    fn repo(&mut self, observation: &Observation) -> Result<Repo, redb::Error> {
        let facts = &observation.repo;
        let known = self.change.repos.get(&facts.key).or_else(|| self.view.repos.get(&facts.key));
        let default_branch =
            facts.default_branch.clone().or_else(|| known.and_then(|repo| repo.default_branch.clone()));
        let repo = Repo { org: facts.org.clone(), name: facts.name.clone(), default_branch };
        if known != Some(&repo) {
            let mut table = self.txn.open_table(REPOS)?;
            tables::write(&mut table, (facts.key.host, facts.key.repo), &repo)?;
            self.change.repos.insert(facts.key, repo.clone());
        }
        Ok(repo)
    }

    fn job(
        &mut self,
        observation: &Observation,
        facts: &JobFacts,
        repo: &Repo,
    ) -> Result<Outcome, redb::Error> {
        let key = JobKey { repo: observation.repo.key, job: facts.id };
        let place = row(key.repo, key.job);
        if self.change.done.contains_key(&key) || self.txn.open_table(DONE)?.get(place)?.is_some() {
            let same = facts.status == Status::Completed;
            return Ok(if same { Outcome::Duplicate } else { Outcome::Stale });
        }
        let known = match self.change.jobs.get(&key) {
            Some(job) => job.as_ref(),
            None => self.view.jobs.get(&key),
        };
        let (mut job, outcome) = match known {
            Some(job) => {
                let mut job = job.clone();
                let outcome = job.merge(facts, &observation.seen);
                (job, outcome)
            }
            None => (Job::new(facts, &observation.seen), Outcome::Applied),
        };
        let placement = self.place(&job, repo);
        let carried = facts.attempt_started.zip(job.completed).is_some_and(|(began, ended)| ended < began);
        if !carried {
            self.count_wait(key, &mut job, repo, &placement);
        }
        if outcome == Outcome::Applied && !carried {
            self.announce_job(&job, repo, &placement, observation.seen.at);
        }
        if job.status == Status::Completed {
            if !carried {
                self.count_job(key, &job, repo, &placement);
            }
            self.finish(key, &job, &placement)?;
        } else {
            tables::write(&mut self.txn.open_table(JOBS)?, place, &job)?;
            self.change.jobs.insert(key, Some(job));
        }
        Ok(outcome)
    }

    fn place(&self, job: &Job, repo: &Repo) -> Placement {
        self.policy.placer.place(job.asked(&repo.full()))
    }

    fn count_wait(&mut self, key: JobKey, job: &mut Job, repo: &Repo, placement: &Placement) {
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

    fn count_job(&mut self, key: JobKey, job: &Job, repo: &Repo, placement: &Placement) {
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
    fn announce_job(&mut self, job: &Job, repo: &Repo, placement: &Placement, now: Second) {
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

    fn finish(&mut self, key: JobKey, job: &Job, placement: &Placement) -> Result<(), redb::Error> {
        let place = row(key.repo, key.job);
        let Some(completed) = job.completed else { return Ok(()) };
        let done = DoneJob {
            run: job.run,
            attempt: job.attempt,
            queued: job.queued_since(),
            started: job.started.filter(|_| job.ran),
            completed,
            conclusion: job.conclusion.unwrap_or(Conclusion::Other),
            pool: placement.pool.clone(),
            labels: job.label_set(),
            name: job.name.clone(),
        };
        tables::write(&mut self.txn.open_table(DONE)?, place, &done)?;
        self.txn.open_table(ENDED)?.insert((completed.0, false, place.0, place.1, place.2), ())?;
        self.txn.open_table(JOBS)?.remove(place)?;
        self.change.jobs.insert(key, None);
        self.change.done.insert(key, done);
        Ok(())
    }

    fn run(
        &mut self,
        observation: &Observation,
        facts: &RunFacts,
        repo: &Repo,
    ) -> Result<Outcome, redb::Error> {
        let key = RunKey { repo: observation.repo.key, run: facts.id };
        let place = row(key.repo, key.run);
        let known = match self.change.runs.get(&key).or_else(|| self.view.runs.get(&key)) {
            Some(run) => Some(run.clone()),
            None => tables::read(&self.txn.open_table(RUNS)?, place)?,
        };
        let is_new = known.is_none();
        let mut run = known.unwrap_or_else(|| {
            let branch = self.policy.branch(key.repo, repo.default_branch.as_deref(), facts);
            Run::new(facts, branch, &observation.seen)
        });
        let before = run.attempts.iter().find(|attempt| attempt.number == facts.attempt).cloned();
        let outcome = run.merge(facts, &observation.seen);
        if is_new {
            self.announce_run(repo, &run, &observation.seen);
        }
        let after = run.attempts.iter().find(|attempt| attempt.number == facts.attempt).cloned();
        let was_over = before.is_some_and(|attempt| attempt.done().is_some());
        if let Some(attempt) = after
            && let Some((conclusion, ended)) = attempt.done()
            && !was_over
        {
            self.txn.open_table(ENDED)?.insert((ended.0, true, place.0, place.1, place.2), ())?;
            if self.counts(ended) {
                self.count_attempt(repo, &run, facts.attempt, (conclusion, ended), attempt.started, facts.id);
            }
            if !run.flaky
                && let Some(at) = run.made_good()
            {
                run.flaky = true;
                if self.counts(at) {
                    let full = repo.full();
                    let label = workflow(&run.path);
                    let of = [("org", repo.org.as_str()), ("repo", &full), ("workflow", &label)];
                    self.counts.push((Increment::one(&metric::WORKFLOW_FLAKY_RUNS, &of), at));
                }
            }
        }
        if outcome == Outcome::Applied || is_new || !run.settled() {
            tables::write(&mut self.txn.open_table(RUNS)?, place, &run)?;
            self.change.runs.insert(key, run);
        }
        Ok(outcome)
    }

    fn count_attempt(
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

    fn announce_run(&mut self, repo: &Repo, run: &Run, seen: &Seen) {
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
    fn counts(&self, at: Second) -> bool {
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

    /// Ends the batch: what was counted becomes series, which are stored with the rows.
    pub fn settle(self) -> Result<Change, redb::Error> {
        let Self { view, txn, mut change, counts, .. } = self;
        let bounds = &mut *view.bounds();
        let now = milliseconds();
        let mut table = txn.open_table(SERIES)?;
        let mut queue = counts;
        while !queue.is_empty() {
            let mut overflow = Vec::new();
            for (increment, at) in queue {
                let (key, folded) = locate(&increment, view, &change, bounds);
                for label in folded {
                    overflow.push((Increment::one(&metric::LABEL_OVERFLOW, &[("label", label)]), at));
                }
                let series = change.series.entry(key).or_insert_with_key(|key| {
                    let known = view.series.get(key.0).and_then(|family| family.get(&key.1));
                    known.cloned().unwrap_or_else(|| Series::new(key.0, now, at))
                });
                series.apply(increment.metric, &increment.amount, at);
            }
            queue = overflow;
        }
        change.series.retain(|key, series| {
            let known = view.series.get(key.0).and_then(|family| family.get(&key.1));
            known.is_none_or(|known| known.value != series.value)
        });
        for ((metric, labels), series) in &change.series {
            let Some(name) = METRICS.get(*metric).map(|metric| metric.name) else { continue };
            table.insert((name, labels.as_str()), series.encode().as_slice())?;
        }
        drop(table);
        Ok(change)
    }
}

/// The series that an increment belongs to, and the labels that had to be folded for it.
fn locate(
    increment: &Increment,
    view: &View,
    change: &Change,
    bounds: &mut super::bounds::Bounds,
) -> ((usize, String), Vec<&'static str>) {
    let metric = increment.metric;
    let names = METRICS.get(metric).map_or(&[][..], |metric| metric.labels);
    let known = |key: &(usize, String)| {
        change.series.contains_key(key)
            || view.series.get(key.0).is_some_and(|family| family.contains_key(&key.1))
    };
    let key = (metric, render(names, &increment.labels));
    if known(&key) {
        return (key, Vec::new());
    }
    let bounded = bounds.admit(metric, increment.labels.clone());
    let key = (metric, render(names, &bounded.labels));
    // A series that only announces itself is no value lost.
    let silent = matches!(increment.amount, Amount::Add(0));
    let told = |folded: Vec<&'static str>| if silent { Vec::new() } else { folded };
    if known(&key) {
        return (key, told(bounded.folded));
    }
    if bounds.full(metric) {
        let folded = bounds.fold(metric, bounded.labels);
        let key = (metric, render(names, &folded.labels));
        if !known(&key) {
            bounds.note_series(metric);
        }
        return (key, told(folded.folded));
    }
    bounds.note_series(metric);
    (key, told(bounded.folded))
}
