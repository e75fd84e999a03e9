//! What fleetc has to say about a fleet: the part of its interface that people meet most.

pub(crate) mod github;
mod human;
pub(crate) mod json;
pub(crate) mod markdown;
mod place;
mod render;
mod sarif;

pub use render::{Format, Style, render};

use crate::syntax::Span;
use schemars::JsonSchema;
use serde::Serialize;

/// How bad it is. The order is from harmless to fatal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing goes wrong.
    Info,
    /// Works, but costs or surprises.
    Warning,
    /// The fleet would not work: nothing is written and the exit code is 1.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place, and what it has to do with the problem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words; may be empty for the only place.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name: `fleetc explain CODE` has a page on it.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// One sentence: what is wrong, with the names and numbers of this fleet.
    pub message: String,
    /// The places; the first is the one that an editor jumps to.
    pub labels: Vec<Label>,
    /// What would happen in the cluster if this were applied.
    pub effect: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error; [`Diagnostic::severity`] makes it something else.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, severity: Severity::Error, message, labels: Vec::new(), effect: None, help: None }
    }

    /// Sets how bad it is.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds a place. The first one added is the main one.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what would happen in the cluster.
    pub fn effect(mut self, effect: impl Into<String>) -> Self {
        self.effect = Some(effect.into());
        self
    }

    /// Says what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A finding that the fleet silences, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silenced {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Why it is silenced.
    pub reason: String,
}

/// All findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    silenced: Vec<Silenced>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all of another run.
    pub fn extend(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
        self.silenced.extend(other.silenced);
    }

    /// Keeps findings aside that the fleet silences.
    pub fn silence(&mut self, silenced: Vec<Silenced>) {
        self.silenced.extend(silenced);
    }

    /// Drops all findings but these, and what is silenced.
    pub fn keep(&mut self, wanted: impl Fn(&Diagnostic) -> bool) {
        self.list.retain(wanted);
        self.silenced.clear();
    }

    /// What the fleet silences.
    pub fn silenced(&self) -> &[Silenced] {
        &self.silenced
    }

    /// Whether an error is among them.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings in their present order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    /// Sorts by place, then code, and drops repetitions: what is printed does not depend on the
    /// order in which checks ran, and a mistake in a template that ten pools use is said once.
    pub fn settle(&mut self) {
        self.list.sort_by(|a, b| {
            let place = |d: &Diagnostic| d.labels.first().map(|l| l.span);
            (place(a), a.code, &a.message, &a.labels).cmp(&(place(b), b.code, &b.message, &b.labels))
        });
        self.list.dedup();
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}
