//! The copies that a store holds, and how one gets there.

use super::archive::{self, Snapshot};
use super::key::{Folder, Key};
use super::manifest::Manifest;
use super::retention::Good;
use super::store::{Store, StoreError};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};

/// What stands in a store's folder.
#[derive(Debug, Default)]
pub struct Contents {
    /// Copies with a manifest that speaks of them, in order of time.
    pub good: BTreeMap<Key, Stored>,
    /// Everything else: copies without a manifest, manifests without a copy, objects of others. Never touched.
    pub unknown: Vec<String>,
}

/// A copy in a store.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What its manifest says.
    pub manifest: Manifest,
    /// When it came, by the store's clock.
    pub last_modified: Timestamp,
}

impl Contents {
    /// The copies as the retention sees them.
    pub fn good(&self) -> Vec<Good> {
        let good = |(key, stored): (&Key, &Stored)| Good {
            key: *key,
            stored: stored.manifest.stored,
            last_modified: stored.last_modified,
        };
        self.good.iter().map(good).collect()
    }

    /// The newest copy.
    pub fn newest(&self) -> Option<(&Key, &Stored)> {
        self.good.last_key_value()
    }
}

/// Why a copy did not get into a store.
#[derive(Debug)]
pub enum CopyError {
    /// The store failed.
    Store(StoreError),
    /// What was read back is no whole snapshot.
    Broken(archive::Refusal),
    /// What was read back is whole, and another one than was written.
    Differs,
    /// The spool failed.
    Spool(io::Error),
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Broken(refusal) => write!(f, "what was read back is no good: {refusal}"),
            Self::Differs => f.write_str("what was read back is not what was written"),
            Self::Spool(error) => write!(f, "the spool folder: {error}"),
        }
    }
}

impl std::error::Error for CopyError {}

impl CopyError {
    /// What it was at: a stage of the metric of failures.
    pub fn stage(&self) -> &'static str {
        match self {
            Self::Store(_) | Self::Spool(_) => "upload",
            Self::Broken(_) | Self::Differs => "readback",
        }
    }
}

impl From<StoreError> for CopyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Looks through the folder of a server's copies.
pub fn contents(store: &Store, folder: &Folder, cluster_id: &str) -> Result<Contents, StoreError> {
    let objects = store.list(folder.path())?;
    let archives: BTreeMap<_, _> =
        objects.iter().filter_map(|object| Some((folder.copy(&object.path)?, object))).collect();
    let manifests: BTreeSet<_> = objects.iter().filter_map(|object| folder.manifest(&object.path)).collect();
    let mut contents = Contents::default();
    for (key, archive) in &archives {
        if !manifests.contains(key) {
            continue;
        }
        let text = store.read_small(&folder.manifest_of(key))?;
        let Ok(manifest) = serde_json::from_slice::<Manifest>(&text) else { continue };
        let speaks_of_it =
            manifest.size == archive.size && manifest.index == key.index && manifest.cluster_id == cluster_id;
        if let (true, Some(last_modified)) = (speaks_of_it, archive.last_modified) {
            contents.good.insert(*key, Stored { manifest, last_modified });
        }
    }
    let known = |path: &str| {
        let key = folder.copy(path).or_else(|| folder.manifest(path));
        key.is_some_and(|key| contents.good.contains_key(&key))
    };
    let unknown = objects.iter().filter(|object| !known(&object.path));
    contents.unknown = unknown.map(|object| object.path.clone()).collect();
    Ok(contents)
}

/// Puts a verified snapshot into a store: the archive, then, once it was read back whole, its manifest.
pub fn put(
    store: &Store,
    folder: &Folder,
    key: &Key,
    spooled: &File,
    snapshot: &Snapshot,
    manifest: &Manifest,
) -> Result<(), CopyError> {
    let path = folder.archive_of(key);
    store.write(&path, spooled)?;
    // A store's own digests are of no use: those of uploads in parts are digests of digests.
    let stored = archive::verify(store.read(&path)?).map_err(CopyError::Broken)?;
    if stored != *snapshot {
        return Err(CopyError::Differs);
    }
    let text = serde_json::to_vec(manifest).map_err(|error| CopyError::Spool(error.into()))?;
    store.write_small(&folder.manifest_of(key), &text)?;
    Ok(())
}

/// Reads a copy into the spool, verified against its manifest.
pub fn fetch(
    store: &Store,
    folder: &Folder,
    key: &Key,
    manifest: &Manifest,
    spool: &mut File,
) -> Result<Snapshot, CopyError> {
    spool.set_len(0).and_then(|()| spool.seek(SeekFrom::Start(0))).map_err(CopyError::Spool)?;
    io::copy(&mut store.read(&folder.archive_of(key))?, spool).map_err(CopyError::Spool)?;
    spool.seek(SeekFrom::Start(0)).map_err(CopyError::Spool)?;
    let snapshot = archive::verify(&mut *spool).map_err(CopyError::Broken)?;
    if manifest.matches(&snapshot) { Ok(snapshot) } else { Err(CopyError::Differs) }
}

/// Deletes a copy. Its manifest goes first: a kill between the two leaves an object of which nothing is claimed.
pub fn delete(store: &Store, folder: &Folder, key: &Key) -> Result<(), StoreError> {
    store.delete(&folder.manifest_of(key))?;
    store.delete(&folder.archive_of(key))
}
