//! An organization: which of its repositories are looked at when.

use super::api::{ApiError, JOBS, REPOSITORIES};
use super::budget::Admission;
use super::client::Client;
use super::repo::{Look, RepoState};
use super::runners;
use crate::app::App;
use crate::github::{Job, Repository, instant, job_facts};
use crate::ledger::observation::{Host, Observation, Seen, Source, What};
use crate::ledger::{Outcome, Refused};
use crate::pools::Glob;
use crate::time::{DAY, Second};
use fleet_model::exporter::{Organization, Server};
use fleet_model::metrics::exporter as metric;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Seconds between two looks at a repository where nothing happens.
const IDLE: i64 = 300;
/// Seconds between two looks where webhooks tell what happens, and looks only find what they lost.
const BACKSTOP: i64 = 300;
/// Seconds between two readings of the list of repositories.
const LISTING: i64 = 600;
/// Seconds between two readings of the list of runners.
const RUNNERS: i64 = 60;
/// Jobs of which nobody has heard that are asked for in one round.
const STUCK: usize = 50;
/// Pages of repositories: 10,000 of them.
const PAGES: usize = 100;

/// What is known of an organization between rounds.
#[derive(Debug)]
pub struct Org {
    app: Arc<App>,
    server: Server,
    organization: Organization,
    client: Client,
    patterns: Vec<Glob>,
    repos: Vec<Repository>,
    listed: Second,
    runners: Second,
    states: HashMap<u64, RepoState>,
    interval: i64,
    /// Requests that the last round cost.
    usual: Option<u64>,
}

impl Org {
    /// An organization that was not looked at yet.
    pub fn new(app: Arc<App>, server: Server, organization: Organization, client: Client) -> Self {
        let patterns = organization.repositories.iter().map(|text| Glob::new(&text.to_lowercase())).collect();
        let webhooks = !app.config.webhook_secrets.is_empty();
        let wanted = server.poll_seconds.map_or(60, i64::from).max(1);
        let interval = if webhooks { wanted.max(BACKSTOP) } else { wanted };
        Self {
            app,
            server,
            organization,
            client,
            patterns,
            repos: Vec::new(),
            listed: Second(0),
            runners: Second(0),
            states: HashMap::new(),
            interval,
            usual: None,
        }
    }

    /// Looks at all that is due, and says how long to wait then.
    pub fn round(&mut self) -> Duration {
        let now = self.app.process.now();
        let rest = match self.look(now) {
            Ok(rest) => rest,
            Err(ApiError::Limited(until)) => until.since(now),
            Err(error) => {
                tracing::warn!(org = self.organization.name, %error, "GitHub could not be asked");
                self.interval.min(60)
            }
        };
        Duration::from_secs(u64::try_from(rest.clamp(1, 600)).unwrap_or(1))
    }

    fn look(&mut self, now: Second) -> Result<i64, ApiError> {
        if now.since(self.listed) >= LISTING {
            self.list(now)?;
        }
        let due: Vec<Repository> = self.repos.iter().filter(|repo| self.is_due(repo, now)).cloned().collect();
        let live = self.app.ledger.view().runs.len() as u64;
        let cost = due.len() as u64 * 3 + live + 2;
        let before = self.client.spent();
        let interval = match self.client.admit(cost, self.usual.unwrap_or(cost), self.interval) {
            Admission::Now(interval) => interval,
            Admission::Not(until) => return Ok(until.since(now)),
        };
        let Some(host) = self.app.known_host(&self.server.host) else { return Ok(self.interval) };
        for repo in &due {
            let state = self.states.entry(repo.id).or_default();
            let look = Look { app: &self.app, client: &self.client, repo, host, now };
            match look.look(state) {
                Ok(()) => state.next = now.plus(pace(repo, state, interval, now)),
                Err(limited @ ApiError::Limited(_)) => return Err(limited),
                Err(error) => {
                    tracing::warn!(repo = repo.full_name, %error, "a repository could not be read");
                    state.next = now.plus(IDLE.max(interval));
                }
            }
        }
        if now.since(self.runners) >= RUNNERS {
            self.runners = now;
            match runners::read(&self.app, &self.client, &self.organization.name) {
                Ok(()) | Err(ApiError::Missing | ApiError::Permission(_)) => {}
                Err(limited @ ApiError::Limited(_)) => return Err(limited),
                Err(error) => tracing::warn!(%error, "runners could not be read"),
            }
        }
        self.ask_for_stuck(host, now)?;
        // A first round pays for everything; the ones after it for what has changed.
        self.usual = Some(self.client.spent().saturating_sub(before).max(1));
        let org = [self.organization.name.as_str()];
        self.app.process.set(&metric::POLL_INTERVAL, &org, interval as f64);
        self.app.process.set_since(&metric::DATA_AGE, &org, now);
        let next =
            self.repos.iter().filter_map(|repo| self.states.get(&repo.id)).map(|state| state.next.since(now));
        Ok(next.min().unwrap_or(interval).min(interval))
    }

    fn is_due(&self, repo: &Repository, now: Second) -> bool {
        self.states.get(&repo.id).is_none_or(|state| state.next <= now)
    }

    /// Reads which repositories there are.
    fn list(&mut self, now: Second) -> Result<(), ApiError> {
        let org = &self.organization.name;
        let (path, list) = if self.client.is_app() {
            ("/installation/repositories?per_page=100".to_owned(), "repositories")
        } else {
            (format!("/orgs/{org}/repos?per_page=100"), "")
        };
        let repos: Vec<Repository> = self.client.pages(REPOSITORIES, &path, list, PAGES)?;
        let wanted = |repo: &Repository| {
            let name = repo.full_name.split_once('/').map_or(repo.full_name.as_str(), |(_, name)| name);
            let name = name.to_lowercase();
            !repo.archived
                && (self.patterns.is_empty() || self.patterns.iter().any(|glob| glob.matches(&name)))
        };
        self.repos = repos.into_iter().filter(wanted).collect();
        self.states.retain(|id, _| self.repos.iter().any(|repo| repo.id == *id));
        let Some(host) = self.app.known_host(&self.server.host) else { return Ok(()) };
        let seen = Seen { at: now, source: Source::Sweep, delivery: 0 };
        let facts = self.repos.iter().map(|repo| repo.facts(host));
        let told = facts.map(|repo| Observation { repo, seen: seen.clone(), what: What::Repo }).collect();
        submit(&self.app, told)?;
        self.listed = now;
        Ok(())
    }

    /// Asks for jobs that nobody has confirmed for a while: one that ended unseen would wait for ever.
    fn ask_for_stuck(&self, host: Host, now: Second) -> Result<(), ApiError> {
        let stuck = self.app.ledger.stuck(now);
        for stuck in stuck.into_iter().filter(|stuck| stuck.job.repo.host == host).take(STUCK) {
            let Some(repo) = self.repos.iter().find(|repo| repo.id == stuck.job.repo.repo) else { continue };
            let path = format!("/repos/{}/actions/jobs/{}", repo.full_name, stuck.job.job);
            let job: Job = match self.client.one(JOBS, &path) {
                Ok(job) => job,
                Err(ApiError::Missing) => continue,
                Err(error) => return Err(error),
            };
            let Some(facts) = job_facts(&job, None, None) else { continue };
            let seen = Seen { at: now, source: Source::Sweep, delivery: 0 };
            let what = What::Job(Box::new(facts));
            submit(&self.app, vec![Observation { repo: repo.facts(host), seen, what }])?;
        }
        Ok(())
    }
}

/// Seconds until the next look at a repository: as wanted where something happens, else rarely.
fn pace(repo: &Repository, state: &RepoState, interval: i64, now: Second) -> i64 {
    let pushed = instant(repo.pushed_at.as_deref()).is_some_and(|at| now.since(at) < 600);
    let ran = state.newest.is_some_and(|at| now.since(at) < DAY);
    if state.live || pushed || ran { interval } else { interval.max(IDLE) }
}

/// Tells the ledger what was seen.
pub fn submit(app: &App, told: Vec<Observation>) -> Result<Vec<Outcome>, ApiError> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    app.ledger.submit_now(told).map_err(|refused: Refused| ApiError::Body(refused.to_string()))
}
