//! Where a file goes, relative to its root.

use std::borrow::Borrow;
use std::fmt;
use std::path::{Path, PathBuf};

/// What the names of fleetc's own files start with: the manifest and temporary files.
pub(super) const RESERVED: &str = ".fleetc-";
/// The longest name of a file or folder on the file systems of Linux and macOS, in bytes.
const LONGEST_NAME: usize = 255;

/// A relative path of one file, with `/` between its names.
///
/// Each name is made of `A-Z a-z 0-9 . _ -`, so it needs no quoting in a shell, a URL or YAML and means the same
/// on every file system. `.`, `..`, `.git` and names that start with `.fleetc-` can't occur.
/// Ordered by bytes, the order of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(Box<str>);

impl OutputPath {
    /// Checks a path.
    ///
    /// # Errors
    /// When a name in it is empty, too long, reserved or has other characters.
    pub fn new(path: impl Into<String>) -> Result<Self, PathError> {
        let path = path.into();
        match path.split('/').find_map(problem_of_name) {
            Some(problem) => Err(PathError { path, problem }),
            None => Ok(Self(path.into_boxed_str())),
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path on disk under `root`.
    pub fn under(&self, root: &Path) -> PathBuf {
        root.join(&*self.0)
    }

    /// The folders above the file, outermost first: `a`, `a/b` for `a/b/c`.
    pub(super) fn folders(&self) -> impl DoubleEndedIterator<Item = &str> {
        folders_of(&self.0)
    }
}

/// The folders above a relative path, outermost first.
pub(super) fn folders_of(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| path.get(..at).unwrap_or_default())
}

fn problem_of_name(name: &str) -> Option<&'static str> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        Some("it is empty, starts or ends with `/`, or has `//`")
    } else if name == "." || name == ".." {
        Some("`.` and `..` are no names")
    } else if !name.chars().all(legal) {
        Some("names may have only letters, digits, `.`, `_` and `-`")
    } else if name.len() > LONGEST_NAME {
        Some("a name in it has more than 255 characters")
    } else if name.to_ascii_lowercase().starts_with(RESERVED) {
        Some("names that start with `.fleetc-` are kept for fleetc's own files")
    } else if name.eq_ignore_ascii_case(".git") {
        Some("`.git` belongs to Git")
    } else {
        None
    }
}

/// Ordered and hashed like its text, so maps can be asked for a plain text.
impl Borrow<str> for OutputPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no [`OutputPath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    path: String,
    problem: &'static str,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} can't be the path of an output file: {}", self.path, self.problem)
    }
}

impl std::error::Error for PathError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_plain_relative_paths() {
        for path in ["a", "a/b.yaml", "arc/gpu-a_1/Runner.Set.yaml", ".gitkeep", "...", "a/.github/x", "-"] {
            assert_eq!(OutputPath::new(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn refuses_whatever_leaves_the_root_or_needs_quoting() {
        let long = "x".repeat(256);
        let bad = [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/../b",
            "a/.",
            "a b",
            "a\\b",
            "ä",
            "a\0",
            "a:b",
            ".git/config",
        ];
        for path in bad.into_iter().chain([".GIT/x", ".fleetc-manifest", "a/.FLEETC-tmp-1", &long]) {
            let error = OutputPath::new(path).unwrap_err();
            assert!(error.to_string().contains("can't be the path"), "{error}");
        }
    }

    #[test]
    fn lists_the_folders_above() {
        let path = OutputPath::new("a/b/c.yaml").unwrap();
        assert_eq!(path.folders().collect::<Vec<_>>(), ["a", "a/b"]);
    }
}
