//! Makes a root equal to a tree. The module above says what is promised.

use super::error::WriteError;
use super::manifest::{MANIFEST, Manifest};
use super::path::OutputPath;
use super::plan::Plan;
use super::scan::TEMPORARY;
use super::tree::Tree;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// How to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// Overwrite (or delete, when they are no longer made) files that were changed by hand, and overwrite
    /// foreign files at paths of the tree.
    pub force: bool,
}

/// What a build did to a root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there before.
    pub written: Vec<OutputPath>,
    /// Files that had other bytes.
    pub updated: Vec<OutputPath>,
    /// Files that are no longer made.
    pub deleted: Vec<OutputPath>,
    /// How many files were as they must be.
    pub unchanged: usize,
    /// Files in the root that fleetc doesn't own and didn't touch; a symbolic link or another root counts as one.
    pub foreign: Vec<PathBuf>,
}

/// Makes the files that fleetc owns in `root` equal to `tree`, creating the root if need be.
///
/// Only what differs is touched. A tree without files leaves no manifest either.
///
/// # Errors
/// [`WriteError::Refused`] with every file that is in the way, [`WriteError::Locked`] and
/// [`WriteError::Manifest`] before anything is written; [`WriteError::Io`] at any time.
pub fn write(root: &Path, tree: &Tree, options: WriteOptions) -> Result<Changes, WriteError> {
    if tree.is_empty() && !root.exists() {
        return Ok(Changes::default());
    }
    fs::create_dir_all(root).map_err(|e| WriteError::io("create the folder", root, e))?;
    let _lock = lock(root)?;
    let plan = Plan::make(root, tree)?;
    let conflicts = plan.conflicts(options.force);
    if !conflicts.is_empty() {
        return Err(WriteError::Refused { root: root.to_owned(), conflicts });
    }
    plan.leftovers.par_iter().try_for_each(|path| remove(&root.join(path)))?;
    write_manifests_around(root, tree, &plan, || apply(root, tree, &plan))?;
    Ok(Changes {
        written: plan.write.into_iter().cloned().collect(),
        updated: plan.update.into_iter().map(|(path, _)| path.clone()).collect(),
        deleted: plan.delete.into_iter().map(|(path, _)| path).collect(),
        unchanged: plan.unchanged,
        foreign: plan.foreign,
    })
}

/// What [`write()`] would refuse to do, without doing anything.
///
/// # Errors
/// [`WriteError::Manifest`] and [`WriteError::Io`].
pub fn conflicts(root: &Path, tree: &Tree, force: bool) -> Result<Option<WriteError>, WriteError> {
    if !root.exists() {
        return Ok(None);
    }
    let conflicts = Plan::make(root, tree)?.conflicts(force);
    Ok((!conflicts.is_empty()).then(|| WriteError::Refused { root: root.to_owned(), conflicts }))
}

/// Before files change, the manifest lists the old and the new ones; after that, the new ones.
fn write_manifests_around(
    root: &Path,
    tree: &Tree,
    plan: &Plan<'_>,
    apply: impl FnOnce() -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let file = root.join(MANIFEST);
    let nothing_to_do = plan.write.is_empty() && plan.update.is_empty() && plan.delete.is_empty();
    let text = plan.new.render();
    let mut differs = plan.manifest_differs(&text);
    if !nothing_to_do {
        let both: Manifest = plan.old.union(&plan.new);
        let both = both.render();
        if plan.manifest_differs(&both) {
            replace(&file, both.as_bytes())?;
        }
        differs |= both != text;
    }
    apply()?;
    if tree.is_empty() {
        remove(&file)
    } else if differs {
        replace(&file, text.as_bytes())
    } else {
        Ok(())
    }
}

fn apply(root: &Path, tree: &Tree, plan: &Plan<'_>) -> Result<(), WriteError> {
    // Deleting first makes room where a folder becomes a file, a file a folder, or only the case of a name changes.
    plan.delete.par_iter().try_for_each(|(path, _)| remove(&path.under(root)))?;
    for folder in &plan.old_folders {
        remove_if_empty(&root.join(folder))?;
    }
    let folders: BTreeSet<&str> = plan.write.iter().flat_map(|path| path.folders()).collect();
    for folder in folders {
        let folder = root.join(folder);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(WriteError::io("create the folder", folder, error));
            }
            _ => {}
        }
    }
    let updates = plan.update.par_iter().map(|(path, _)| *path);
    plan.write.par_iter().copied().chain(updates).try_for_each(|path| match tree.get(path) {
        Some(bytes) => replace(&path.under(root), bytes),
        None => Ok(()),
    })
}

/// Keeps other builds out of this root until it is dropped; `None` where the file system has no locks.
fn lock(root: &Path) -> Result<Option<File>, WriteError> {
    let folder = File::open(root).map_err(|e| WriteError::io("open the folder", root, e))?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(WriteError::Locked { root: root.to_owned() }),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Gives a file new bytes in one step.
fn replace(file: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let failed = |error| WriteError::io("write", file, error);
    let folder = file.parent().unwrap_or(Path::new("."));
    // Readable for all as far as the umask allows, like any file that a program writes.
    let mode = Permissions::from_mode(0o666);
    let mut temporary =
        tempfile::Builder::new().prefix(TEMPORARY).permissions(mode).tempfile_in(folder).map_err(failed)?;
    temporary.write_all(bytes).map_err(failed)?;
    temporary.persist(file).map_err(|e| failed(e.error))?;
    Ok(())
}

fn remove(file: &Path) -> Result<(), WriteError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(WriteError::io("delete", file, error)),
        _ => Ok(()),
    }
}

fn remove_if_empty(folder: &Path) -> Result<(), WriteError> {
    match fs::remove_dir(folder) {
        Ok(()) => Ok(()),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) => {
            Ok(())
        }
        Err(error) => Err(WriteError::io("remove the empty folder", folder, error)),
    }
}
