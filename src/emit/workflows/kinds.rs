//! The shapes of workflow and action files, as far as fleetc writes them.
//!
//! The order of fields is the order in the file. A script is a constant of fleetc's own: what it works on reaches it by `env` and
//! `with` only, so no value can become a part of a script.

pub use super::step::{Step, Uses};

use super::expression::{Expression, Text};
use serde::Serialize;
use serde_saphyr::Commented;
use std::collections::BTreeMap;

/// A file under `.github/workflows/`.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Workflow {
    pub name: &'static str,
    pub on: Triggers,
    /// What jobs get that say nothing themselves: nothing.
    pub permissions: NoPermissions,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
    pub jobs: BTreeMap<&'static str, Job>,
}

/// `{}`.
#[derive(Debug, Serialize)]
pub struct NoPermissions {}

/// What starts a workflow.
#[derive(Debug, Default, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Triggers {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<NoOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Vec<Schedule>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_dispatch: Option<NoOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_call: Option<Call>,
}

/// `{}`: the event with GitHub's defaults.
#[derive(Debug, Serialize)]
pub struct NoOptions {}

/// A time at which a workflow starts.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Schedule {
    pub cron: String,
}

/// What a workflow that others call takes and gives.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Call {
    pub inputs: BTreeMap<&'static str, CallInput>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<&'static str, CallSecret>,
    pub outputs: BTreeMap<&'static str, Output>,
}

/// An input of a workflow.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct CallInput {
    pub description: Text,
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<InputDefault>,
}

/// What an input is where the caller does not say it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "a text or a truth")]
pub enum InputDefault {
    Text(&'static str),
    Truth(bool),
}

/// A secret that a workflow is given.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct CallSecret {
    pub description: &'static str,
    pub required: bool,
}

/// An output of a workflow or of a composite action.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Output {
    pub description: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// What can't run side by side.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Concurrency {
    pub group: Text,
    pub cancel_in_progress: bool,
}

/// A job.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Job {
    pub name: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<&'static str>,
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Expression>,
    pub runs_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<&'static str>,
    pub timeout_minutes: u32,
    pub permissions: Permissions,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<&'static str, Text>,
    pub steps: Vec<Step>,
}

/// What a job may do at GitHub. A scope that is not named is not given.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Permissions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<Commented<Access>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contents: Option<Commented<Access>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Commented<Access>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_requests: Option<Commented<Access>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_events: Option<Commented<Access>>,
}

/// How far a permission goes.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "GitHub's own words")]
pub enum Access {
    Read,
    Write,
}

impl Access {
    /// A permission, with the reason for which it is given.
    pub fn because(self, why: &str) -> Option<Commented<Self>> {
        Some(Commented(self, why.to_owned()))
    }
}

/// A file `action.yml`.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Action {
    pub name: &'static str,
    pub description: &'static str,
    pub inputs: BTreeMap<&'static str, ActionInput>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Output>,
    pub runs: Runs,
}

/// An input of an action.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct ActionInput {
    pub description: Text,
    pub required: bool,
}

/// What an action runs.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub enum Runs {
    Composite { using: &'static str, steps: Vec<Step> },
    Node { using: &'static str, main: &'static str },
}

impl Runs {
    /// Steps in the job of the caller.
    pub fn steps(steps: Vec<Step>) -> Self {
        Self::Composite { using: "composite", steps }
    }
}
