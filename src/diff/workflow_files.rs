//! Files of `.github/` that change.

use super::change::Verb;
use super::pairing::Side;
use crate::emit::workflows;
use crate::output::Tree;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// A file of `.github/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkflowFile {
    /// Its path in the repository.
    pub path: String,
    /// What becomes of it.
    pub verb: Verb,
}

/// The files that are not as they were.
pub fn files(before: Option<Side<'_>>, after: Side<'_>) -> Vec<WorkflowFile> {
    let tree = |side: Side<'_>| workflows::tree(side.fleet).unwrap_or_default();
    let (old, new) = (before.map(tree).unwrap_or_default(), tree(after));
    let paths: BTreeSet<_> = old.iter().chain(new.iter()).map(|(path, _)| path.clone()).collect();
    let verb = |old: Option<&[u8]>, new: Option<&[u8]>| match (old, new) {
        (None, Some(_)) => Some(Verb::Added),
        (Some(_), None) => Some(Verb::Removed),
        (old, new) => (old != new).then_some(Verb::Changed),
    };
    let file = |tree: &Tree, path| tree.get(path).map(<[u8]>::to_vec);
    let changed = paths.iter().filter_map(|path| {
        let verb = verb(file(&old, path).as_deref(), file(&new, path).as_deref())?;
        Some(WorkflowFile { path: format!(".github/{path}"), verb })
    });
    changed.collect()
}
