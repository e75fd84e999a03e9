//! Runs the rules about workflows.

use super::allow;
use super::pools::Pools;
use super::resolve::Resolver;
use super::view::View;
use super::world::{RepositoryText, World};
use crate::check::{Check, Context, Findings, rules};
use crate::compile::Compilation;
use crate::contract::runner::Day;
use crate::diagnostic::Diagnostics;

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Workflows and actions.
    pub files: usize,
    /// Jobs.
    pub jobs: usize,
}

/// Reads workflows against a compiled fleet. Texts and findings are added to those of the fleet.
pub fn lint(run: &mut Compilation, texts: Vec<RepositoryText<'_>>, today: Day) -> Looked {
    let mut found = Diagnostics::default();
    let world = World::read(texts, &mut run.sources, &mut found);
    let mut looked = Looked::default();
    if let Some(fleet) = &run.fleet {
        let context = Context { fleet, objects: &run.objects, sources: &run.sources, today };
        let pools = Pools::new(fleet, context.pools());
        let resolver = Resolver::new(&run.sources, fleet, &world);
        let mut findings = Findings::new(fleet, &mut found);
        for file in world.files() {
            let view = View::new(&resolver, &run.objects, &pools, file);
            looked.files += 1;
            looked.jobs += view.jobs.len();
            for rule in rules() {
                if let Check::Workflow(check) = rule.check {
                    check(&view, &mut findings.of(rule));
                }
            }
        }
        let silenced = findings.into_silenced();
        found.silence(silenced);
    }
    let files = world.repositories.iter().flat_map(|repository| &repository.files);
    let (kept, silenced) = allow::apply(found, files, &run.sources);
    run.diagnostics.extend(kept);
    run.diagnostics.silence(silenced);
    run.diagnostics.settle();
    looked
}
