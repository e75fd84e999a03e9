//! Histories of runs and jobs, and what a ledger makes of them.

use fleet_exporter::ledger::observation::{
    JobFacts, Observation, RepoFacts, RepoKey, RunFacts, Seen, Source, What,
};
use fleet_exporter::ledger::series::Value;
use fleet_exporter::ledger::status::{Conclusion, Status};
use fleet_exporter::ledger::{Ledger, Policy};
use fleet_exporter::time::Second;
use fleet_model::metrics::exporter::METRICS;
use std::collections::BTreeMap;

/// An instant that every ledger of these tests counts from: their policies count the past, too.
pub const BEGIN: i64 = 1_790_000_000;

/// A policy that counts the whole history.
pub fn policy() -> Policy {
    Policy { backfill: true, ..Policy::default() }
}

/// Counters and histograms that are not zero, by metric and labels; without what says how it was learned.
pub fn counted(ledger: &Ledger) -> BTreeMap<(String, String), Value> {
    let view = ledger.view();
    let mut found = BTreeMap::new();
    for (metric, family) in METRICS.iter().zip(&view.series) {
        for (labels, series) in family {
            let zero = match &series.value {
                Value::Counter(value) => *value == 0,
                Value::Histogram { counts, .. } => counts.iter().all(|count| *count == 0),
            };
            if !zero {
                found.insert((metric.name.to_owned(), labels.clone()), series.value.clone());
            }
        }
    }
    found
}

/// The value of a counter, or how many a histogram has seen, summed over all series that hold the text.
pub fn sum(ledger: &Ledger, metric: &str, labels: &str) -> u64 {
    let found = counted(ledger);
    let of = found.iter().filter(|((name, text), _)| name == metric && text.contains(labels));
    of.map(|(_, value)| match value {
        Value::Counter(value) => *value,
        Value::Histogram { counts, .. } => counts.iter().sum(),
    })
    .sum()
}

pub fn repo(number: u64) -> RepoFacts {
    RepoFacts {
        key: RepoKey { host: 0, repo: number },
        org: "acme".to_owned(),
        name: format!("app{number}"),
        default_branch: Some("main".to_owned()),
    }
}

pub fn seen(at: i64, delivery: u64) -> Seen {
    Seen { at: Second(at), source: Source::Webhook, delivery }
}

/// A job as it is queued.
pub fn job(id: u64, run: u64, at: i64) -> JobFacts {
    JobFacts {
        id,
        run,
        attempt: Some(1),
        name: "build".to_owned(),
        status: Status::Queued,
        conclusion: None,
        created: Some(Second(at)),
        started: Some(Second(at)),
        completed: None,
        labels: vec!["ubuntu-latest".to_owned()],
        runner: None,
        runner_name: None,
        group: None,
        deployment: None,
        attempt_started: None,
    }
}

pub fn started(mut job: JobFacts, at: i64) -> JobFacts {
    job.status = Status::InProgress;
    job.started = Some(Second(at));
    job.runner = Some(5);
    job.runner_name = Some("GitHub Actions 5".to_owned());
    job.group = Some("GitHub Actions".to_owned());
    job
}

pub fn completed(mut job: JobFacts, at: i64, conclusion: Conclusion) -> JobFacts {
    job.status = Status::Completed;
    job.completed = Some(Second(at));
    job.conclusion = Some(conclusion);
    job
}

/// A run as it is triggered.
pub fn run(id: u64, attempt: u32, number: u64, at: i64) -> RunFacts {
    RunFacts {
        id,
        attempt,
        number,
        status: Status::Queued,
        conclusion: None,
        event: "push".to_owned(),
        path: ".github/workflows/ci.yml".to_owned(),
        branch: Some("main".to_owned()),
        head_repo: Some(1),
        created: Some(Second(at)),
        started: Some(Second(at)),
        ended: None,
    }
}

pub fn run_completed(mut run: RunFacts, at: i64, conclusion: Conclusion) -> RunFacts {
    run.status = Status::Completed;
    run.conclusion = Some(conclusion);
    run.ended = Some(Second(at));
    run
}

pub fn of_job(job: JobFacts, at: i64, delivery: u64) -> Observation {
    Observation { repo: repo(1), seen: seen(at, delivery), what: What::Job(Box::new(job)) }
}

pub fn of_run(run: RunFacts, at: i64, delivery: u64) -> Observation {
    Observation { repo: repo(1), seen: seen(at, delivery), what: What::Run(Box::new(run)) }
}
