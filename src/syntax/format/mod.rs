//! The one way to write a fleet file: the formatter behind `fleetc fmt`.
//!
//! It works on tokens, because the kdl crate's own formatter drops comments between entries, what
//! `/-` takes out, blank lines, and the way in which a string was written.

mod document;
mod layout;
mod spelling;

use super::{SourceId, Sources, parse};
use crate::diagnostic::{Diagnostics, Severity};

/// In which order the properties of a node are written.
pub trait PropertyOrder {
    /// Place of a property among those of its node; lower ranks come first, properties without a
    /// rank come last and keep their order. `path` is the words from the top-level node down to
    /// the node itself.
    fn rank(&self, path: &[&str], property: &str) -> Option<usize>;
}

impl<F: Fn(&[&str], &str) -> Option<usize>> PropertyOrder for F {
    fn rank(&self, path: &[&str], property: &str) -> Option<usize> {
        self(path, property)
    }
}

/// Formats a file. What it means does not change; comments and what `/-` takes out stay.
///
/// # Errors
/// A file with syntax errors is not formatted; these are the findings.
pub fn format(sources: &Sources, id: SourceId, order: &dyn PropertyOrder) -> Result<String, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    parse(sources, id, &mut diagnostics);
    if diagnostics.count(Severity::Error) > 0 {
        return Err(diagnostics);
    }
    let text = &sources.get(id).text;
    let items = document::read(text);
    Ok(layout::write(&items, order))
}

#[cfg(test)]
mod tests;
