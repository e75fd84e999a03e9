//! From observations to rows and counts: the one place where a counter moves.
//!
//! A count is made at the first transition of its key, and in the transaction that stores the transition.
//! Whether it is made depends only on what was observed and on [`View::since`], never on the clock.

use super::job::{DoneJob, Job, JobKey, Outcome};
use super::observation::{JobFacts, Observation, RunFacts, What};
use super::policy::{Policy, workflow};
use super::run::{Run, RunKey};
use super::series::Increment;
use super::status::{Conclusion, Status};
use super::tables::{self, DONE, ENDED, JOBS, REPOS, RUNS, Repo, row};
use super::view::{Change, View};
use crate::pools::Placement;
use crate::time::Second;
use fleet_model::metrics::exporter as metric;
use redb::{ReadableTable, WriteTransaction};

/// Takes observations in, in a transaction that the caller commits.
pub struct Applier<'a> {
    pub(super) view: &'a View,
    pub(super) policy: &'a Policy,
    pub(super) txn: &'a WriteTransaction,
    pub(super) change: Change,
    pub(super) counts: Vec<(Increment, Second)>,
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
}
