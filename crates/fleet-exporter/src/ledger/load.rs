//! Opening a database, and reading of it what has to be in memory.

use super::job::{DoneJob, Job, JobKey};
use super::labels::{parse, render};
use super::migrate::MIGRATIONS;
use super::observation::RepoKey;
use super::policy::Policy;
use super::run::{Run, RunKey};
use super::series::Series;
use super::tables::{self, DONE, ENDED, Found, JOBS, META, REPOS, RUNS, SCHEMA, SERIES, meta};
use super::view::{Queue, RECENT, View};
use crate::time::Second;
use fleet_model::metrics::exporter::{METRICS, WORKFLOW_QUEUE_TIME};
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable};
use std::path::Path;

/// Memory that the database may use to cache its pages.
const CACHE: usize = 24 << 20;
/// Jobs that are read back at a start, for estimates of waits.
const LENGTHS: usize = 20_000;

/// Why a database could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The file cannot be used.
    File(String),
    /// A newer program has written it.
    Newer(u32),
    /// No thread could be had.
    Thread(String),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(reason) => write!(f, "the ledger cannot be opened: {reason}"),
            Self::Newer(form) => write!(
                f,
                "the ledger is of form {form}, and this program knows forms up to {SCHEMA}: run the newer one again"
            ),
            Self::Thread(reason) => write!(f, "no thread for the ledger: {reason}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl<E: Into<redb::Error>> From<E> for OpenError {
    fn from(error: E) -> Self {
        Self::File(error.into().to_string())
    }
}

/// Opens the file, or makes it. One that is damaged beyond repair is put aside, as a loss of counters is
/// better than no metrics: Prometheus sees a reset, and `rate()` stays right.
pub fn open(path: &Path) -> Result<Database, OpenError> {
    let create = || Database::builder().set_cache_size(CACHE).create(path);
    match create() {
        Ok(database) => Ok(database),
        Err(redb::DatabaseError::Storage(redb::StorageError::Corrupted(reason))) => {
            put_aside(path, &reason, create)
        }
        // redb's word for a file that does not begin as its own do.
        Err(redb::DatabaseError::Storage(redb::StorageError::Io(error)))
            if error.kind() == std::io::ErrorKind::InvalidData =>
        {
            put_aside(path, &error.to_string(), create)
        }
        Err(error) => Err(error.into()),
    }
}

fn put_aside(
    path: &Path,
    reason: &str,
    create: impl Fn() -> Result<Database, redb::DatabaseError>,
) -> Result<Database, OpenError> {
    let aside = path.with_extension("damaged");
    tracing::error!(path = %path.display(), aside = %aside.display(), reason, "the ledger is damaged and put aside; counters begin anew");
    std::fs::rename(path, &aside).map_err(|error| OpenError::File(error.to_string()))?;
    Ok(create()?)
}

/// A database that is gone with the process.
pub fn in_memory() -> Result<Database, OpenError> {
    let backend = redb::backends::InMemoryBackend::new();
    Ok(Database::builder().set_cache_size(CACHE).create_with_backend(backend)?)
}

/// Brings the database up to date and reads it.
pub fn load(database: &Database, policy: &Policy) -> Result<(View, Vec<String>), OpenError> {
    let txn = database.begin_write()?;
    if let Found::Newer(form) = tables::prepare(&txn, MIGRATIONS, SCHEMA)? {
        return Err(OpenError::Newer(form));
    }
    {
        let mut table = txn.open_table(META)?;
        if tables::read::<_, Second>(&table, meta::SINCE)?.is_none() {
            let since = if policy.backfill { Second(0) } else { Second::now() };
            tables::write(&mut table, meta::SINCE, &since)?;
        }
    }
    txn.commit()?;
    let txn = database.begin_read()?;
    let table = txn.open_table(META)?;
    let since = tables::read(&table, meta::SINCE)?.unwrap_or_default();
    let hosts = tables::read(&table, meta::HOSTS)?.unwrap_or_default();
    let mut view = View::new(policy.limits, since);
    view.horizon = tables::read(&table, meta::HORIZON)?.unwrap_or_default();
    read_rows(&txn, &mut view)?;
    read_series(&txn, &mut view)?;
    read_recent(&txn, &mut view, policy)?;
    Ok((view, hosts))
}

fn read_rows(txn: &ReadTransaction, view: &mut View) -> Result<(), redb::Error> {
    for row in txn.open_table(REPOS)?.iter()? {
        let (key, value) = row?;
        let (host, repo) = key.value();
        if let Ok(row) = postcard::from_bytes(value.value()) {
            view.repos.insert(RepoKey { host, repo }, row);
        }
    }
    for row in txn.open_table(JOBS)?.iter()? {
        let (key, value) = row?;
        let (host, repo, job) = key.value();
        if let Ok(row) = postcard::from_bytes::<Job>(value.value()) {
            view.jobs.insert(JobKey { repo: RepoKey { host, repo }, job }, row);
        }
    }
    let now = Second::now();
    for row in txn.open_table(RUNS)?.iter()? {
        let (key, value) = row?;
        let (host, repo, run) = key.value();
        if let Ok(row) = postcard::from_bytes::<Run>(value.value()) {
            view.note_run(RunKey { repo: RepoKey { host, repo }, run }, row, now);
        }
    }
    Ok(())
}

fn read_series(txn: &ReadTransaction, view: &mut View) -> Result<(), redb::Error> {
    let places = METRICS.iter().enumerate().map(|(place, metric)| (metric.name, place));
    let places: std::collections::HashMap<&str, usize> = places.collect();
    for row in txn.open_table(SERIES)?.iter()? {
        let (key, value) = row?;
        let (name, labels) = key.value();
        // A metric that is exported no more, or that has become another kind, stays on disk unread.
        let Some(place) = places.get(name).copied() else { continue };
        let Some(series) = Series::decode(place, value.value()) else { continue };
        let Some(labels) = current(place, labels) else { continue };
        view.bounds().restore(place, &labels);
        if name == WORKFLOW_QUEUE_TIME.name
            && let Some(mut read) = parse(&labels)
        {
            let mut take = |label: &str| read.remove(label).unwrap_or_default();
            view.queues.insert(Queue { org: take("org"), pool: take("pool"), labels: take("runner_labels") });
        }
        if let Some(family) = view.series.get_mut(place) {
            family.insert(labels, series);
        }
    }
    Ok(())
}

/// Labels in the order that the catalogue has now; one that is new is empty.
fn current(place: usize, labels: &str) -> Option<String> {
    let names = METRICS.get(place)?.labels;
    let mut read = parse(labels)?;
    let values: Vec<String> = names.iter().map(|name| read.remove(*name).unwrap_or_default()).collect();
    Some(render(names, &values))
}

/// Waits of the last minutes and lengths of the last jobs.
fn read_recent(txn: &ReadTransaction, view: &mut View, policy: &Policy) -> Result<(), redb::Error> {
    let ended = txn.open_table(ENDED)?;
    let done = txn.open_table(DONE)?;
    let mut recent = Vec::new();
    for entry in ended.iter()?.rev().take(LENGTHS) {
        let (_, is_run, host, repo, job) = entry?.0.value();
        if !is_run && let Some(row) = tables::read::<_, DoneJob>(&done, (host, repo, job))? {
            recent.push((RepoKey { host, repo }, row));
        }
    }
    let now = Second::now();
    for (repo, row) in recent.iter().rev() {
        view.note_length(row);
        let Some((started, queued)) = row.started.zip(row.queued) else { continue };
        if now.since(started) > RECENT || started < view.since {
            continue;
        }
        let Some(org) = view.repo(*repo).map(|repo| repo.org.clone()) else { continue };
        let queue = Queue { org, pool: row.pool.clone(), labels: row.labels.clone() };
        view.waits.push_back((started, queue, started.since(queued).max(0)));
    }
    let running: Vec<_> = view.jobs.iter().filter(|(_, job)| job.queue_counted).collect();
    let mut waits = Vec::new();
    for (key, job) in running {
        let (Some(started), Some(queued)) = (job.started, job.queued_since()) else { continue };
        let Some(repo) = view.repo(key.repo) else { continue };
        if now.since(started) <= RECENT && started >= view.since {
            let pool = policy.placer.place(job.asked(&repo.full())).pool;
            let queue = Queue { org: repo.org.clone(), pool, labels: job.label_set() };
            waits.push((started, queue, started.since(queued).max(0)));
        }
    }
    view.waits.extend(waits);
    view.waits.make_contiguous().sort_by_key(|(at, ..)| *at);
    Ok(())
}
