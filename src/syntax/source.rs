//! The files that a fleet is read from.

use super::{SourceId, Span};
use std::ops::Range;
use std::sync::Arc;

/// One file: its name as the user wrote it, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path relative to the folder that fleetc was started in, with `/` on every system.
    pub path: String,
    /// The whole text.
    pub text: Arc<str>,
    /// Byte offset of the start of every line.
    lines: Vec<u32>,
}

/// A place for people: both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line number.
    pub line: u32,
    /// Column, in Unicode scalar values.
    pub column: u32,
}

impl Source {
    fn new(path: String, text: Arc<str>) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(starts.map(|(at, _)| at as u32 + 1)).collect();
        Self { path, text, lines }
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.text.len() as u32);
        let line = self.lines.partition_point(|start| *start <= offset) - 1;
        let start = self.lines[line] as usize;
        let column = self.text.get(start..offset as usize).map_or(0, |s| s.chars().count());
        Position { line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// Bytes of a line, counted from 1, without its newline; a line past the end is the last one.
    pub fn line(&self, line: u32) -> Range<usize> {
        let index = (line.max(1) as usize - 1).min(self.lines.len() - 1);
        let start = self.lines[index] as usize;
        let end = self.lines.get(index + 1).map_or(self.text.len(), |next| *next as usize - 1);
        start..end
    }
}

/// All files of one run; a [`Span`] names one of them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Takes a file in.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.files.push(Source::new(path.into(), text.into()));
        SourceId(self.files.len() as u32 - 1)
    }

    /// The file with this id; ids come from [`Sources::add`], so it exists.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// All files in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }

    /// Puts a mark in front of the names of all files from this one on.
    pub fn mark(&mut self, first: usize, mark: &str) {
        for file in self.files.iter_mut().skip(first) {
            file.path.insert_str(0, mark);
        }
    }

    /// The text under a span; empty where the span does not lie on the file.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// `path:line` of the start of a span.
    pub fn line_of(&self, span: Span) -> String {
        let source = self.get(span.source);
        format!("{}:{}", source.path, source.position(span.start).line)
    }
}
