//! One JSON object with all findings.

use super::place::Place;
use super::{Diagnostic, Diagnostics, Severity};
use crate::syntax::Sources;
use schemars::JsonSchema;
use serde::Serialize;
use std::io;

/// All findings of a run.
#[derive(Serialize, JsonSchema)]
pub struct Report<'a> {
    diagnostics: Vec<Finding<'a>>,
    errors: usize,
    warnings: usize,
    infos: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    silenced: Vec<Silenced<'a>>,
}

/// A finding that the fleet silences.
#[derive(Serialize, JsonSchema)]
struct Silenced<'a> {
    reason: &'a str,
    #[serde(flatten)]
    finding: Finding<'a>,
}

#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    effect: Option<&'a str>,
    help: Option<&'a str>,
    labels: Vec<Label<'a>>,
}

/// Lines and columns count from 1; the end is behind the last character.
#[derive(Serialize, JsonSchema)]
struct Label<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    text: &'a str,
}

impl<'a> Label<'a> {
    fn new(label: &'a super::Label, sources: &'a Sources) -> Self {
        let Place { file, start, end } = Place::of(label, sources);
        Self {
            file,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text: &label.text,
        }
    }
}

/// The object.
pub fn report<'a>(diagnostics: &'a Diagnostics, sources: &'a Sources) -> Report<'a> {
    let silenced = diagnostics.silenced().iter();
    Report {
        diagnostics: diagnostics.iter().map(|one| finding(one, sources)).collect(),
        errors: diagnostics.count(Severity::Error),
        warnings: diagnostics.count(Severity::Warning),
        infos: diagnostics.count(Severity::Info),
        silenced: silenced
            .map(|one| Silenced { reason: &one.reason, finding: finding(&one.diagnostic, sources) })
            .collect(),
    }
}

/// Writes the object and a newline.
pub fn write(diagnostics: &Diagnostics, sources: &Sources, out: &mut impl io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &report(diagnostics, sources))?;
    writeln!(out)
}

fn finding<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    Finding {
        code: diagnostic.code,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        effect: diagnostic.effect.as_deref(),
        help: diagnostic.help.as_deref(),
        labels: diagnostic.labels.iter().map(|label| Label::new(label, sources)).collect(),
    }
}
