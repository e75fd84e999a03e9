//! The steps of jobs and composite actions.

use super::expression::{Expression, Identifier, Text};
use crate::contract::actions::{Action as Pinned, GITHUB_SCRIPT};
use serde::{Serialize, Serializer};
use serde_saphyr::Commented;
use std::collections::BTreeMap;

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
        Self::uses(name, GITHUB_SCRIPT, [("script", script)])
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
