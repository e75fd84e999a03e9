//! Prints findings.

use super::{Exit, Format, Global};
use crate::compile::Compilation;
use crate::diagnostic::{self, Severity};
use std::io::{self, Write};

/// Prints the findings: for people to the error stream, for programs to the output stream.
pub fn findings(global: &Global, run: &Compilation) -> Result<(), Exit> {
    let format = match global.format {
        Format::Human => diagnostic::Format::Human,
        Format::Json => diagnostic::Format::Json,
        Format::Sarif => diagnostic::Format::Sarif,
        Format::Github => diagnostic::Format::Github,
        Format::Markdown => diagnostic::Format::Markdown,
    };
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100);
    let style = diagnostic::Style { colour: global.coloured(), unicode: true, width };
    let written = if global.format == Format::Human {
        diagnostic::render(format, &run.diagnostics, &run.sources, style, &mut io::stderr().lock())
    } else {
        let style = diagnostic::Style { colour: false, ..style };
        diagnostic::render(format, &run.diagnostics, &run.sources, style, &mut io::stdout().lock())
    };
    written.map_err(|error| Exit::Failed(format!("can't print: {error}")))
}

/// What the findings come to.
pub fn exit(run: &Compilation) -> Exit {
    if run.diagnostics.count(Severity::Error) > 0 { Exit::Wrong } else { Exit::Fine }
}

/// Prints a line to the output stream; a reader that has gone away is no error.
pub fn say(line: impl std::fmt::Display) {
    let _gone = writeln!(io::stdout(), "{line}");
}
