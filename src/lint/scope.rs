//! What is known where a job's expressions stand.

use super::expression::{Possible, Scope, Value};
use super::resolve::Resolver;
use super::workflow::Workflow;
use super::world::FileId;

/// What is known where a job's expressions stand.
pub struct JobScope<'a> {
    /// The one who knows.
    pub resolver: &'a Resolver<'a>,
    /// The file.
    pub file: FileId,
    /// The workflow.
    pub workflow: &'a Workflow,
    /// What `matrix` holds.
    pub row: Option<&'a Possible>,
    /// The event that started it, where one is supposed.
    pub event: Option<&'a str>,
}

impl Scope for JobScope<'_> {
    fn property(&self, context: &str, name: &str) -> Option<Vec<Possible>> {
        match context {
            "matrix" => self.row.map(|row| vec![row.property(name)]),
            "inputs" => self.resolver.input(self.file, name),
            "vars" => {
                let repository = self.resolver.world.repository_of(self.file).name.as_deref();
                let values = self.resolver.fleet.usage.values_of(name, repository);
                let values: Vec<_> = values
                    .map(|found| Possible::new(Value::Text(found.value.value.to_string()), found.value.span))
                    .collect();
                (!values.is_empty()).then_some(values)
            }
            "github" => self.of_github(name),
            _ => None,
        }
    }
}

impl JobScope<'_> {
    fn of_github(&self, name: &str) -> Option<Vec<Possible>> {
        let source = self.resolver.world.file(self.file).root.span;
        let text = |text: &str| Possible::new(Value::Text(text.to_owned()), source);
        let repository = || self.resolver.world.repository_of(self.file).name.as_deref();
        match name.to_ascii_lowercase().as_str() {
            "event_name" if self.event.is_some() => self.event.map(|event| vec![text(event)]),
            // In a workflow that others call it is the event of the caller.
            "event_name" if self.workflow.trigger(&["workflow_call"]).is_none() => {
                let triggers = self.workflow.triggers.iter();
                Some(
                    triggers
                        .map(|trigger| Possible::new(text(&trigger.name).value, trigger.name.span))
                        .collect(),
                )
            }
            "repository" => Some(vec![text(repository()?)]),
            "repository_owner" => Some(vec![text(repository()?.split('/').next()?)]),
            _ => None,
        }
    }
}
