//! What a workflow says, with the place of everything.
//!
//! Only what rules look at is read; a part of another shape than GitHub takes is left out and reported by
//! [`read`]. The schema as a whole is actionlint's business.

mod action;
mod read;
mod steps;

pub use action::{Action, Runs};
pub use read::{Misshapen, read_action, read_workflow};
pub use steps::{Step, Uses, UsesKind, read_steps};

use crate::syntax::{Span, Spanned};
use crate::yaml::{Entry, Value};

/// A workflow.
#[derive(Clone, Debug, Default)]
pub struct Workflow {
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// Its inputs: of `workflow_call` and of `workflow_dispatch`.
    pub inputs: Vec<Input>,
    /// Outputs of `workflow_call`.
    pub outputs: Vec<Entry>,
    /// What its token may do, unless a job says otherwise.
    pub permissions: Option<Permissions>,
    /// Variables of all jobs.
    pub env: Vec<Entry>,
    /// Which runs wait for each other.
    pub concurrency: Option<Value>,
    /// Its jobs.
    pub jobs: Vec<Job>,
}

/// An event that starts a workflow.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Its name, such as `pull_request`.
    pub name: Spanned<String>,
    /// What is said of it.
    pub value: Option<Value>,
}

/// Who gives the value of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giver {
    /// The workflow that calls this one.
    Caller,
    /// The person who starts it.
    Person,
}

/// An input.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name.
    pub name: Spanned<String>,
    /// Who gives its value.
    pub giver: Giver,
    /// Its type: `string`, `choice`, `boolean`, `number`, `environment`.
    pub kind: String,
    /// Its value where none is given.
    pub default: Option<Value>,
    /// The values that it may have (`choice`).
    pub options: Vec<Value>,
}

/// What a token may do.
#[derive(Clone, Debug)]
pub struct Permissions {
    /// The key `permissions`.
    pub span: Span,
    /// What stands there.
    pub value: Value,
}

impl Permissions {
    /// Whether jobs can ask for a token of GitHub's OIDC issuer.
    pub fn grants_id_token(&self) -> bool {
        match self.value.text() {
            Some(text) => text == "write-all",
            None => self.value.get("id-token").and_then(Value::text) == Some("write"),
        }
    }
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: Spanned<String>,
    /// Ids of the jobs that it waits for.
    pub needs: Vec<Spanned<String>>,
    /// The runner that it asks for.
    pub runs_on: Option<Value>,
    /// The workflow that it calls.
    pub uses: Option<Uses>,
    /// Inputs of that.
    pub with: Vec<Entry>,
    /// What its token may do.
    pub permissions: Option<Permissions>,
    /// Its variables.
    pub env: Vec<Entry>,
    /// `strategy`.
    pub strategy: Option<Value>,
    /// The container that its steps run in.
    pub container: Option<Container>,
    /// Containers beside it.
    pub services: Vec<(Spanned<String>, Container)>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// `timeout-minutes`.
    pub timeout: Option<Value>,
    /// Which runs wait for each other.
    pub concurrency: Option<Value>,
    /// Its outputs.
    pub outputs: Vec<Entry>,
    /// `if`.
    pub condition: Option<Value>,
    /// The deployment environment.
    pub environment: Option<Value>,
}

/// A container.
#[derive(Clone, Debug)]
pub struct Container {
    /// The key that declares it.
    pub key: Span,
    /// Its image.
    pub image: Option<Value>,
    /// Options of `docker create`.
    pub options: Option<Value>,
    /// Login to the registry.
    pub credentials: Option<Value>,
    /// Its variables.
    pub env: Vec<Entry>,
}

impl Workflow {
    /// The first of the events that starts it.
    pub fn trigger(&self, names: &[&str]) -> Option<&Trigger> {
        self.triggers.iter().find(|trigger| names.contains(&trigger.name.as_str()))
    }

    /// The job of an id; ids are compared without regard to case.
    pub fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id.eq_ignore_ascii_case(id))
    }

    /// What the token of a job may do, where the file says it.
    pub fn permissions_of<'a>(&'a self, job: &'a Job) -> Option<&'a Permissions> {
        job.permissions.as_ref().or(self.permissions.as_ref())
    }
}
