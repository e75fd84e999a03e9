//! What is in a root now.

use super::error::WriteError;
use super::manifest::MANIFEST;
use rayon::prelude::*;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the name of a temporary file starts with.
pub(super) const TEMPORARY: &str = ".fleetc-tmp-";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A regular file.
    File,
    /// A folder; its content is in the scan too.
    Folder,
    /// A symbolic link, a device, another root: not looked into.
    Other,
}

/// Everything in a root, by its path relative to the root.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Sorted by path.
    entries: Vec<(String, Kind)>,
    /// Paths that are no UTF-8, so none of ours.
    pub(super) unnameable: Vec<PathBuf>,
    /// Temporary files of a build that was killed.
    pub(super) leftovers: Vec<String>,
    /// What stands at the name of the manifest.
    pub(super) manifest: Option<Kind>,
}

impl Scan {
    /// Lists a root. A root that doesn't exist is empty. Symbolic links are not followed, except the root itself.
    pub(super) fn of(root: &Path) -> Result<Self, WriteError> {
        let mut scan = match read(root, "")? {
            Some(scan) => scan,
            None => return Ok(Self::default()),
        };
        scan.entries.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(scan)
    }

    pub(super) fn kind(&self, path: &str) -> Option<Kind> {
        let at = self.entries.binary_search_by(|(entry, _)| entry.as_str().cmp(path)).ok()?;
        self.entries.get(at).map(|(_, kind)| *kind)
    }

    /// What stands at each of some ordered paths: one walk over both lists rather than a search for each.
    pub(super) fn kinds<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Vec<Option<Kind>> {
        let mut entries = self.entries.iter().peekable();
        let kind = |path: &str| {
            while entries.next_if(|(entry, _)| entry.as_str() < path).is_some() {}
            entries.peek().filter(|(entry, _)| entry == path).map(|(_, kind)| *kind)
        };
        paths.map(kind).collect()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.entries.iter().map(|(path, kind)| (path.as_str(), *kind))
    }

    /// Everything below a folder.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = (&str, Kind)> {
        let prefix = format!("{folder}/");
        let start = self.entries.partition_point(|(path, _)| *path < prefix);
        let rest = self.entries.get(start..).unwrap_or_default();
        rest.iter()
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, kind)| (path.as_str(), *kind))
    }

    fn absorb(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self.unnameable.extend(other.unnameable);
        self.leftovers.extend(other.leftovers);
        self
    }
}

/// Lists one folder and those in it; `None` when it is not there (any more) or is another root.
fn read(folder: &Path, prefix: &str) -> Result<Option<Scan>, WriteError> {
    let failed = |source| WriteError::io("list the folder", folder, source);
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut scan = Scan::default();
    let mut folders = Vec::new();
    for entry in listing {
        let entry = entry.map_err(failed)?;
        let kind = match entry.file_type().map_err(failed)? {
            kind if kind.is_file() => Kind::File,
            kind if kind.is_dir() => Kind::Folder,
            _ => Kind::Other,
        };
        let Ok(name) = entry.file_name().into_string() else {
            scan.unnameable.push(Path::new(prefix).join(entry.file_name()));
            continue;
        };
        if name == MANIFEST {
            if !prefix.is_empty() {
                return Ok(None);
            }
            scan.manifest = Some(kind);
            continue;
        }
        let path = format!("{prefix}{name}");
        if kind == Kind::File && name.starts_with(TEMPORARY) {
            scan.leftovers.push(path);
        } else if kind == Kind::Folder {
            folders.push((name, path));
        } else {
            scan.entries.push((path, kind));
        }
    }
    let scans = folders.into_par_iter().map(|(name, path)| {
        let found = read(&folder.join(name), &format!("{path}/"))?;
        let kind = if found.is_some() { Kind::Folder } else { Kind::Other };
        let mut scan = found.unwrap_or_default();
        scan.entries.push((path, kind));
        Ok(scan)
    });
    Ok(Some(scan.absorb(scans.try_reduce(Scan::default, |a, b| Ok(a.absorb(b)))?)))
}
