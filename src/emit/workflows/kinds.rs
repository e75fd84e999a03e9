//! The shapes of workflow and action files, as far as fleetc writes them.
//!
//! The order of fields is the order in the file. A script is a constant of fleetc's own: what it works on reaches it by `env` and
//! `with` only, so no value can become a part of a script.

use super::expression::{Expression, Identifier, Text};
use crate::contract::actions::Action as Pinned;
use serde::{Serialize, Serializer};
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

/// A step. Texts under `env` and `with` are data to what runs.
#[derive(Debug, Default, Serialize)]
#[allow(missing_docs, reason = "the fields are GitHub's own")]
pub struct Step {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Identifier>,
    pub name: Text,
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Expression>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, Text>,
    #[serde(flatten)]
    pub what: What,
}

/// What a step runs.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum What {
    /// A script of fleetc's own.
    Run {
        /// What reads it: `bash`, with `-eo pipefail`.
        shell: &'static str,
        /// The script.
        run: &'static str,
    },
    /// An action.
    Uses {
        /// The action.
        uses: Uses,
        /// Its inputs.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        with: BTreeMap<&'static str, Text>,
    },
}

impl Default for What {
    fn default() -> Self {
        Self::Run { shell: "bash", run: "true" }
    }
}

/// An action, pinned to a commit with its tag as a comment.
#[derive(Debug)]
pub struct Uses {
    path: String,
    sha: String,
    tag: Option<String>,
}

impl Uses {
    /// An action of the user's own choice.
    pub fn own(path: &str, sha: &str, tag: Option<&str>) -> Self {
        // A comment ends with its line.
        let tag = tag.map(|tag| tag.split_whitespace().collect::<Vec<_>>().join(" "));
        Self { path: path.to_owned(), sha: sha.to_owned(), tag }
    }
}

impl From<Pinned> for Uses {
    fn from(action: Pinned) -> Self {
        Self::own(action.path, action.sha, Some(action.tag))
    }
}

impl Serialize for Uses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = format!("{}@{}", self.path, self.sha);
        match &self.tag {
            Some(tag) => Commented(text, tag.clone()).serialize(serializer),
            None => serializer.serialize_str(&text),
        }
    }
}

impl Step {
    /// A step that runs a script of fleetc's own with bash.
    pub fn run(name: impl Into<Text>, script: &'static str) -> Self {
        Self { name: name.into(), what: What::Run { shell: "bash", run: script }, ..Self::default() }
    }

    /// A step that runs a script of fleetc's own with the runner's node.
    pub fn node(name: impl Into<Text>, script: &'static str) -> Self {
        Self::uses(name, crate::contract::actions::GITHUB_SCRIPT, [("script", script)])
    }

    /// A step that runs an action.
    pub fn uses<T: Into<Text>>(
        name: impl Into<Text>,
        action: impl Into<Uses>,
        with: impl IntoIterator<Item = (&'static str, T)>,
    ) -> Self {
        let with = with.into_iter().map(|(key, value)| (key, value.into())).collect();
        Self { name: name.into(), what: What::Uses { uses: action.into(), with }, ..Self::default() }
    }

    /// Names it, for its outputs.
    pub fn id(mut self, id: &Identifier) -> Self {
        self.id = Some(id.clone());
        self
    }

    /// Runs it only where this holds.
    pub fn when(mut self, condition: Expression) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Gives it a variable.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<Text>) -> Self {
        self.env.insert(name.into(), value.into());
        self
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
