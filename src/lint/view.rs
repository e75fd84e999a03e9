//! What rules about workflows look at.

use super::matrix::Matrix;
use super::pools::{Fate, Pools};
use super::resolve::{Open, Resolver, Target};
use super::workflow::{Job, Step, Workflow};
use super::world::{File, FileId, Repository, World};
use crate::check::PoolView;
use crate::emit::Objects;
use crate::language::nodes::Visibility;
use crate::model::{Fleet, Pool};
use crate::syntax::{Sources, Span};
use crate::yaml::Entry;
use std::collections::HashSet;

/// A workflow or action, and the fleet that it is read against.
pub struct View<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// Its objects, after patches.
    pub objects: &'a Objects,
    /// All texts.
    pub sources: &'a Sources,
    /// All repositories.
    pub world: &'a World,
    /// Its pools by what they answer to.
    pub pools: &'a Pools<'a>,
    /// Where the file stands in the world.
    pub id: FileId,
    /// Says what `runs-on` may come to.
    resolver: &'a Resolver<'a>,
    /// The repository.
    pub repository: &'a Repository,
    /// The file.
    pub file: &'a File,
    /// Its jobs; none where it is an action.
    pub jobs: Vec<JobView<'a>>,
}

/// A job, and where it may run.
pub struct JobView<'a> {
    /// The job.
    pub job: &'a Job,
    /// The workflow that it is in.
    pub workflow: &'a Workflow,
    /// The jobs that its matrix makes.
    pub matrix: Option<Matrix>,
    /// All that its `runs-on` may come to.
    pub targets: Vec<Resolved<'a>>,
    /// Parts of `runs-on` that are decided when the workflow runs.
    pub open: Vec<Open>,
}

/// What a job may ask for, and what then becomes of it.
pub struct Resolved<'a> {
    /// What it asks for.
    pub target: Target,
    /// What becomes of it.
    pub fate: Fate<'a>,
}

/// A step, in a job or in an action.
#[derive(Clone, Copy)]
pub struct StepView<'v, 'a> {
    /// The step.
    pub step: &'a Step,
    /// Its job; none in an action.
    pub job: Option<&'v JobView<'a>>,
    /// The steps that it stands among.
    pub among: &'a [Step],
}

impl<'a> View<'a> {
    /// Looks at a file.
    pub fn new(resolver: &'a Resolver<'a>, objects: &'a Objects, pools: &'a Pools<'a>, id: FileId) -> Self {
        let world = resolver.world;
        let file = world.file(id);
        let mut jobs = Vec::new();
        if let Some(workflow) = file.workflow() {
            for job in &workflow.jobs {
                let (matrix, targets, open) = resolver.resolve(id, workflow, job, None);
                let targets =
                    targets.into_iter().map(|target| Resolved { fate: pools.fate(&target), target });
                jobs.push(JobView { job, workflow, matrix, targets: targets.collect(), open });
            }
        }
        Self {
            fleet: resolver.fleet,
            objects,
            sources: resolver.sources,
            world,
            pools,
            id,
            resolver,
            repository: world.repository_of(id),
            file,
            jobs,
        }
    }

    /// The job as it is when a certain event has started its workflow: `runs-on` may ask for the event.
    pub fn on_event(&self, job: &JobView<'a>, event: &str) -> JobView<'a> {
        let (matrix, targets, open) = self.resolver.resolve(self.id, job.workflow, job.job, Some(event));
        let targets = targets.into_iter().map(|target| Resolved { fate: self.pools.fate(&target), target });
        JobView { job: job.job, workflow: job.workflow, matrix, targets: targets.collect(), open }
    }

    /// All steps.
    pub fn steps(&self) -> Vec<StepView<'_, 'a>> {
        let mut steps = Vec::new();
        for job in &self.jobs {
            let among = &job.job.steps;
            steps.extend(among.iter().map(|step| StepView { step, job: Some(job), among }));
        }
        if let Some(action) = self.file.action() {
            let among = action.steps();
            steps.extend(among.iter().map(|step| StepView { step, job: None, among }));
        }
        steps
    }

    /// The steps of a job, those of composite actions that it uses among them, as far as their files are read.
    pub fn steps_of(&self, job: &JobView<'a>) -> Vec<&'a Step> {
        let mut found = Vec::new();
        let mut entered = HashSet::new();
        let mut waiting: Vec<(FileId, &'a Step)> = job.job.steps.iter().map(|step| (self.id, step)).collect();
        waiting.reverse();
        while let Some((file, step)) = waiting.pop() {
            found.push(step);
            let used = step.uses.as_ref().and_then(|uses| self.world.find(file, &uses.kind));
            // An action that is used twice is looked at once, and so is one that uses itself.
            if let Some(used) = used.filter(|used| entered.insert(*used))
                && let Some(action) = self.world.file(used).action()
            {
                waiting.extend(action.steps().iter().rev().map(|step| (used, step)));
            }
        }
        found
    }

    /// Who can see the repository, where the fleet file says it.
    pub fn visibility(&self) -> Option<Visibility> {
        self.fleet.usage.visibility(self.repository.name.as_deref()?)
    }

    /// Whether everybody can see the repository, as the fleet file says.
    pub fn is_public(&self) -> bool {
        self.visibility() == Some(Visibility::Public)
    }
}

impl<'a> JobView<'a> {
    /// The pools that may take the job, each once, with what was asked for.
    pub fn pools(&self) -> Vec<(PoolView<'a>, &Target)> {
        let mut pools: Vec<(PoolView<'a>, &Target)> = Vec::new();
        for resolved in &self.targets {
            if let Fate::Pools(found) = &resolved.fate {
                for view in found {
                    if !pools.iter().any(|(known, _)| known.pool.name() == view.pool.name()) {
                        pools.push((*view, &resolved.target));
                    }
                }
            }
        }
        pools
    }

    /// The first pool that may take the job and is as wanted.
    pub fn pool(&self, wanted: impl Fn(&Pool) -> bool) -> Option<(&'a Pool, &Target)> {
        self.pools().into_iter().map(|(view, target)| (view.pool, target)).find(|(pool, _)| wanted(pool))
    }

    /// Variables that a step sees: those of the workflow, the job, its container and the step.
    pub fn env<'s>(&'s self, step: Option<&'s Step>) -> impl Iterator<Item = &'s Entry> {
        let container = self.job.container.iter().flat_map(|container| &container.env);
        let of_step = step.into_iter().flat_map(|step| &step.env);
        self.workflow.env.iter().chain(&self.job.env).chain(container).chain(of_step)
    }
}

impl Target {
    /// Where it says what it asks for: its first label, or the whole of `runs-on`.
    pub fn place(&self) -> Span {
        self.labels.first().or(self.group.as_ref()).map_or(self.span, |label| label.span)
    }
}
