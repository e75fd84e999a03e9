//! What has to change for a root to equal a tree. Looks only; [`super::write`] does it and [`super::compare`] tells it.

use super::error::{Conflict, ConflictKind, WriteError};
use super::manifest::{Hash, MANIFEST, Manifest, hash, is_unmerged};
use super::path::{OutputPath, folders_of};
use super::scan::{Kind, Scan};
use super::tree::{Tree, folded};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Whose bytes a build replaces or deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// fleetc's own.
    Ours,
    /// fleetc's, changed since.
    Edited,
    /// Somebody else's.
    Foreign,
}

/// The difference between a root and a tree.
#[derive(Debug)]
pub(super) struct Plan<'t> {
    /// Files that are not there.
    pub(super) write: Vec<&'t OutputPath>,
    /// Files with other bytes.
    pub(super) update: Vec<(&'t OutputPath, Owner)>,
    /// Files that are not in the tree; never foreign ones.
    pub(super) delete: Vec<(OutputPath, Owner)>,
    /// How many files are as they must be.
    pub(super) unchanged: usize,
    /// Files that are none of ours and in nobody's way, ordered.
    pub(super) foreign: Vec<PathBuf>,
    /// What can't be written even with force.
    pub(super) blocked: Vec<Conflict>,
    /// Folders to be removed if that leaves them empty, innermost first.
    pub(super) old_folders: Vec<String>,
    /// Temporary files of a build that was killed.
    pub(super) leftovers: Vec<String>,
    /// The bytes of the manifest on disk; empty without one.
    pub(super) old_text: Vec<u8>,
    /// What they mean.
    pub(super) old: Manifest,
    /// The manifest of the tree.
    pub(super) new: Manifest,
}

enum Verdict {
    Same,
    Missing,
    Differs(Owner),
    Blocked(Conflict),
}

impl<'t> Plan<'t> {
    /// Looks at everything in the root.
    pub(super) fn make(root: &Path, tree: &'t Tree) -> Result<Self, WriteError> {
        let mut scan = Scan::of(root)?;
        let (old_text, old) = read_manifest(root)?;
        let delete = deletions(root, tree, &scan, &old)?;
        let kinds = scan.kinds(tree.iter().map(|(path, _)| path.as_str()));
        let files: Vec<_> = tree.iter().zip(kinds).collect();
        let judge = |buffer: &mut Vec<u8>, ((path, bytes), kind): ((&'t OutputPath, &[u8]), Option<Kind>)| {
            verdict(root, path, bytes, kind, &old, buffer).map(|verdict| (path, verdict, hash(bytes)))
        };
        let judged: Vec<(&OutputPath, Verdict, Hash)> =
            files.into_par_iter().map_init(Vec::new, judge).collect::<Result<_, _>>()?;

        let mut plan = Self {
            write: Vec::new(),
            update: Vec::new(),
            unchanged: 0,
            foreign: Vec::new(),
            blocked: Vec::new(),
            old_folders: old_folders(tree, &scan, &old),
            leftovers: std::mem::take(&mut scan.leftovers),
            new: Manifest::new(judged.iter().map(|(path, _, hash)| ((*path).clone(), *hash)).collect()),
            delete,
            old_text,
            old,
        };
        for (path, verdict, _) in judged {
            match verdict {
                Verdict::Same => plan.unchanged += 1,
                Verdict::Missing => plan.write.push(path),
                Verdict::Differs(owner) => plan.update.push((path, owner)),
                Verdict::Blocked(conflict) => plan.blocked.push(conflict),
            }
        }
        plan.find_obstacles(&scan);
        if matches!(scan.manifest, Some(Kind::Folder | Kind::Other)) {
            plan.blocked.push(Conflict { path: MANIFEST.to_owned(), kind: ConflictKind::IsSpecial });
        }
        plan.find_foreign(tree, scan);
        Ok(plan)
    }

    /// Everything that an unforced build refuses (a forced one: `forced`), ordered by path.
    pub(super) fn conflicts(&self, forced: bool) -> Vec<Conflict> {
        let updated = self.update.iter().map(|(path, owner)| (*path, *owner));
        let deleted = self.delete.iter().map(|(path, owner)| (path, *owner));
        let yielding = updated.chain(deleted).filter_map(|(path, owner)| {
            let kind = match owner {
                Owner::Ours => return None,
                Owner::Edited => ConflictKind::Edited,
                Owner::Foreign => ConflictKind::Foreign,
            };
            Some(Conflict { path: path.as_str().to_owned(), kind })
        });
        let mut all: Vec<_> = yielding.filter(|_| !forced).chain(self.blocked.iter().cloned()).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all.dedup();
        all
    }

    /// Whether the manifest on disk is not the one of the tree.
    pub(super) fn manifest_differs(&self, new_text: &str) -> bool {
        self.old_text != new_text.as_bytes()
    }

    /// Looks for what stands where a new file or one of its folders must be.
    fn find_obstacles(&mut self, scan: &Scan) {
        if self.write.is_empty() {
            return;
        }
        let deleted: HashSet<&str> = self.delete.iter().map(|(path, _)| path.as_str()).collect();
        let old_folders: HashSet<&str> = self.old_folders.iter().map(String::as_str).collect();
        let goes = |path: &str, kind| match kind {
            Kind::File => deleted.contains(path),
            Kind::Folder => {
                let all_go = |(path, _): (&str, Kind)| deleted.contains(path) || old_folders.contains(path);
                old_folders.contains(path) && scan.below(path).all(all_go)
            }
            Kind::Other => false,
        };
        let spelled: HashMap<_, _> =
            scan.entries().map(|(path, kind)| (folded(path), (path, kind))).collect();
        let obstacle = |path: &str, wanted: Kind| -> Option<Conflict> {
            let (found, kind) = match scan.kind(path) {
                Some(kind) => (path, kind),
                None => *spelled.get(&folded(path))?,
            };
            if (found == path && kind == wanted) || goes(found, kind) {
                return None;
            }
            let kind = match kind {
                _ if found != path => ConflictKind::Case { other: found.to_owned() },
                _ if wanted == Kind::Folder => ConflictKind::NoFolder,
                Kind::Folder => ConflictKind::IsFolder,
                Kind::File | Kind::Other => ConflictKind::IsSpecial,
            };
            Some(Conflict { path: path.to_owned(), kind })
        };
        let blocked = self.write.iter().filter_map(|path| {
            let in_folder = path.folders().find_map(|folder| obstacle(folder, Kind::Folder));
            in_folder.or_else(|| obstacle(path.as_str(), Kind::File))
        });
        let blocked: Vec<_> = blocked.collect();
        self.blocked.extend(blocked);
    }

    fn find_foreign(&mut self, tree: &Tree, scan: Scan) {
        let deleted: HashSet<&str> = self.delete.iter().map(|(path, _)| path.as_str()).collect();
        let mut wanted = tree.iter().map(|(path, _)| path.as_str()).peekable();
        let mut is_ours = |path: &str| {
            while wanted.next_if(|wanted| *wanted < path).is_some() {}
            wanted.peek() == Some(&path) || deleted.contains(path)
        };
        let named = scan.entries().filter(|(path, kind)| !is_ours(path) && *kind != Kind::Folder);
        self.foreign =
            named.map(|(path, _)| PathBuf::from(path)).chain(scan.unnameable.iter().cloned()).collect();
        self.foreign.sort();
    }
}

fn read_manifest(root: &Path) -> Result<(Vec<u8>, Manifest), WriteError> {
    let file = root.join(MANIFEST);
    let text = match fs::symlink_metadata(&file) {
        Ok(metadata) if metadata.is_file() => match fs::read(&file) {
            Ok(text) => text,
            Err(error) => return Err(WriteError::io("read", file, error)),
        },
        _ => Vec::new(),
    };
    match Manifest::parse(&text) {
        Ok(manifest) => Ok((text, manifest)),
        Err(line) => Err(WriteError::Manifest { file, line }),
    }
}

fn verdict(
    root: &Path,
    path: &OutputPath,
    bytes: &[u8],
    kind: Option<Kind>,
    old: &Manifest,
    buffer: &mut Vec<u8>,
) -> Result<Verdict, WriteError> {
    match kind {
        Some(Kind::File) => {}
        // A folder may be about to go: obstacles are looked for later, among the missing.
        None | Some(Kind::Folder) => return Ok(Verdict::Missing),
        Some(Kind::Other) => {
            let kind = ConflictKind::IsSpecial;
            return Ok(Verdict::Blocked(Conflict { path: path.as_str().to_owned(), kind }));
        }
    }
    let file = path.under(root);
    match same(&file, bytes, buffer) {
        Ok(true) => Ok(Verdict::Same),
        Ok(false) => Ok(Verdict::Differs(owner(path, buffer, old))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Verdict::Missing),
        Err(error) => Err(WriteError::io("read", file, error)),
    }
}

/// Compares a file with bytes; when they differ, `buffer` has all of the file.
fn same(file: &Path, bytes: &[u8], buffer: &mut Vec<u8>) -> io::Result<bool> {
    buffer.clear();
    let mut file = File::open(file)?;
    // One byte more than wanted shows a longer file without asking for its length.
    (&mut file).take(bytes.len() as u64 + 1).read_to_end(buffer)?;
    if buffer == bytes {
        return Ok(true);
    }
    file.read_to_end(buffer)?;
    Ok(false)
}

fn owner(path: &OutputPath, bytes: &[u8], old: &Manifest) -> Owner {
    if !old.lists(path) {
        Owner::Foreign
    } else if old.has(path, &hash(bytes)) || is_unmerged(bytes) {
        Owner::Ours
    } else {
        Owner::Edited
    }
}

/// Listed files that are not in the tree and still files.
fn deletions(
    root: &Path,
    tree: &Tree,
    scan: &Scan,
    old: &Manifest,
) -> Result<Vec<(OutputPath, Owner)>, WriteError> {
    let gone = |path: &&OutputPath| !tree.has(path.as_str()) && scan.kind(path.as_str()) == Some(Kind::File);
    let gone: Vec<&OutputPath> = old.paths().filter(gone).collect();
    let judge = |path: &OutputPath| {
        let file = path.under(root);
        match fs::read(&file) {
            Ok(bytes) => Ok((path.clone(), owner(path, &bytes, old))),
            Err(error) => Err(WriteError::io("read", file, error)),
        }
    };
    gone.into_par_iter().map(judge).collect()
}

/// Folders in which fleetc had files and has none in this tree, innermost first.
fn old_folders(tree: &Tree, scan: &Scan, old: &Manifest) -> Vec<String> {
    let gone = |path: &&OutputPath| !tree.has(path.as_str());
    let had: BTreeSet<&str> = old.paths().filter(gone).flat_map(OutputPath::folders).collect();
    if had.is_empty() {
        return Vec::new();
    }
    let needed: HashSet<&str> = tree.iter().flat_map(|(path, _)| folders_of(path.as_str())).collect();
    let old = had.into_iter().rev().filter(|folder| !needed.contains(folder));
    old.filter(|folder| scan.kind(folder) == Some(Kind::Folder)).map(str::to_owned).collect()
}
