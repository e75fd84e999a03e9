//! A look at one repository's runs.
//!
//! Runs are listed by their creation, so a repetition of an old run is on no first page. Three things find
//! what the first page does not show: lists by status, for what is live now; each live run of the ledger that
//! no list shows any more, asked for by its number; and, after a gap, windows of creation, halved until each
//! has fewer than the 1,000 results that GitHub gives.

use super::api::{ApiError, JOBS, Page, RUNS};
use super::client::Client;
use super::org::submit;
use crate::app::App;
use crate::github::{Job, Repository, Run, instant, job_facts, run_facts};
use crate::ledger::observation::{Host, Observation, RepoKey, Seen, Source, What};
use crate::ledger::run::RunKey;
use crate::ledger::series::Increment;
use crate::ledger::status::Status;
use crate::ledger::{Note, Outcome};
use crate::time::Second;
use fleet_model::metrics::exporter as metric;
use std::collections::{BTreeMap, HashMap};

/// Seconds between two looks at all lists by status.
const FULL: i64 = 300;
/// Results that GitHub gives of one search.
const CAP: u64 = 1_000;
/// Pages of jobs of one run: GitHub allows 256 of a matrix, and several of those.
const JOB_PAGES: usize = 20;
/// Seconds by which windows overlap, for runs that are listed late.
const OVERLAP: i64 = 60;
/// Seconds that a delivery may take: what a look finds earlier was not lost.
const DELIVERY: i64 = 60;

/// What is remembered of a repository between looks.
#[derive(Debug, Default)]
pub struct RepoState {
    /// When it is due.
    pub next: Second,
    /// Whether a run is live.
    pub live: bool,
    /// The newest creation of a run.
    pub newest: Option<Second>,
    /// When all lists were read.
    full: Second,
    /// Attempts that were over, and read with their jobs: run, to attempt and last change.
    read: HashMap<u64, (u32, Option<String>)>,
}

/// A look.
pub struct Look<'a> {
    /// The exporter.
    pub app: &'a App,
    /// As whom.
    pub client: &'a Client,
    /// Where.
    pub repo: &'a Repository,
    /// The server.
    pub host: Host,
    /// When it began.
    pub now: Second,
}

impl Look<'_> {
    /// Looks, and tells the ledger.
    pub fn look(&self, state: &mut RepoState) -> Result<(), ApiError> {
        let until = self.until();
        let first = self.list("", true)?;
        let mut runs: BTreeMap<u64, Run> = BTreeMap::new();
        let oldest = first.items.iter().filter_map(created).min();
        let newest = first.items.iter().filter_map(created).max();
        let cut = first.next.is_some();
        collect(&mut runs, first.items);
        let full = self.now.since(state.full) >= FULL;
        let lists: &[&str] = if full {
            &["in_progress", "queued", "waiting", "pending", "requested"]
        } else {
            &["in_progress", "queued"]
        };
        for status in lists {
            collect(&mut runs, self.list(&format!("&status={status}"), true)?.items);
        }
        // A gap between what was read before and the end of the first page.
        if let (Some(until), Some(oldest)) = (until, oldest)
            && cut
            && oldest > until
        {
            window(self.client, &self.repo.full_name, (until, oldest), &mut runs)?;
        }
        for id in self.vanished(&runs) {
            match self.client.one::<Run>(RUNS, &format!("{}/runs/{id}", self.base())) {
                Ok(run) => collect(&mut runs, vec![run]),
                Err(ApiError::Missing) => {}
                Err(error) => return Err(error),
            }
        }
        state.live = runs.values().any(|run| Status::parse(&run.status) != Some(Status::Completed));
        for run in runs.values() {
            self.run(run, until, state)?;
        }
        state.read.retain(|id, _| runs.contains_key(id));
        state.newest = newest;
        if full {
            state.full = self.now;
        }
        self.set_until(until, newest)
    }

    fn base(&self) -> String {
        format!("/repos/{}/actions", self.repo.full_name)
    }

    fn key(&self) -> RepoKey {
        RepoKey { host: self.host, repo: self.repo.id }
    }

    fn list(&self, filter: &str, persist: bool) -> Result<Page<Run>, ApiError> {
        list(self.client, &self.repo.full_name, filter, persist)
    }

    fn note(&self) -> String {
        format!("until {} {}", self.host, self.repo.id)
    }

    /// Up to which creation all runs were read. At the first look: up to where counting begins.
    fn until(&self) -> Option<Second> {
        match self.app.ledger.note(&self.note()) {
            Some(Note::Until(until)) => Some(until),
            _ => None,
        }
    }

    fn set_until(&self, before: Option<Second>, newest: Option<Second>) -> Result<(), ApiError> {
        let reached = newest.map(|newest| newest.plus(-OVERLAP)).max(before);
        let Some(reached) = reached.filter(|reached| Some(*reached) != before) else { return Ok(()) };
        let note = vec![(self.note(), Some(Note::Until(reached)))];
        self.app.ledger.keep_notes(note).map_err(|refused| ApiError::Body(refused.to_string()))
    }

    /// Runs that the ledger takes for live and no list shows.
    fn vanished(&self, runs: &BTreeMap<u64, Run>) -> Vec<u64> {
        let view = self.app.ledger.view();
        let live = view.runs.keys().filter(|key| key.repo == self.key() && !runs.contains_key(&key.run));
        live.map(|key| key.run).collect()
    }

    fn run(&self, run: &Run, until: Option<Second>, state: &mut RepoState) -> Result<(), ApiError> {
        let Some(facts) = run_facts(run, None) else { return Ok(()) };
        let over = facts.status == Status::Completed;
        let stamp = (facts.attempt, run.updated_at.clone());
        if over && state.read.get(&run.id) == Some(&stamp) {
            return Ok(());
        }
        let known = self.app.ledger.run(RunKey { repo: self.key(), run: run.id });
        let done = |number: u32| {
            let attempts = known.iter().flat_map(|run| &run.attempts);
            attempts.clone().any(|attempt| attempt.number == number && attempt.status == Status::Completed)
        };
        let since = self.app.ledger.view().since;
        // What was over before counting began is told without its jobs: it is only for streaks.
        if over && facts.ended.is_some_and(|ended| ended < since) {
            self.tell(vec![What::Run(Box::new(facts))], false)?;
            state.read.insert(run.id, stamp);
            return Ok(());
        }
        let read_before = until.is_some_and(|until| facts.created.is_some_and(|created| created < until));
        if over && read_before && done(facts.attempt) {
            state.read.insert(run.id, stamp);
            return Ok(());
        }
        for number in (1..facts.attempt).filter(|number| !done(*number)) {
            let path = format!("{}/runs/{}/attempts/{number}", self.base(), run.id);
            match self.client.one::<Run>(RUNS, &path) {
                Ok(attempt) => self.attempt(&attempt)?,
                Err(ApiError::Missing) => {}
                Err(error) => return Err(error),
            }
        }
        self.attempt(run)?;
        if over {
            state.read.insert(run.id, stamp);
        }
        Ok(())
    }

    /// Reads the jobs of an attempt and tells of them, and then of the attempt.
    fn attempt(&self, run: &Run) -> Result<(), ApiError> {
        let Some(facts) = run_facts(run, None) else { return Ok(()) };
        let path = format!("{}/runs/{}/attempts/{}/jobs?per_page=100", self.base(), run.id, facts.attempt);
        let jobs: Vec<Job> = match self.client.pages(JOBS, &path, "jobs", JOB_PAGES) {
            Ok(jobs) => jobs,
            Err(ApiError::Missing) => Vec::new(),
            Err(error) => return Err(error),
        };
        let of_jobs: Vec<_> = jobs.iter().filter_map(|job| job_facts(job, None, facts.started)).collect();
        let all_over = !of_jobs.is_empty() && of_jobs.iter().all(|job| job.status == Status::Completed);
        let ended = of_jobs.iter().filter_map(|job| job.completed).max().filter(|_| all_over);
        // An attempt that is over before it began was not run: its jobs were carried over.
        let ended = ended.filter(|ended| facts.started.is_none_or(|started| *ended >= started));
        let Some(facts) = run_facts(run, ended) else { return Ok(()) };
        let lost = facts.status == Status::Completed
            && facts.ended.is_some_and(|ended| self.now.since(ended) > DELIVERY);
        let mut told: Vec<What> = of_jobs.into_iter().map(|job| What::Job(Box::new(job))).collect();
        told.push(What::Run(Box::new(facts)));
        self.tell(told, lost)
    }

    fn tell(&self, told: Vec<What>, lost: bool) -> Result<(), ApiError> {
        let seen = Seen { at: self.app.process.now(), source: Source::Sweep, delivery: 0 };
        let repo = self.repo.facts(self.host);
        let observe = |what| Observation { repo: repo.clone(), seen: seen.clone(), what };
        let outcomes = submit(self.app, told.into_iter().map(observe).collect())?;
        if lost && !self.app.config.webhook_secrets.is_empty() {
            let news = outcomes.iter().filter(|outcome| **outcome == Outcome::Applied).count() as u64;
            let of = [("source", "sweep")];
            self.app.process.count(&Increment::add(&metric::MISSED_EVENTS_RECOVERED, &of, news));
        }
        Ok(())
    }
}

fn list(client: &Client, repo: &str, filter: &str, persist: bool) -> Result<Page<Run>, ApiError> {
    let path = format!("/repos/{repo}/actions/runs?per_page=100&exclude_pull_requests=true{filter}");
    client.page(RUNS, &path, "workflow_runs", persist)
}

/// Reads runs that were created between two instants, both included.
pub fn window(
    client: &Client,
    repo: &str,
    (from, to): (Second, Second),
    runs: &mut BTreeMap<u64, Run>,
) -> Result<(), ApiError> {
    let mut page = list(client, repo, &format!("&created={from}..{to}"), false)?;
    if page.total >= CAP && to > from {
        let middle = from.plus(to.since(from) / 2);
        window(client, repo, (from, middle), runs)?;
        return window(client, repo, (middle.plus(1), to), runs);
    }
    loop {
        collect(runs, page.items);
        let Some(next) = page.next else { return Ok(()) };
        page = client.page(RUNS, &next, "workflow_runs", false)?;
    }
}

/// A later list wins: it was read later.
fn collect(runs: &mut BTreeMap<u64, Run>, items: Vec<Run>) {
    runs.extend(items.into_iter().map(|run| (run.id, run)));
}

fn created(run: &Run) -> Option<Second> {
    instant(run.created_at.as_deref())
}
