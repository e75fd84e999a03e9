//! Whether an edited fleet is worse than it was.

use super::draft::Draft;
use crate::compile::{Compilation, Files, compile};
use crate::contract::runner::Day;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use similar::{ChangeTag, TextDiff};
use std::collections::{HashMap, HashSet};

/// Compiles the fleet before and after: what of the errors is new, in the compilation that is to be shown. None where
/// nothing got worse.
///
/// Where the fleet had errors before, only those on changed lines count: one that is mended lays others bare.
///
/// # Errors
/// The fleet file can't be read.
pub fn worse(files: &dyn Files, draft: &Draft<'_>, today: Day) -> Result<Option<Compilation>, String> {
    let before = compile(files, draft.path(), today)?;
    let mut after = compile(draft, draft.path(), today)?;
    let errors = |run: &Compilation| -> HashSet<(&'static str, String)> {
        let errors = run.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        errors.map(|found| (found.code, found.message.clone())).collect()
    };
    let known = errors(&before);
    let lines = changed_lines(draft);
    let touched = |found: &Diagnostic| {
        found.labels.iter().any(|label| {
            let source = after.sources.get(label.span.source);
            let (start, end) = (source.position(label.span.start).line, source.position(label.span.end).line);
            lines
                .get(source.path.as_str())
                .is_some_and(|lines| (start..=end).any(|line| lines.contains(&line)))
        })
    };
    let new = |found: &&Diagnostic| {
        found.severity == Severity::Error
            && !known.contains(&(found.code, found.message.clone()))
            && (known.is_empty() || touched(found))
    };
    let new: Vec<_> = after.diagnostics.iter().filter(new).cloned().collect();
    if new.is_empty() {
        return Ok(None);
    }
    after.diagnostics = Diagnostics::default();
    new.into_iter().for_each(|found| after.diagnostics.push(found));
    Ok(Some(after))
}

/// Lines of each file that are not as they were, counted from 1.
fn changed_lines<'d>(draft: &'d Draft<'_>) -> HashMap<&'d str, HashSet<u32>> {
    let lines = |before: &str, after: &str| {
        let diff = TextDiff::from_lines(before, after);
        let new = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Insert);
        new.filter_map(|change| change.new_index()).map(|at| at as u32 + 1).collect()
    };
    draft.changed().map(|file| (file.path.as_str(), lines(&file.before, &file.after))).collect()
}
