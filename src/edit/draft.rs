//! Files of a fleet while they are edited, before anything is written.

use super::order::rank;
use crate::compile::{self, Compilation, Files};
use crate::diagnostic::Diagnostics;
use crate::syntax::{self, Node, SourceId, Sources};
use std::collections::BTreeMap;
use std::ops::Range;

/// A stretch of a file and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub source: SourceId,
    /// Its bytes that go.
    pub range: Range<usize>,
    /// What comes.
    pub text: String,
}

/// A file that an edit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path, as fleetc names it.
    pub path: String,
    /// Its text as it was.
    pub before: String,
    /// Its text as it is to be.
    pub after: String,
}

/// The files of a fleet with edits laid over them.
pub struct Draft<'a> {
    files: &'a dyn Files,
    path: String,
    changed: BTreeMap<String, ChangedFile>,
}

/// What a draft reads as.
pub struct Tree {
    /// The files.
    pub sources: Sources,
    /// The top level of all of them.
    pub nodes: Vec<Node>,
    /// What is wrong with their syntax.
    pub diagnostics: Diagnostics,
}

impl Files for Draft<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        match self.changed.get(path) {
            Some(changed) => Ok(changed.after.clone()),
            None => self.files.read(path),
        }
    }
}

impl<'a> Draft<'a> {
    /// A fleet file as it is.
    pub fn new(files: &'a dyn Files, path: impl Into<String>) -> Self {
        Self { files, path: path.into(), changed: BTreeMap::new() }
    }

    /// Path of the fleet file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reads it, edits included.
    ///
    /// # Errors
    /// The fleet file can't be read.
    pub fn tree(&self) -> Result<Tree, String> {
        let mut run = Compilation::default();
        let nodes = compile::read(self, &self.path, &mut run)?;
        Ok(Tree { sources: run.sources, nodes, diagnostics: run.diagnostics })
    }

    /// Lays edits over the files. They must not overlap. A file that was formatted stays so.
    pub fn apply(&mut self, sources: &Sources, mut edits: Vec<Edit>) {
        edits.sort_by_key(|edit| (edit.source, edit.range.start, edit.range.end));
        for edits in edits.chunk_by(|a, b| a.source == b.source) {
            let Some(first) = edits.first() else { continue };
            let source = sources.get(first.source);
            let mut after = source.text.to_string();
            for edit in edits.iter().rev() {
                after.replace_range(edit.range.clone(), &edit.text);
            }
            if formatted(&source.text).as_deref() == Some(&*source.text) {
                after = formatted(&after).unwrap_or(after);
            }
            let before = || source.text.to_string();
            let changed = self.changed.entry(source.path.clone()).or_insert_with(|| ChangedFile {
                path: source.path.clone(),
                before: before(),
                after: String::new(),
            });
            changed.after = after;
        }
    }

    /// The files whose text is another now.
    pub fn changed(&self) -> impl Iterator<Item = &ChangedFile> {
        self.changed.values().filter(|changed| changed.before != changed.after)
    }
}

/// The text as `fleetc fmt` writes it; none where it has mistakes of syntax.
fn formatted(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let id = sources.add("", text);
    syntax::format(&sources, id, &rank).ok()
}
