//! Prints findings.

use super::{Exit, Global};
use crate::compile::Compilation;
use crate::diagnostic::Severity;
use std::io::{self, Write};

/// Prints the findings: for people to the error stream, for programs to the output stream.
pub fn findings(global: &Global, run: &Compilation) -> Result<(), Exit> {
    let _ = global;
    for d in run.diagnostics.iter() {
        eprintln!(
            "{}[{}] {} {:?}\n   effect: {:?}\n   help: {:?}",
            d.severity.as_str(),
            d.code,
            d.message,
            d.labels.iter().map(|l| (run.sources.line_of(l.span), l.text.clone())).collect::<Vec<_>>(),
            d.effect,
            d.help
        );
    }
    Ok(())
}

/// What the findings come to.
pub fn exit(run: &Compilation) -> Exit {
    if run.diagnostics.count(Severity::Error) > 0 { Exit::Wrong } else { Exit::Fine }
}

/// Prints a line to the output stream; a reader that has gone away is no error.
pub fn say(line: impl std::fmt::Display) {
    let _gone = writeln!(io::stdout(), "{line}");
}
