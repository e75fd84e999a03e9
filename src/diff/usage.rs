//! Workflows that name a pool which changes.

use super::change::{Entry, Place};
use crate::lint::Use;
use crate::syntax::Sources;
use schemars::JsonSchema;
use serde::Serialize;

/// Jobs of scanned repositories that ask for a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PoolUse {
    /// The pool.
    pub pool: String,
    /// The jobs, one line each: repository, workflow, job.
    pub jobs: Vec<JobPlace>,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct JobPlace {
    /// Owner and name of the repository, where they are known.
    pub repository: Option<String>,
    /// The workflow's path in it.
    pub workflow: String,
    /// The job's id.
    pub job: String,
    /// Where `runs-on` stands.
    pub place: Place,
}

/// The jobs that name a pool of these entries.
pub fn uses(entries: &[Entry], uses: &[Use], sources: &Sources) -> Vec<PoolUse> {
    let pools = entries.iter().filter(|entry| entry.subject.kind == "pool").map(|entry| &entry.subject.name);
    let mut seen = std::collections::BTreeSet::new();
    let of = |pool: &String| {
        let named = uses.iter().filter(|one| one.names(pool));
        let mut jobs: Vec<_> = named
            .map(|one| JobPlace {
                repository: one.repository.clone(),
                workflow: one.file.clone(),
                job: one.job.clone(),
                place: Place::of(one.span, sources),
            })
            .collect();
        jobs.sort();
        jobs.dedup();
        (!jobs.is_empty()).then(|| PoolUse { pool: pool.clone(), jobs })
    };
    pools.filter(|pool| seen.insert((*pool).clone())).filter_map(of).collect()
}
