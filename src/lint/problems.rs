//! What keeps GitHub from running a workflow at all.

use super::expression::{self, Mistake};
use super::workflow::Misshapen;
use super::world::Kind;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::syntax::{SourceId, Sources, Span};
use crate::yaml::{Data, Problem, Scalar, Stream, Value};

/// Reports what is wrong with a file as YAML.
pub fn of_yaml(stream: &Stream, source: SourceId, diagnostics: &mut Diagnostics) {
    let refused = "GitHub refuses the file: none of its jobs ever runs";
    for problem in &stream.problems {
        let found = match problem {
            Problem::Syntax { span, message } => {
                Diagnostic::new("workflow-yaml", format!("the workflow is no YAML: {message}"))
                    .label(*span, "not understood")
                    .help("correct the line, or the indentation of the lines before it")
            }
            Problem::DuplicateKey { key, first, again } => {
                Diagnostic::new("workflow-yaml", format!("`{key}` stands twice in one mapping"))
                    .label(*again, "again")
                    .label(*first, "first")
                    .help("keep one of the two; GitHub compares keys without regard to case")
            }
            Problem::EndlessAlias { span } => {
                Diagnostic::new("workflow-yaml", "an alias stands inside of what it stands for")
                    .label(*span, "endless")
                    .help("write it out")
            }
            Problem::TooLarge { span } => {
                Diagnostic::new("workflow-yaml", "aliases of aliases make the workflow too large to read")
                    .label(*span, "one too many")
                    .help("write it out")
            }
        };
        diagnostics.push(found.effect(refused));
    }
    if let Some(second) = stream.documents.get(1) {
        let found = Diagnostic::new("workflow-yaml", "the file has more than one document")
            .label(Span { end: second.span.start, ..second.span }, "the second starts here")
            .effect(refused)
            .help("put each workflow into a file of its own");
        diagnostics.push(found);
    }
    if stream.documents.is_empty() && stream.problems.is_empty() {
        let found = Diagnostic::new("workflow-yaml", "the file holds nothing")
            .label(Span { source, start: 0, end: 0 }, "empty")
            .effect(refused)
            .help("remove it, or write a workflow");
        diagnostics.push(found);
    }
}

/// Reports parts of another shape than GitHub takes.
pub fn of_shape(wrong: Vec<Misshapen>, diagnostics: &mut Diagnostics) {
    for Misshapen { span, message, help } in wrong {
        let found = Diagnostic::new("workflow-shape", message)
            .label(span, "here")
            .effect("GitHub refuses the workflow: none of its jobs ever runs")
            .help(help);
        diagnostics.push(found);
    }
}

/// Reports expressions that are none.
pub fn of_expressions(root: &Value, kind: &Kind, sources: &Sources, diagnostics: &mut Diagnostics) {
    let parts = match kind {
        Kind::Workflow(_) => ["run-name", "env", "defaults", "concurrency", "jobs"].as_slice(),
        Kind::Action(_) => &["runs", "outputs"],
    };
    for part in parts {
        if let Some(value) = root.get(part) {
            walk(value, false, sources, diagnostics);
        }
    }
    if let Some(outputs) = root.at(&["on", "workflow_call", "outputs"]) {
        walk(outputs, false, sources, diagnostics);
    }
}

fn walk(value: &Value, condition: bool, sources: &Sources, diagnostics: &mut Diagnostics) {
    match &value.data {
        Data::Scalar(scalar) => {
            if let Err(mistake) = read(scalar, condition) {
                let span = scalar.place(sources, mistake.range);
                let found = Diagnostic::new(
                    "workflow-expression",
                    format!("this is no expression: {}", mistake.message),
                )
                .label(span, "not understood")
                .effect("GitHub refuses the workflow: none of its jobs ever runs")
                .help("correct it; texts stand in single quotes, and `&&`, `||` and `==` are doubled");
                diagnostics.push(found);
            }
        }
        Data::Sequence(items) => items.iter().for_each(|item| walk(item, false, sources, diagnostics)),
        Data::Mapping(mapping) => {
            for entry in &mapping.entries {
                let condition = entry.name() == Some("if");
                walk(&entry.value, condition, sources, diagnostics);
            }
        }
    }
}

fn read(scalar: &Scalar, condition: bool) -> Result<(), Mistake> {
    if condition && !scalar.text.contains("${{") {
        let blank = scalar.text.trim().is_empty();
        return if blank { Ok(()) } else { expression::parse(&scalar.text).map(|_| ()) };
    }
    expression::template(&scalar.text).map(|_| ())
}
