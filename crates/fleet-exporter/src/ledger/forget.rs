//! What is forgotten: rows that are over for long, and jobs of which nobody has heard.

use super::job::{Job, JobKey};
use super::run::{Run, RunKey};
use super::status::Status;
use super::tables::{self, DONE, ENDED, JOBS, META, RUNS, meta, row};
use super::writer::{Refused, Request};
use super::{Ledger, Shared};
use crate::time::{DAY, HOUR, Second};
use redb::ReadableTable;
use std::sync::PoisonError;
use tokio::sync::oneshot;

/// Rows that one transaction forgets.
const CHUNK: usize = 5_000;
/// A job that nobody has confirmed for so long is worth a question.
pub const STUCK_AFTER: i64 = 15 * 60;
/// GitHub gives up on a queued job after a day; an hour of grace, so that its own word may come first.
const QUEUED: i64 = DAY + HOUR;
/// The longest that a job may run on a runner of one's own.
const RUNNING: i64 = 5 * DAY + HOUR;
/// The longest that a job may wait for an approval.
const HELD: i64 = 31 * DAY;

/// A job that is not over and has not been confirmed for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Which one.
    pub job: JobKey,
    /// Its run.
    pub run: u64,
    /// When it was last seen.
    pub seen: Second,
}

impl Ledger {
    /// Jobs that nobody has confirmed for a while, those that were seen longest ago first.
    pub fn stuck(&self, now: Second) -> Vec<Stuck> {
        let view = self.view();
        let old = view.jobs.iter().filter(|(_, job)| now.since(job.seen) >= STUCK_AFTER);
        let mut stuck: Vec<Stuck> =
            old.map(|(key, job)| Stuck { job: *key, run: job.run, seen: job.seen }).collect();
        stuck.sort_by_key(|stuck| (stuck.seen, stuck.job));
        stuck
    }

    /// Forgets what is over for longer than rows are kept, and jobs of which GitHub itself would have given up.
    pub fn forget(&self, now: Second) -> Result<usize, Refused> {
        let (answer, answered) = oneshot::channel();
        self.requests.blocking_send(Request::Forget(now, answer)).map_err(|_| Refused::Closed)?;
        answered.blocking_recv().unwrap_or(Err(Refused::Closed))
    }
}

pub(super) fn forget(shared: &Shared, now: Second) -> Result<usize, Refused> {
    let database = shared.database()?;
    let horizon = now.plus(-shared.policy().retention);
    let mut forgotten = forget_live(shared, now)?;
    loop {
        let txn = database.begin_write()?;
        let mut count = 0;
        {
            let mut ended = txn.open_table(ENDED)?;
            let mut done = txn.open_table(DONE)?;
            let mut runs = txn.open_table(RUNS)?;
            let mut old = Vec::new();
            for entry in ended.range(..(horizon.0, false, 0, 0, 0))?.take(CHUNK) {
                old.push(entry?.0.value());
            }
            for key in old {
                let (_, is_run, host, repo, id) = key;
                ended.remove(key)?;
                count += 1;
                if !is_run {
                    done.remove((host, repo, id))?;
                    continue;
                }
                // A later attempt keeps the run.
                let run: Option<Run> = tables::read(&runs, (host, repo, id))?;
                if run.is_some_and(|run| run.settled() && run.ended().is_none_or(|at| at < horizon)) {
                    runs.remove((host, repo, id))?;
                }
            }
            tables::write(&mut txn.open_table(META)?, meta::HORIZON, &horizon)?;
        }
        txn.commit()?;
        forgotten += count;
        if count < CHUNK {
            break;
        }
    }
    shared.view.write().unwrap_or_else(PoisonError::into_inner).horizon = horizon;
    Ok(forgotten)
}

fn forget_live(shared: &Shared, now: Second) -> Result<usize, Refused> {
    let (jobs, runs) = {
        let view = shared.view();
        let jobs = view.jobs.iter().filter(|(_, job)| gone(job, now)).map(|(key, _)| *key);
        let silent = |run: &Run| now.since(run.seen) > HELD;
        let runs = view.runs.iter().filter(|(_, run)| silent(run)).map(|(key, _)| *key);
        (jobs.collect::<Vec<JobKey>>(), runs.collect::<Vec<RunKey>>())
    };
    if jobs.is_empty() && runs.is_empty() {
        return Ok(0);
    }
    let txn = shared.database()?.begin_write()?;
    {
        let mut table = txn.open_table(JOBS)?;
        for key in &jobs {
            table.remove(row(key.repo, key.job))?;
        }
        let mut table = txn.open_table(RUNS)?;
        for key in &runs {
            table.remove(row(key.repo, key.run))?;
        }
    }
    txn.commit()?;
    let mut view = shared.view.write().unwrap_or_else(PoisonError::into_inner);
    for key in &jobs {
        view.jobs.remove(key);
    }
    for key in &runs {
        view.runs.remove(key);
    }
    Ok(jobs.len() + runs.len())
}

fn gone(job: &Job, now: Second) -> bool {
    let limit = match job.status {
        Status::Queued => QUEUED,
        Status::InProgress | Status::Completed => RUNNING,
        Status::Waiting | Status::Pending => HELD,
    };
    let begun = job.started.or(job.queued_since()).or(job.created).unwrap_or(job.seen);
    now.since(begun) > limit && now.since(job.seen) > STUCK_AFTER
}
