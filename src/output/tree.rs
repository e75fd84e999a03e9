//! All files of one root, in memory.

use super::path::OutputPath;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// The files that a root shall have: an ordered map from path to bytes, in which no two paths can be in each other's way.
///
/// Each file carries a few words on what it is for, such as `pool gpu-a`, for the error when two want one path.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: BTreeMap<OutputPath, File>,
    /// Every file and folder by its name in lower case.
    taken: HashMap<Box<str>, Taken>,
}

#[derive(Clone, Debug)]
struct File {
    origin: Cow<'static, str>,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Taken {
    File(OutputPath),
    /// A folder as it is spelled in this file's path.
    FolderOf(OutputPath),
}

impl Tree {
    /// A tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. `origin` says in a few words what it is for.
    ///
    /// # Errors
    /// When another file has this path, has it in other case, or when one of the two is a folder of the other.
    /// The tree is then as before.
    pub fn insert(
        &mut self,
        path: OutputPath,
        origin: impl Into<Cow<'static, str>>,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<(), TreeError> {
        let file = File { origin: origin.into(), bytes: bytes.into() };
        if let Some((other, kind)) = self.clash(&path) {
            return Err(TreeError {
                first_origin: self.origin(&other).unwrap_or_default().to_owned(),
                first: other,
                second: path,
                second_origin: file.origin.into_owned(),
                kind,
            });
        }
        for folder in path.folders() {
            let folder = folded(folder);
            if !self.taken.contains_key(&*folder) {
                self.taken.insert(folder.into(), Taken::FolderOf(path.clone()));
            }
        }
        self.taken.insert(folded(path.as_str()).into(), Taken::File(path.clone()));
        self.files.insert(path, file);
        Ok(())
    }

    /// Adds all files of another tree, for builds that make parts in parallel.
    ///
    /// # Errors
    /// As [`Tree::insert`], once for each file that can't be added; the others are added.
    pub fn append(&mut self, other: Tree) -> Result<(), Vec<TreeError>> {
        let add = |(path, file): (OutputPath, File)| self.insert(path, file.origin, file.bytes).err();
        let errors: Vec<TreeError> = other.files.into_iter().filter_map(add).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The bytes of a file.
    pub fn get(&self, path: &OutputPath) -> Option<&[u8]> {
        self.files.get(path).map(|file| file.bytes.as_slice())
    }

    /// What a file is for, as given to [`Tree::insert`].
    pub fn origin(&self, path: &OutputPath) -> Option<&str> {
        self.files.get(path).map(|file| &*file.origin)
    }

    /// All files, ordered by path.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&OutputPath, &[u8])> {
        self.files.iter().map(|(path, file)| (path, file.bytes.as_slice()))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether there is a file at this path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn clash(&self, path: &OutputPath) -> Option<(OutputPath, Clash)> {
        for folder in path.folders() {
            match self.taken.get(&*folded(folder)) {
                Some(Taken::File(other)) => return Some((other.clone(), Clash::Folder)),
                Some(Taken::FolderOf(other)) if other.as_str().get(..folder.len()) != Some(folder) => {
                    return Some((other.clone(), Clash::Case));
                }
                _ => {}
            }
        }
        match self.taken.get(&*folded(path.as_str()))? {
            Taken::File(other) if other == path => Some((other.clone(), Clash::Same)),
            Taken::File(other) => Some((other.clone(), Clash::Case)),
            Taken::FolderOf(other) => Some((other.clone(), Clash::Folder)),
        }
    }
}

/// The name under which a file system that ignores case would find it.
pub(super) fn folded(path: &str) -> Cow<'_, str> {
    if path.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(path.to_ascii_lowercase())
    } else {
        Cow::Borrowed(path)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clash {
    Same,
    Case,
    Folder,
}

/// Two files of one build that can't both be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeError {
    /// The path that was there.
    pub first: OutputPath,
    /// What it is for.
    pub first_origin: String,
    /// The path that can't be added.
    pub second: OutputPath,
    /// What that is for.
    pub second_origin: String,
    kind: Clash,
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, first_origin, second, second_origin, kind } = self;
        match kind {
            Clash::Same => {
                write!(f, "`{first}` would be written twice: for {first_origin} and for {second_origin}")
            }
            Clash::Case => write!(
                f,
                "`{first}` (for {first_origin}) and `{second}` (for {second_origin}) differ only in upper and lower \
                 case: not every file system can hold both"
            ),
            Clash::Folder => write!(
                f,
                "`{first}` (for {first_origin}) and `{second}` (for {second_origin}) need one name both as a file and \
                 as a folder"
            ),
        }
    }
}

impl std::error::Error for TreeError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> OutputPath {
        OutputPath::new(text).unwrap()
    }

    fn tree(paths: &[&str]) -> Tree {
        let mut tree = Tree::new();
        for text in paths {
            tree.insert(path(text), format!("pool {text}"), *text).unwrap();
        }
        tree
    }

    #[test]
    fn keeps_files_in_order_of_their_paths() {
        let tree = tree(&["b", "a/z", "a-b", "a/b/c"]);
        let paths: Vec<_> = tree.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["a-b", "a/b/c", "a/z", "b"]);
        assert_eq!(tree.get(&path("a/z")), Some(b"a/z".as_slice()));
        assert_eq!(tree.len(), 4);
    }

    #[test]
    fn refuses_two_files_at_one_path_and_names_both() {
        let error = tree(&["a"]).insert(path("a"), "pool b", "x").unwrap_err();
        assert_eq!(error.to_string(), "`a` would be written twice: for pool a and for pool b");
    }

    #[test]
    fn refuses_names_that_clash_on_some_file_system() {
        for (have, add) in [
            ("a/b", "a/B"),
            ("a/b", "A/b"),
            ("a/b/c", "a/B/d"),
            ("a/b", "a"),
            ("a", "a/b"),
            ("a/b", "A"),
            ("A", "a/b/c"),
        ] {
            let mut tree = tree(&[have]);
            let error = tree.insert(path(add), "new", "x").unwrap_err();
            assert_eq!((error.first.as_str(), error.second.as_str()), (have, add));
            assert_eq!(tree.len(), 1);
        }
    }

    #[test]
    fn append_reports_each_clash_and_adds_the_rest() {
        let mut all = tree(&["a", "b", "c"]);
        let errors = all.append(tree(&["b", "C", "d/e"])).unwrap_err();
        assert_eq!(errors.len(), 2);
        assert_eq!(all.len(), 4);
    }
}
