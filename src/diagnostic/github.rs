//! Workflow commands: lines in a job's log that GitHub shows as annotations.
//!
//! Source: `packages/core/src/command.ts` of `actions/toolkit`, which defines the escaping.

use super::place::Place;
use super::{Diagnostic, Diagnostics, Severity};
use crate::syntax::Sources;
use std::io;

/// Writes one command per finding.
pub fn write(diagnostics: &Diagnostics, sources: &Sources, out: &mut impl io::Write) -> io::Result<()> {
    for diagnostic in diagnostics.iter() {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        write!(out, "::{command} ")?;
        if let Some(label) = diagnostic.labels.first() {
            let Place { file, start, end } = Place::of(label, sources);
            write!(out, "file={},line={},endLine={},", property(file), start.line, end.line)?;
            // GitHub takes columns only where the annotation is one line.
            if start.line == end.line {
                write!(out, "col={},endColumn={},", start.column, end.column)?;
            }
        }
        writeln!(out, "title={}::{}", property(diagnostic.code), data(&message(diagnostic, sources)))?;
    }
    Ok(())
}

/// An annotation shows one place: the text says what the lines of the file cannot.
fn message(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    for (index, label) in diagnostic.labels.iter().enumerate() {
        if index > 0 {
            lines.push(format!("{}: {}", sources.line_of(label.span), label.text));
        } else if !label.text.is_empty() {
            lines.push(format!("Here: {}", label.text));
        }
    }
    lines.extend(diagnostic.effect.as_ref().map(|effect| format!("In the cluster: {effect}")));
    lines.extend(diagnostic.help.as_ref().map(|help| format!("Help: {help}")));
    lines.push(format!("More: fleetc explain {}", diagnostic.code));
    lines.join("\n")
}

pub fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

pub fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
