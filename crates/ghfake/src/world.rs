//! What there is, and what happens.

use crate::http::Request;
use crate::render;
use crate::things::{Attempt, Delivery, Job, Limits, Repo, Run, RunSpec};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

/// All of it.
#[derive(Debug)]
pub struct World {
    /// Where it is served.
    pub(crate) origin: String,
    pub(crate) repos: Vec<Repo>,
    /// Registered runners, as the API shows them.
    pub runners: Vec<Value>,
    /// Where deliveries go, and the secret that they are signed with.
    pub hook: Option<(String, String)>,
    /// What is allowed.
    pub limits: Limits,
    /// Seconds by which its clock is ahead of this machine's.
    pub skew: i64,
    /// Tokens that are taken, until when, in seconds since 1970.
    pub tokens: HashMap<String, i64>,
    /// Seconds for which a new token of an installation is taken.
    pub token_life: i64,
    /// Endpoints that are refused for want of a permission: parts of their paths.
    pub forbidden: Vec<String>,
    /// Codes with which the next requests are answered, such as 502.
    pub faults: Vec<u16>,
    /// `Link` headers name another server.
    pub foreign_links: bool,
    /// Everything that was asked.
    pub requests: Vec<Request>,
    pub(crate) outbox: Vec<Delivery>,
    pub(crate) log: Vec<Delivery>,
    next: u64,
}

impl Default for World {
    fn default() -> Self {
        Self {
            origin: String::new(),
            repos: Vec::new(),
            runners: Vec::new(),
            hook: None,
            limits: Limits { limit: 5_000, remaining: 5_000, reset: unix() + 3_600, hasty: None },
            skew: 0,
            tokens: HashMap::new(),
            token_life: 3_600,
            forbidden: Vec::new(),
            faults: Vec::new(),
            foreign_links: false,
            requests: Vec::new(),
            outbox: Vec::new(),
            log: Vec::new(),
            next: 1_000,
        }
    }
}

pub(crate) fn unix() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

impl World {
    /// Now, by its clock, in seconds since 1970.
    pub fn now(&self) -> i64 {
        unix() + self.skew
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Makes a repository. Its number.
    pub fn add_repo(&mut self, full_name: &str, default_branch: &str) -> u64 {
        let id = self.number();
        self.repos.push(Repo {
            id,
            full_name: full_name.to_owned(),
            old_names: Vec::new(),
            default_branch: default_branch.to_owned(),
            pushed_at: self.now(),
            runs: BTreeMap::new(),
            numbers: HashMap::new(),
        });
        id
    }

    /// Gives a repository another name. The old one leads to it.
    pub fn rename(&mut self, repo: u64, full_name: &str) {
        if let Some(repo) = self.repos.iter_mut().find(|known| known.id == repo) {
            let old = std::mem::replace(&mut repo.full_name, full_name.to_owned());
            repo.old_names.push(old);
        }
    }

    /// Triggers a run at an instant. Its number, and those of its jobs.
    pub fn trigger(&mut self, repo: u64, spec: RunSpec, at: i64) -> (u64, Vec<u64>) {
        let id = self.number();
        let Some(place) = self.place(repo) else { return (0, Vec::new()) };
        let number = self.repos[place].numbers.entry(spec.workflow.clone()).or_insert(0);
        *number += 1;
        let number = *number;
        let run = Run { id, number, spec, created: at, attempts: Vec::new() };
        self.repos[place].pushed_at = at;
        self.repos[place].runs.insert(id, run);
        let jobs = self.begin(repo, id, at);
        (id, jobs)
    }

    /// Repeats a run. Numbers of the new attempt's jobs.
    pub fn rerun(&mut self, repo: u64, run: u64, at: i64) -> Vec<u64> {
        self.begin(repo, run, at)
    }

    fn begin(&mut self, repo: u64, run: u64, at: i64) -> Vec<u64> {
        let Some(specs) = self.run(repo, run).map(|run| run.spec.jobs.clone()) else { return Vec::new() };
        let jobs: Vec<Job> = specs
            .into_iter()
            .map(|spec| Job {
                id: self.number(),
                spec,
                status: "queued",
                conclusion: None,
                created: at,
                started: None,
                completed: None,
                runner: None,
            })
            .collect();
        let ids: Vec<u64> = jobs.iter().map(|job| job.id).collect();
        if let Some(run) = self.run_mut(repo, run) {
            run.attempts.push(Attempt { started: at, updated: at, status: "queued", conclusion: None, jobs });
        }
        self.tell_run(repo, run, "requested", at);
        for job in &ids {
            self.tell_job(repo, run, *job, "queued", at);
        }
        ids
    }

    /// Gives a job to a runner.
    pub fn start_job(&mut self, repo: u64, run: u64, job: u64, at: i64, runner: &str, group: &str) {
        let number = self.number();
        if let Some(attempt) = self.latest(repo, run) {
            (attempt.status, attempt.updated) = ("in_progress", at);
            for known in attempt.jobs.iter_mut().filter(|known| known.id == job) {
                known.status = "in_progress";
                known.started = Some(at);
                known.runner = Some((number, runner.to_owned(), group.to_owned()));
            }
        }
        self.tell_job(repo, run, job, "in_progress", at);
    }

    /// Ends a job, and its run with the last one.
    pub fn complete_job(&mut self, repo: u64, run: u64, job: u64, at: i64, conclusion: &str) {
        let mut over = false;
        if let Some(attempt) = self.latest(repo, run) {
            attempt.updated = at;
            for known in attempt.jobs.iter_mut().filter(|known| known.id == job) {
                known.status = "completed";
                known.conclusion = Some(conclusion.to_owned());
                known.completed = Some(at);
                known.started = known.started.or(Some(at));
            }
            over = attempt.jobs.iter().all(|job| job.status == "completed");
            if over {
                let ended = |how: &str| attempt.jobs.iter().any(|job| job.conclusion.as_deref() == Some(how));
                let how = ["failure", "cancelled", "success"].into_iter().find(|how| ended(how));
                attempt.conclusion = Some(how.unwrap_or("skipped").to_owned());
                attempt.status = "completed";
                attempt.updated = attempt.jobs.iter().filter_map(|job| job.completed).max().unwrap_or(at);
            }
        }
        self.tell_job(repo, run, job, "completed", at);
        if over {
            self.tell_run(repo, run, "completed", at);
        }
    }

    /// Runs of which an attempt is over, counted by attempts: what a true exporter has counted.
    pub fn completed_attempts(&self) -> usize {
        let attempts = self.repos.iter().flat_map(|repo| repo.runs.values()).flat_map(|run| &run.attempts);
        attempts.filter(|attempt| attempt.status == "completed").count()
    }

    /// Jobs that are over.
    pub fn completed_jobs(&self) -> usize {
        let attempts = self.repos.iter().flat_map(|repo| repo.runs.values()).flat_map(|run| &run.attempts);
        attempts.flat_map(|attempt| &attempt.jobs).filter(|job| job.status == "completed").count()
    }

    /// Seconds for which each job waited that a runner took, sorted: what a true exporter has measured.
    pub fn queue_times(&self) -> Vec<i64> {
        let attempts = self.repos.iter().flat_map(|repo| repo.runs.values()).flat_map(|run| &run.attempts);
        let jobs = attempts.flat_map(|attempt| &attempt.jobs).filter(|job| job.runner.is_some());
        let mut times: Vec<i64> = jobs.filter_map(|job| Some(job.started? - job.created)).collect();
        times.sort_unstable();
        times
    }

    fn place(&self, repo: u64) -> Option<usize> {
        self.repos.iter().position(|known| known.id == repo)
    }

    fn run(&self, repo: u64, run: u64) -> Option<&Run> {
        self.repos.iter().find(|known| known.id == repo)?.runs.get(&run)
    }

    fn run_mut(&mut self, repo: u64, run: u64) -> Option<&mut Run> {
        self.repos.iter_mut().find(|known| known.id == repo)?.runs.get_mut(&run)
    }

    fn latest(&mut self, repo: u64, run: u64) -> Option<&mut Attempt> {
        self.run_mut(repo, run)?.attempts.last_mut()
    }

    fn tell_run(&mut self, repo: u64, run: u64, action: &str, at: i64) {
        let payload = self.repos.iter().find(|known| known.id == repo).and_then(|repo| {
            let run = repo.runs.get(&run)?;
            Some(render::run_event(&self.origin, repo, run, action))
        });
        self.put("workflow_run", action, payload, repo, at);
    }

    fn tell_job(&mut self, repo: u64, run: u64, job: u64, action: &str, at: i64) {
        let payload = self.repos.iter().find(|known| known.id == repo).and_then(|repo| {
            let run = repo.runs.get(&run)?;
            let attempt = run.attempts.last()?;
            let job = attempt.jobs.iter().find(|known| known.id == job)?;
            Some(render::job_event(&self.origin, repo, run, job, action))
        });
        self.put("workflow_job", action, payload, repo, at);
    }

    fn put(&mut self, event: &'static str, action: &str, payload: Option<Value>, repo: u64, at: i64) {
        let Some(payload) = payload else { return };
        let id = self.number();
        self.outbox.push(Delivery {
            id,
            guid: format!("{id:08x}-0000-4000-8000-{id:012x}"),
            event,
            action: action.to_owned(),
            payload: payload.to_string(),
            repo,
            at,
            code: None,
            redelivery: false,
        });
    }
}
