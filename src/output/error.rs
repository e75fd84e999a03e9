//! Why a root was not written.

use super::manifest::MANIFEST;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// How many files a message lists before it says how many more there are.
pub(super) const LISTED: usize = 20;

/// Why a root could not be written or compared.
#[derive(Debug)]
pub enum WriteError {
    /// Files that are not fleetc's are in the way. Nothing was written.
    Refused {
        /// The root.
        root: PathBuf,
        /// Every file in the way, ordered by path.
        conflicts: Vec<Conflict>,
    },
    /// Another build writes this root now. Nothing was written.
    Locked {
        /// The root.
        root: PathBuf,
    },
    /// The manifest can't be understood. Nothing was written.
    Manifest {
        /// The manifest.
        file: PathBuf,
        /// The first line that makes no sense, counted from 1.
        line: usize,
    },
    /// The file system refused something. What was written up to then stays; the next build goes on from there.
    Io {
        /// What fleetc tried to do, as in "can't WHAT `path`".
        what: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl WriteError {
    pub(super) fn io(what: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io { what, path: path.into(), source }
    }

    /// The exit code of the command: 1 when files were found that the user must decide on, 2 when the environment failed.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Refused { .. } => 1,
            Self::Locked { .. } | Self::Manifest { .. } | Self::Io { .. } => 2,
        }
    }
}

/// One file in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The path, relative to the root.
    pub path: String,
    /// What is the matter with it.
    pub kind: ConflictKind,
}

/// What is the matter with a file in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConflictKind {
    /// fleetc wrote it, and it was changed since. Force overwrites or deletes it.
    Edited,
    /// fleetc didn't write it. Force overwrites it.
    Foreign,
    /// A folder is where a file must be. Force doesn't help.
    IsFolder,
    /// A symbolic link, a device or another root, which fleetc neither follows nor replaces. Force doesn't help.
    IsSpecial,
    /// This name must be a folder, and is none. Force doesn't help.
    NoFolder,
    /// Another name differs only in upper and lower case. Force doesn't help.
    Case {
        /// The other path.
        other: String,
    },
}

impl ConflictKind {
    /// Whether force resolves it.
    pub const fn yields_to_force(&self) -> bool {
        matches!(self, Self::Edited | Self::Foreign)
    }
}

impl fmt::Display for ConflictKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited => f.write_str("changed by hand since fleetc wrote it"),
            Self::Foreign => f.write_str("exists, and fleetc didn't write it"),
            Self::IsFolder => f.write_str("is a folder where a file must be"),
            Self::IsSpecial => f.write_str("is a symbolic link, a special file or the root of another build"),
            Self::NoFolder => {
                f.write_str("must be a folder, and is a file, a symbolic link or the root of another build")
            }
            Self::Case { other } => {
                write!(f, "differs only in upper and lower case from `{other}`, which exists")
            }
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { root, conflicts } => refused(f, root, conflicts),
            Self::Locked { root } => write!(
                f,
                "another fleetc build is writing `{}`; run this one again when it has ended",
                root.display()
            ),
            Self::Manifest { file, line } => write!(
                f,
                "line {line} of `{}` is no line of a fleetc manifest; restore the file from Git. Without it fleetc \
                 doesn't know its own files: if you delete it, old files stay",
                file.display()
            ),
            Self::Io { what, path, source } => write!(f, "can't {what} `{}`: {source}", path.display()),
        }
    }
}

fn refused(f: &mut fmt::Formatter<'_>, root: &Path, conflicts: &[Conflict]) -> fmt::Result {
    let files =
        if conflicts.len() == 1 { "1 file is".to_owned() } else { format!("{} files are", conflicts.len()) };
    writeln!(f, "{files} in the way in `{}`; nothing was written", root.display())?;
    for conflict in conflicts.iter().take(LISTED) {
        writeln!(f, "  {conflict}")?;
    }
    if conflicts.len() > LISTED {
        writeln!(f, "  and {} more", conflicts.len() - LISTED)?;
    }
    if conflicts.iter().all(|conflict| conflict.kind.yields_to_force()) {
        f.write_str("move what you want to keep into the fleet file or elsewhere, then build with --force to overwrite")
    } else {
        write!(
            f,
            "rename or remove what is in the way; --force overwrites files only (`{MANIFEST}` lists fleetc's own)"
        )
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Refused { .. } | Self::Locked { .. } | Self::Manifest { .. } => None,
        }
    }
}
