//! From typed objects to files: text, a tree of files in memory, and that tree on disk.
//!
//! [`to_yaml`] writes one object. A [`Tree`] collects what a build makes, by [`OutputPath`]. [`write()`] makes a
//! folder, the *root*, equal to the tree; [`compare()`] says what `write` would do. Each root
//! (`out/`, `.github/`) has its own tree and manifest, and roots know nothing of each other.
//!
//! # Ownership
//!
//! People and fleetc share folders, so fleetc must know which files are its own. The file
//! `.fleetc-manifest` in each root lists them with the hash of what was written. A file is
//!
//! - *ours* when the manifest lists it and its bytes have the listed hash (or are already the bytes to be
//!   written, or hold Git's merge conflict markers): it may be updated and deleted;
//! - *edited* when the manifest lists it and it is anything else: the build refuses, unless forced;
//! - *foreign* when the manifest doesn't list it: it is never touched. Where the build has to write the same
//!   path it refuses, unless forced or the bytes are equal already.
//!
//! A refused build names every such file and writes nothing. A symbolic link is foreign wherever it is: it is never
//! followed, and one that stands in the way of a file or folder is refused even with force, as are a folder where
//! a file must be, a file where a folder must be, and a name that differs only in upper and lower case.
//! Folders are removed when fleetc had files in them and nothing is left there. A folder below the root
//! that has a manifest of its own is another root, and left alone.
//!
//! # The manifest
//!
//! Its name ends in neither `.yaml`, `.yml`, `.json` nor `.jsonnet`, because an Argo CD directory source reads all of those.
//! Its lines are those of `sha256sum`, so `sha256sum --check .fleetc-manifest` verifies a root without fleetc. It
//! holds no date, version or name of a machine.
//!
//! It is in Git and changes with every build, so it is made to be merged. The lines are sorted by path and
//! a line of a lone `#` follows each, since Git takes changes of neighbouring lines for a conflict:
//! two pull requests conflict only where both change one file (which then conflicts in itself) or
//! both add files at one place in the order. Even then the cure is to build again: conflict markers in the
//! manifest are skipped, the lines of both sides count, and a path may be listed with several hashes.
//!
//! # Atomicity
//!
//! When a build is killed at any moment, each file has its old or its new bytes, and the next build, of the same or any
//! other tree, goes on without a false conflict. That takes three steps: first the manifest becomes the union of the old
//! and the new one; then files are deleted and written, each as a temporary file (`.fleetc-tmp-*`) in its
//! folder that is renamed to its name; last the manifest loses its old lines. So at every moment whatever
//! fleetc may have written is listed. The next build sweeps up temporary files.
//!
//! That holds for the death of the process, not of the machine: nothing is synced to the disk, because 80,000 syncs take
//! minutes and the tree can be built again. After a power cut, `git status` and a build with force are the cure.
//! A file that somebody saves between the check of a build and its writing, a few seconds at most, is overwritten.
//!
//! An advisory lock on the root folder keeps two builds apart; it leaves nothing behind. On file
//! systems without locks (some network mounts) builds go on without one.

mod compare;
mod error;
mod manifest;
mod path;
mod plan;
mod scan;
mod tree;
mod write;
mod yaml;

pub use compare::{Difference, Stale, compare};
pub use error::{Conflict, ConflictKind, WriteError};
pub use manifest::MANIFEST;
pub use path::{OutputPath, PathError};
pub use tree::{Tree, TreeError};
pub use write::{Changes, WriteOptions, conflicts, write};
pub use yaml::{YamlError, to_yaml};
