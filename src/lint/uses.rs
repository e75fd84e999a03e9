//! Which workflows name which pools.

use super::resolve::Resolver;
use super::world::{RepositoryText, World};
use crate::diagnostic::Diagnostics;
use crate::model::Fleet;
use crate::syntax::{Sources, Span};

/// A job that asks for a runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Owner and name of the repository, where they are known.
    pub repository: Option<String>,
    /// Path of the workflow in it.
    pub file: String,
    /// Id of the job.
    pub job: String,
    /// Where the first label stands, or `runs-on` as a whole.
    pub span: Span,
    /// The labels that a runner must have, all of them, as written.
    pub labels: Vec<String>,
    /// The runner group that it must be in.
    pub group: Option<String>,
}

impl Use {
    /// Whether the job names a pool by its name or one of its labels.
    pub fn names(&self, pool: &str) -> bool {
        self.labels.iter().any(|label| label.eq_ignore_ascii_case(pool))
    }
}

/// Every runner that jobs of these workflows ask for, in the order of files and jobs; one entry for each way
/// in which a job may run. What is decided when the workflow runs is in none. Texts are added to the
/// sources.
pub fn uses_of_pools(texts: Vec<RepositoryText<'_>>, fleet: &Fleet, sources: &mut Sources) -> Vec<Use> {
    let world = World::read(texts, sources, &mut Diagnostics::default());
    let resolver = Resolver::new(sources, fleet, &world);
    let mut uses = Vec::new();
    for id in world.files() {
        let (file, repository) = (world.file(id), world.repository_of(id));
        let Some(workflow) = file.workflow() else { continue };
        for job in &workflow.jobs {
            let (_, targets, _) = resolver.resolve(id, workflow, job, None);
            uses.extend(targets.into_iter().map(|target| Use {
                repository: repository.name.clone(),
                file: file.path.clone(),
                job: job.id.value.clone(),
                span: target.place(),
                labels: target.labels.iter().map(|label| label.value.clone()).collect(),
                group: target.group.map(|group| group.value),
            }));
        }
    }
    uses
}
