//! Labels as lines and columns.

use super::Label;
use crate::syntax::{Position, Sources};

/// Where a label stands, for people and tools.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// The first character.
    pub start: Position,
    /// Behind the last character.
    pub end: Position,
}

impl<'a> Place<'a> {
    /// A span that lies outside of its file ends with the file.
    pub fn of(label: &Label, sources: &'a Sources) -> Self {
        let source = sources.get(label.span.source);
        let start = source.position(label.span.start);
        let end = source.position(label.span.end.max(label.span.start));
        Self { file: &source.path, start, end }
    }
}
