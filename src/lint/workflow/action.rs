//! Local actions.

use super::Step;
use crate::syntax::Span;
use crate::yaml::Value;

/// An action of the repository: `action.yml`.
#[derive(Clone, Debug)]
pub struct Action {
    /// How it runs.
    pub runs: Runs,
    /// Where that stands.
    pub span: Span,
}

/// How an action runs.
#[derive(Clone, Debug)]
pub enum Runs {
    /// Steps, in the job that uses it.
    Composite(Vec<Step>),
    /// A container.
    Docker {
        /// The image, or the file that it is built from.
        image: Option<Value>,
        /// What it starts.
        entrypoint: Option<Value>,
    },
    /// A script in JavaScript.
    Node,
    /// Something that fleetc does not know.
    Other,
}

impl Action {
    /// Its steps, if it has some.
    pub fn steps(&self) -> &[Step] {
        match &self.runs {
            Runs::Composite(steps) => steps,
            _ => &[],
        }
    }
}
