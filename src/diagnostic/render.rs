//! Findings for people and for machines.

use super::{Diagnostics, github, human, json, markdown, sarif};
use crate::syntax::Sources;
use std::io;

/// What reads the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A terminal, with the lines of the file.
    Human,
    /// A script: one JSON object.
    Json,
    /// Code scanning: SARIF 2.1.0.
    Sarif,
    /// The log of a GitHub workflow: annotations on the pull request.
    Github,
    /// A comment or a job summary on GitHub.
    Markdown,
}

/// What the terminal can show; only [`Format::Human`] looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// ANSI colours.
    pub colour: bool,
    /// Lines drawn with box characters instead of ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// Writes all findings in their present order.
///
/// # Errors
/// Those of the writer.
pub fn render(
    format: Format,
    diagnostics: &Diagnostics,
    sources: &Sources,
    style: Style,
    out: &mut impl io::Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(diagnostics, sources, style, out),
        Format::Json => json::write(diagnostics, sources, out),
        Format::Sarif => sarif::write(diagnostics, sources, out),
        Format::Github => github::write(diagnostics, sources, out),
        Format::Markdown => markdown::write(diagnostics, sources, out),
    }
}
