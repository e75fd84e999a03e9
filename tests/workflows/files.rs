//! The files by which a step gives outputs, variables, paths and a summary.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of one step.
pub struct Files {
    folder: PathBuf,
}

const NAMES: [&str; 4] = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"];

impl Files {
    /// Makes them, empty.
    pub fn new(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).expect("a folder");
        for name in NAMES {
            fs::write(folder.join(name), "").expect("a file");
        }
        Self { folder }
    }

    /// The variables that name them.
    pub fn variables(&self) -> impl Iterator<Item = (String, String)> {
        NAMES.map(|name| (name.to_owned(), self.folder.join(name).to_string_lossy().into_owned())).into_iter()
    }

    /// What the step has written to one.
    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).expect("the file is still there")
    }

    /// Names and values that the step has written to one.
    pub fn pairs(&self, name: &str) -> BTreeMap<String, String> {
        let text = self.text(name);
        let mut lines = text.lines();
        let mut pairs = BTreeMap::new();
        while let Some(line) = lines.next() {
            let (key, value) = match (line.split_once("<<"), line.split_once('=')) {
                (Some((key, end)), equals) if equals.is_none_or(|(other, _)| key.len() < other.len()) => {
                    let value: Vec<_> = lines.by_ref().take_while(|line| *line != end).collect();
                    (key, value.join("\n"))
                }
                (_, Some((key, value))) => (key, value.to_owned()),
                _ => panic!("{name} has a line that is no pair: {line}"),
            };
            pairs.insert(key.to_owned(), value);
        }
        pairs
    }
}

/// Copies a file or a folder.
pub fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(from, to).expect("a copy");
        return;
    }
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("an entry");
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
