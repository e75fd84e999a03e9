//! What a build would change, for `build --check`.

use super::error::{Conflict, LISTED, WriteError};
use super::manifest::MANIFEST;
use super::path::OutputPath;
use super::plan::{Owner, Plan};
use super::tree::Tree;
use similar::TextDiff;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::Path;

/// How many lines of diff a comparison has at most, over all files.
const DIFF_LINES: usize = 300;
/// Larger files are named, not compared line by line: the time for that grows with the square of the lines.
const DIFFED_BYTES: usize = 256 * 1024;

/// How a root differs from what a build would make it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stale {
    /// Every file that a build would change, ordered by path.
    pub files: Vec<(OutputPath, Difference)>,
    /// What stands in the way so that even a forced build could not write, ordered by path.
    pub blocked: Vec<Conflict>,
    /// Whether a build would rewrite the manifest.
    pub manifest: bool,
    /// A unified diff of the files that differ, from what is there to what a build makes; at most 300 lines.
    pub diff: String,
}

/// How one file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Not there: a build would write it.
    Missing,
    /// Written by an older build: a build would update it.
    Outdated,
    /// No longer made: a build would delete it.
    Leftover,
    /// Changed by hand: a build would refuse; a forced one would overwrite it.
    Edited,
    /// Changed by hand and no longer made: a build would refuse; a forced one would delete it.
    EditedLeftover,
    /// Not written by fleetc: a build would refuse; a forced one would overwrite it.
    Foreign,
}

impl Difference {
    /// A few words on it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Outdated => "out of date",
            Self::Leftover => "no longer made",
            Self::Edited => "changed by hand",
            Self::EditedLeftover => "no longer made, and changed by hand",
            Self::Foreign => "not written by fleetc",
        }
    }
}

impl Stale {
    /// Whether a build would change anything.
    pub fn is_stale(&self) -> bool {
        !self.files.is_empty() || !self.blocked.is_empty() || self.manifest
    }
}

/// Compares a root with a tree and changes nothing.
///
/// # Errors
/// [`WriteError::Manifest`] and [`WriteError::Io`].
pub fn compare(root: &Path, tree: &Tree) -> Result<Stale, WriteError> {
    let plan = Plan::make(root, tree)?;
    let written = plan.write.iter().map(|path| ((*path).clone(), Difference::Missing));
    let updated = plan.update.iter().map(|(path, owner)| {
        let difference = match owner {
            Owner::Ours => Difference::Outdated,
            Owner::Edited => Difference::Edited,
            Owner::Foreign => Difference::Foreign,
        };
        ((*path).clone(), difference)
    });
    let deleted = plan.delete.iter().map(|(path, owner)| {
        let ours = *owner == Owner::Ours;
        (path.clone(), if ours { Difference::Leftover } else { Difference::EditedLeftover })
    });
    let mut files: Vec<_> = written.chain(updated).chain(deleted).collect();
    files.sort_unstable();
    let manifest =
        if tree.is_empty() { !plan.old_text.is_empty() } else { plan.manifest_differs(&plan.new.render()) };
    let diff = diff(root, tree, &files)?;
    Ok(Stale { files, blocked: plan.conflicts(true), manifest, diff })
}

fn diff(root: &Path, tree: &Tree, files: &[(OutputPath, Difference)]) -> Result<String, WriteError> {
    let mut text = String::new();
    let mut lines = 0;
    let mut left_out = 0;
    for (path, difference) in files {
        let Some(new) = tree.get(path).filter(|_| *difference != Difference::Missing) else { continue };
        if lines >= DIFF_LINES {
            left_out += 1;
            continue;
        }
        let old = fs::read(path.under(root)).map_err(|e| WriteError::io("read", path.under(root), e))?;
        let whole = diff_of_file(path, &old, new);
        let all = whole.lines().count();
        for line in whole.lines().take(DIFF_LINES - lines) {
            text.push_str(line);
            text.push('\n');
        }
        if all > DIFF_LINES - lines {
            // Writing to a string can't fail.
            let _ = writeln!(text, "({} more lines)", all - (DIFF_LINES - lines));
        }
        lines += all.min(DIFF_LINES - lines);
    }
    if left_out > 0 {
        let _ = writeln!(text, "({left_out} more files differ)");
    }
    Ok(text)
}

fn diff_of_file(path: &OutputPath, old: &[u8], new: &[u8]) -> String {
    match (std::str::from_utf8(old), std::str::from_utf8(new)) {
        (Ok(old), Ok(new)) if old.len().max(new.len()) <= DIFFED_BYTES => {
            let diff = TextDiff::from_lines(old, new);
            diff.unified_diff().header(&format!("{path} (now)"), &format!("{path} (built)")).to_string()
        }
        (Ok(_), Ok(_)) => format!("{path} (now) and (built) differ and are too large to show\n"),
        _ => format!("{path} (now) and (built) differ and are not both text\n"),
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, difference) in self.files.iter().take(LISTED) {
            writeln!(f, "{path}: {}", difference.as_str())?;
        }
        if self.files.len() > LISTED {
            writeln!(f, "and {} more", self.files.len() - LISTED)?;
        }
        for conflict in self.blocked.iter().take(LISTED) {
            writeln!(f, "{conflict}")?;
        }
        if self.blocked.len() > LISTED {
            writeln!(f, "and {} more in the way", self.blocked.len() - LISTED)?;
        }
        if self.manifest && self.files.is_empty() {
            writeln!(f, "{MANIFEST}: out of date")?;
        }
        f.write_str(&self.diff)
    }
}
