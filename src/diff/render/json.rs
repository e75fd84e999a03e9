//! For programs.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::json::{self, Report};
use crate::diff::Diff;
use crate::syntax::Sources;
use schemars::JsonSchema;
use serde::Serialize;

/// What `fleetc diff --format json` prints. Fields are added in later releases; none is renamed or given another meaning.
#[derive(Serialize, JsonSchema)]
pub struct Document<'a> {
    /// What differs; null where the new fleet can't be read at all.
    pub diff: Option<&'a Diff>,
    /// Findings of the new fleet, and of the rules about changes.
    pub findings: Report<'a>,
}

/// The document.
pub fn document<'a>(
    diff: Option<&'a Diff>,
    diagnostics: &'a Diagnostics,
    sources: &'a Sources,
) -> Document<'a> {
    Document { diff, findings: json::report(diagnostics, sources) }
}
