//! Steps, and what they use.

use crate::syntax::Span;
use crate::yaml::{Entry, Value};

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    /// All of it.
    pub span: Span,
    /// Its id.
    pub id: Option<String>,
    /// The action that it runs.
    pub uses: Option<Uses>,
    /// Its script.
    pub run: Option<Value>,
    /// Inputs of the action.
    pub with: Vec<Entry>,
    /// Its variables.
    pub env: Vec<Entry>,
    /// `if`.
    pub condition: Option<Value>,
}

/// An action or workflow by reference.
#[derive(Clone, Debug)]
pub struct Uses {
    /// As written.
    pub text: String,
    /// Where.
    pub span: Span,
    /// What it refers to.
    pub kind: UsesKind,
}

/// What a reference refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsesKind {
    /// A path of the same repository, without `./`.
    Local(String),
    /// An image.
    Docker(String),
    /// Another repository.
    Remote {
        /// Owner and name, as written.
        repository: String,
        /// The path in it; may be empty.
        path: String,
        /// Tag, branch or commit; empty where it is missing.
        reference: String,
    },
}

impl Uses {
    fn read(value: &Value) -> Option<Self> {
        let text = value.text()?.trim();
        let kind = if let Some(path) = text.strip_prefix("./") {
            UsesKind::Local(path.trim_end_matches('/').to_owned())
        } else if let Some(image) = text.strip_prefix("docker://") {
            UsesKind::Docker(image.to_owned())
        } else {
            let (path, reference) = text.split_once('@').unwrap_or((text, ""));
            let mut parts = path.splitn(3, '/');
            let (owner, name) = (parts.next()?, parts.next().unwrap_or(""));
            UsesKind::Remote {
                repository: format!("{owner}/{name}"),
                path: parts.next().unwrap_or("").trim_end_matches('/').to_owned(),
                reference: reference.to_owned(),
            }
        };
        Some(Self { text: text.to_owned(), span: value.span, kind })
    }

    /// Whether it is an action of this repository, in lower case, or of a path in it.
    pub fn is(&self, wanted: &str) -> bool {
        match &self.kind {
            UsesKind::Remote { repository, path, .. } => {
                let rest = wanted.get(repository.len()..);
                let head = wanted.get(..repository.len());
                head.is_some_and(|head| head.eq_ignore_ascii_case(repository))
                    && rest.is_some_and(|rest| rest.strip_prefix('/').unwrap_or(rest) == path)
            }
            _ => false,
        }
    }

    /// Tag, branch or commit of another repository.
    pub fn reference(&self) -> Option<&str> {
        match &self.kind {
            UsesKind::Remote { reference, .. } => Some(reference),
            _ => None,
        }
    }
}

/// Reads what a job or a composite action lists under `steps`.
pub fn read_steps(value: Option<&Value>) -> Vec<Step> {
    let read = |step: &Value| {
        let entries = |key: &str| step.get(key).map_or(&[][..], Value::entries).to_vec();
        Step {
            span: step.span,
            id: step.get("id").and_then(Value::text).map(str::to_owned),
            uses: step.get("uses").and_then(Uses::read),
            run: step.get("run").filter(|run| run.text().is_some()).cloned(),
            with: entries("with"),
            env: entries("env"),
            condition: step.get("if").cloned(),
        }
    };
    value.map_or(&[][..], Value::items).iter().filter(|step| step.mapping().is_some()).map(read).collect()
}

impl Step {
    /// An input of the action, by its name without regard to case.
    pub fn input(&self, name: &str) -> Option<&Entry> {
        self.with.iter().find(|entry| entry.name().is_some_and(|key| key.eq_ignore_ascii_case(name)))
    }

    /// The same as text.
    pub fn input_text(&self, name: &str) -> Option<&str> {
        self.input(name)?.value.text()
    }
}

/// Reads `uses` of a job.
pub fn read_uses(value: &Value) -> Option<Uses> {
    Uses::read(value)
}
