//! Why a job waits.

use crate::app::App;
use crate::ledger::job::{Job, JobKey};
use crate::ledger::status::Status;
use crate::ledger::{Policy, Repo, View};
use crate::time::Second;
use fleet_model::pools::Pool;
use std::fmt::Write;

/// A run or a job, as its page is addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `owner/name`.
    pub repo: String,
    /// The run.
    pub run: u64,
    /// The job, where the address names one.
    pub job: Option<u64>,
}

impl Address {
    /// Reads `https://HOST/OWNER/NAME/actions/runs/RUN`, with `/attempts/N` or `/job/JOB` behind it.
    pub fn parse(url: &str) -> Option<Self> {
        let path = url.split_once("://").map_or(url, |(_, rest)| rest);
        let mut parts = path.split(['/', '?', '#']).filter(|part| !part.is_empty()).skip(1);
        let (owner, name) = (parts.next()?, parts.next()?);
        if (parts.next()?, parts.next()?) != ("actions", "runs") {
            return None;
        }
        let run = parts.next()?.parse().ok()?;
        let rest: Vec<&str> = parts.collect();
        let job =
            rest.windows(2).find(|pair| matches!(pair, ["job" | "jobs", _])).and_then(|pair| pair.get(1));
        Some(Self { repo: format!("{owner}/{name}"), run, job: job.and_then(|id| id.parse().ok()) })
    }
}

/// What is known of the jobs of a run, or of one job. An error says what could not be found.
pub fn why(app: &App, url: &str) -> Result<String, String> {
    let Some(address) = Address::parse(url) else {
        return Err("this is not the address of a run or a job: https://github.com/OWNER/NAME/actions/runs/RUN/job/JOB".to_owned());
    };
    let policy = app.ledger.policy();
    let view = app.ledger.view();
    let of_run = |key: &JobKey, job: &Job| {
        let named = view.repo(key.repo).is_some_and(|repo| repo.full().eq_ignore_ascii_case(&address.repo));
        named && job.run == address.run && address.job.is_none_or(|id| id == key.job)
    };
    let mut jobs: Vec<(&JobKey, &Job)> = view.jobs.iter().filter(|(key, job)| of_run(key, job)).collect();
    jobs.sort_by_key(|(key, _)| **key);
    if jobs.is_empty() {
        return Err("no job of it waits or runs: it is over, or the exporter has not seen it".to_owned());
    }
    let mut text = String::new();
    for (key, job) in jobs {
        let Some(repo) = view.repo(key.repo) else { continue };
        let said = Asked { view: &view, policy: &policy, now: app.process.now() }.explain(key, job, repo);
        let _ = writeln!(text, "{} ({}): {said}", job.name, key.job);
    }
    Ok(text)
}

struct Asked<'a> {
    view: &'a View,
    policy: &'a Policy,
    now: Second,
}

impl Asked<'_> {
    fn explain(&self, key: &JobKey, job: &Job, repo: &Repo) -> String {
        let since = job.queued_since().or(job.created).unwrap_or(job.seen);
        let age = self.now.since(since).max(0);
        match job.status {
            Status::Waiting => "waits for an approval that a rule of its environment asks for".to_owned(),
            Status::Pending => "waits for another run of its concurrency group to end".to_owned(),
            Status::InProgress | Status::Completed => {
                format!("runs on {}", job.runner_name.as_deref().unwrap_or("a runner"))
            }
            Status::Queued => format!("queued for {age} s: {}", self.queued(key, job, repo)),
        }
    }

    fn queued(&self, key: &JobKey, job: &Job, repo: &Repo) -> String {
        let labels = job.label_set();
        let placement = self.policy.placer.place(job.asked(&repo.full()));
        if job.labels.is_empty() {
            return "GitHub does not say which labels it asks for".to_owned();
        }
        if placement.never() {
            let carrying: Vec<&str> =
                self.policy.placer.carrying(&job.labels).map(|pool| pool.name.as_str()).collect();
            if carrying.is_empty() {
                return self.no_pool(job, &labels);
            }
            let pools = carrying.join(", ");
            return format!(
                "it will never start: {} may not use pool {pools}, and no other has labels {labels}",
                repo.full()
            );
        }
        let Some(pool) = self.policy.placer.pool(&placement.pool) else {
            return format!("it waits for a hosted runner ({labels}); GitHub says no more");
        };
        self.in_pool(key, job, pool)
    }

    fn no_pool(&self, job: &Job, labels: &str) -> String {
        let lacks =
            |label: &&String| self.policy.placer.carrying(std::slice::from_ref(label)).next().is_none();
        let unknown: Vec<&str> = job.labels.iter().filter(lacks).map(String::as_str).collect();
        if unknown.is_empty() {
            return format!("it will never start: no pool has all of the labels {labels}");
        }
        format!("it will never start: no pool has the label {}", unknown.join(" or "))
    }

    fn in_pool(&self, key: &JobKey, job: &Job, pool: &Pool) -> String {
        let (mut running, mut before) = (0_u32, 0_u32);
        for (other, row) in &self.view.jobs {
            if row.status.held() || other == key {
                continue;
            }
            let Some(repo) = self.view.repo(other.repo) else { continue };
            if self.policy.placer.place(row.asked(&repo.full())).pool != pool.name {
                continue;
            }
            if row.status == Status::Queued {
                before += u32::from(row.queued_since() < job.queued_since());
            } else {
                running += 1;
            }
        }
        let all: Option<u32> =
            self.policy.placer.pools().filter(|other| other.name == pool.name).map(|one| one.max).sum();
        match all {
            Some(0) => format!("pool {} has max 0: it will start no runner", pool.name),
            Some(max) if running >= max => {
                format!(
                    "pool {} is at its max: {running} of {max} runners are busy, {before} jobs are before it",
                    pool.name
                )
            }
            _ => format!(
                "pool {} has room ({running} running, {before} jobs before it): its runner is being started, or no node takes its pod",
                pool.name
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_of_runs_and_jobs() {
        let base = "https://github.com/acme/app/actions/runs/42";
        let parse =
            |rest: &str| Address::parse(&format!("{base}{rest}")).map(|address| (address.run, address.job));
        assert_eq!(parse(""), Some((42, None)));
        assert_eq!(parse("/job/7?pr=3#step:1:2"), Some((42, Some(7))));
        assert_eq!(parse("/attempts/2"), Some((42, None)));
        assert_eq!(Address::parse("https://github.com/acme/app/pull/3"), None);
        assert_eq!(Address::parse(""), None);
    }
}
