//! The log of jobs that are over, by which a fleet is sized.

use super::Ledger;
use super::job::DoneJob;
use super::observation::RepoKey;
use super::tables::{self, DONE, ENDED, REPOS, RUNS, Repo};
use super::writer::Refused;
use crate::time::Second;
use redb::ReadableDatabase;
use std::ops::ControlFlow;
use std::path::Path;

/// The columns, in order.
pub const COLUMNS: [&str; 15] = [
    "org",
    "repo",
    "workflow",
    "run_id",
    "attempt",
    "job_id",
    "job",
    "pool",
    "runner_labels",
    "conclusion",
    "queued_at",
    "started_at",
    "completed_at",
    "queue_seconds",
    "run_seconds",
];

/// A job of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its repository.
    pub repo: Repo,
    /// Its workflow's label; empty where the run was never seen.
    pub workflow: String,
    /// GitHub's number of it.
    pub id: u64,
    /// The job.
    pub job: DoneJob,
}

impl Ledger {
    /// Calls back for each job that ended at or after an instant, in the order of their ends, until it is told
    /// to stop.
    pub fn history(&self, since: Second, each: impl FnMut(Entry) -> ControlFlow<()>) -> Result<(), Refused> {
        walk(&*self.shared.database()?, since, each)
    }
}

/// Reads the log of a file that no exporter has open.
pub fn of_file(
    path: &Path,
    since: Second,
    each: impl FnMut(Entry) -> ControlFlow<()>,
) -> Result<(), Refused> {
    let database = redb::ReadOnlyDatabase::open(path).map_err(|error| Refused::Disk(error.to_string()))?;
    walk(&database, since, each)
}

fn walk(
    database: &impl ReadableDatabase,
    since: Second,
    mut each: impl FnMut(Entry) -> ControlFlow<()>,
) -> Result<(), Refused> {
    let txn = database.begin_read()?;
    let (ended, done) = (txn.open_table(ENDED)?, txn.open_table(DONE)?);
    let (repos, runs) = (txn.open_table(REPOS)?, txn.open_table(RUNS)?);
    for entry in ended.range((since.0, false, 0, 0, 0)..)? {
        let (_, is_run, host, repo, id) = entry?.0.value();
        if is_run {
            continue;
        }
        let key = RepoKey { host, repo };
        let Some(job) = tables::read::<_, DoneJob>(&done, (host, repo, id))? else { continue };
        let Some(repo) = tables::read::<_, Repo>(&repos, (key.host, key.repo))? else { continue };
        let run: Option<super::run::Run> = tables::read(&runs, (host, key.repo, job.run))?;
        let workflow = run.map_or_else(String::new, |run| super::policy::workflow(&run.path));
        if each(Entry { repo, workflow, id, job }).is_break() {
            break;
        }
    }
    Ok(())
}

/// The first line of the log as CSV (RFC 4180): the names of the columns.
pub fn head() -> String {
    COLUMNS.join(",") + "\n"
}

/// A job as a line of CSV. Times are RFC 3339, in UTC.
pub fn line(entry: &Entry) -> String {
    let job = &entry.job;
    let time = |at: Option<Second>| at.map_or_else(String::new, |at| at.to_string());
    let seconds = |from: Option<Second>, to: Option<Second>| {
        from.zip(to).map_or_else(String::new, |(from, to)| to.since(from).max(0).to_string())
    };
    let fields = [
        entry.repo.org.clone(),
        entry.repo.full(),
        entry.workflow.clone(),
        job.run.to_string(),
        job.attempt.to_string(),
        entry.id.to_string(),
        job.name.clone(),
        job.pool.clone(),
        job.labels.clone(),
        job.conclusion.as_str().to_owned(),
        time(job.queued),
        time(job.started),
        time(Some(job.completed)),
        seconds(job.queued, job.started),
        seconds(job.started, Some(job.completed)),
    ];
    fields.map(|field| quoted(&field)).join(",") + "\n"
}

/// A field, quoted where it has to be. One that a spreadsheet would take for a formula is made text.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_field() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }
}
