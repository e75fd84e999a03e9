//! One run: take a copy, bring it to every store, fill what stores missed, delete what is old.

use super::archive;
use super::copies::{self, Contents, CopyError};
use super::key::{Folder, Key};
use super::manifest::Manifest;
use super::retention::{self, Keep, Plan};
use super::server::{Identity, ServerError, Session};
use super::store::Store;
use fleet_model::backup::BackupConfig;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::fmt;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::Path;

/// Why no copy was taken at all.
#[derive(Debug)]
pub enum RunError {
    /// The server failed.
    Server(ServerError),
    /// What it sent is no whole snapshot.
    Snapshot(archive::Refusal),
    /// The spool folder failed: it must hold a snapshot.
    Spool(io::Error),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(error) => error.fmt(f),
            Self::Snapshot(refusal) => write!(f, "what the server sent is no good: {refusal}"),
            Self::Spool(error) => write!(f, "the spool folder: {error}"),
        }
    }
}

impl std::error::Error for RunError {}

impl RunError {
    /// What it was at: a stage of the metric of failures.
    pub fn stage(&self) -> &'static str {
        match self {
            Self::Server(_) | Self::Spool(_) => "fetch",
            Self::Snapshot(_) => "verify",
        }
    }
}

impl From<ServerError> for RunError {
    fn from(error: ServerError) -> Self {
        Self::Server(error)
    }
}

/// What a run came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The copy that was taken.
    pub copy: String,
    /// Its bytes.
    pub size: u64,
    /// Its Raft index.
    pub index: u64,
    /// What became of it in each store.
    pub stores: Vec<StoreReport>,
}

impl Report {
    /// Whether every store has the copy.
    pub fn is_complete(&self) -> bool {
        self.stores.iter().all(|store| store.failure.is_none())
    }
}

/// What became of a copy in a store.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreReport {
    /// The store.
    pub store: String,
    /// Why it has not got the copy; none where it has, verified.
    pub failure: Option<String>,
    /// What it was at when it failed, or when it could not delete: a stage of the metric of failures.
    pub stage: Option<&'static str>,
    /// When the oldest verified copy was taken.
    pub oldest: Option<Timestamp>,
    /// Older copies that it had missed and now has from another store.
    pub filled: Vec<String>,
    /// Copies that were deleted.
    pub deleted: Vec<String>,
    /// Why nothing, or not all that is old, was deleted or filled.
    pub notes: Vec<String>,
    /// Verified copies that it now has.
    pub good: usize,
    /// Objects in its folder that are no verified copies. They are never touched.
    pub unknown: usize,
}

/// Takes a copy of the server's data and brings it to all stores.
///
/// `spool` is a folder with room for one snapshot. Nothing is stored that is not whole, and one store's failure
/// does not keep the copy from the others.
pub fn run(
    config: &BackupConfig,
    session: &Session<'_>,
    identity: &Identity,
    stores: &[Store],
    spool: &Path,
    now: Timestamp,
) -> Result<Report, RunError> {
    let mut spooled = tempfile::tempfile_in(spool).map_err(RunError::Spool)?;
    session.snapshot(&mut spooled)?;
    spooled.seek(SeekFrom::Start(0)).map_err(RunError::Spool)?;
    let snapshot = archive::verify(&mut spooled).map_err(RunError::Snapshot)?;

    let folder = Folder::new(&config.prefix, &identity.cluster_id);
    let key = Key::new(now, snapshot.index);
    let manifest = Manifest::new(&snapshot, &identity.cluster_id, &identity.version, now);
    let put = |store: &Store| copies::put(store, &folder, &key, &spooled, &snapshot, &manifest);
    // One after the other: they share the file that is read, and a run is not in a hurry.
    let put: Vec<_> = stores.iter().map(put).collect();

    let mut places: Vec<_> =
        stores.iter().zip(put).map(|(store, put)| Place::new(store, &folder, identity, put)).collect();
    fill(&mut places, &folder, config, spool, now)?;
    for place in &mut places {
        place.prune(&folder, config, key, now);
    }
    for place in &mut places {
        let found = place.contents.good.first_key_value().map(|(key, _)| key.taken);
        place.report.oldest = found.into_iter().chain(place.report.oldest).min();
    }
    Ok(Report {
        copy: key.to_string(),
        size: snapshot.size,
        index: snapshot.index,
        stores: places.into_iter().map(|place| place.report).collect(),
    })
}

/// A store during a run.
struct Place<'a> {
    store: &'a Store,
    contents: Contents,
    report: StoreReport,
}

impl<'a> Place<'a> {
    fn new(store: &'a Store, folder: &Folder, identity: &Identity, put: Result<(), CopyError>) -> Self {
        let mut report = StoreReport { store: store.name().to_owned(), ..StoreReport::default() };
        if let Err(error) = put {
            report.stage = Some(error.stage());
            report.failure = Some(error.to_string());
        }
        let contents = copies::contents(store, folder, &identity.cluster_id).unwrap_or_else(|error| {
            report.stage.get_or_insert("readback");
            report.failure.get_or_insert_with(|| error.to_string());
            Contents::default()
        });
        report.good = contents.good.len();
        report.unknown = contents.unknown.len();
        Self { store, contents, report }
    }

    fn usable(&self) -> bool {
        self.report.failure.is_none()
    }

    fn prune(&mut self, folder: &Folder, config: &BackupConfig, fresh: Key, now: Timestamp) {
        let keep = Keep { age: age(config), min: config.keep_min as usize };
        let fresh = self.usable().then_some(fresh);
        let good = self.contents.good();
        // A server whose index went back was restored or rebuilt: what came before is worth more than room.
        let went_back = fresh.and_then(|fresh| good.iter().find(|copy| copy.key.index > fresh.index));
        if let Some(copy) = went_back {
            self.report.notes.push(format!("nothing is deleted: copy {} is ahead of the server", copy.key));
            return;
        }
        match retention::plan(now, keep, fresh, &good) {
            Plan::Refused(refusal) => self.report.notes.push(format!("nothing is deleted: {refusal}")),
            Plan::Delete(keys) => {
                for key in keys {
                    match copies::delete(self.store, folder, &key) {
                        Ok(()) => {
                            self.report.deleted.push(key.to_string());
                            self.report.good -= 1;
                            self.contents.good.remove(&key);
                        }
                        Err(error) => {
                            self.report.stage.get_or_insert("prune");
                            self.report.notes.push(format!("{key} is not deleted: {error}"));
                        }
                    }
                }
            }
        }
    }
}

fn age(config: &BackupConfig) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(config.keep_seconds).unwrap_or(i64::MAX))
}

/// Brings to each store the copies that another has and that are not due to be deleted.
fn fill(
    places: &mut [Place<'_>],
    folder: &Folder,
    config: &BackupConfig,
    spool: &Path,
    now: Timestamp,
) -> Result<(), RunError> {
    let mut spooled = tempfile::tempfile_in(spool).map_err(RunError::Spool)?;
    for to in 0..places.len() {
        if !places[to].usable() {
            continue;
        }
        for (from, key) in missing(places, to, age(config), now) {
            match bring(&places[from], &places[to], folder, &key, &mut spooled, now) {
                Ok(()) => {
                    places[to].report.filled.push(key.to_string());
                    places[to].report.good += 1;
                    let oldest = places[to].report.oldest.unwrap_or(key.taken);
                    places[to].report.oldest = Some(oldest.min(key.taken));
                }
                Err(error) => places[to].report.notes.push(format!("{key} is not filled in: {error}")),
            }
        }
    }
    Ok(())
}

/// Young copies that other stores have and this one has not, each with a store that has it.
fn missing(places: &[Place<'_>], to: usize, age: SignedDuration, now: Timestamp) -> Vec<(usize, Key)> {
    let mut missing: Vec<(usize, Key)> = Vec::new();
    for (from, place) in places.iter().enumerate() {
        for key in place.contents.good.keys() {
            let young = now.duration_since(key.taken) <= age;
            let here = places[to].contents.good.contains_key(key);
            if young && !here && missing.iter().all(|(_, known)| known != key) {
                missing.push((from, *key));
            }
        }
    }
    missing
}

fn bring(
    from: &Place<'_>,
    to: &Place<'_>,
    folder: &Folder,
    key: &Key,
    spooled: &mut File,
    now: Timestamp,
) -> Result<(), CopyError> {
    let Some(source) = from.contents.good.get(key) else { return Ok(()) };
    let snapshot = copies::fetch(from.store, folder, key, &source.manifest, spooled)?;
    let manifest = Manifest { stored: now, ..source.manifest.clone() };
    copies::put(to.store, folder, key, spooled, &snapshot, &manifest)
}
