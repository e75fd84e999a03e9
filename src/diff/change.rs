//! What a difference between two fleets consists of.

use super::effect::Effect;
use crate::syntax::{Sources, Span};
use schemars::JsonSchema;
use serde::Serialize;

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place {
    /// The file; a file of the base stands behind the base's name.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
}

impl Place {
    /// The start of a span.
    pub fn of(span: Span, sources: &Sources) -> Self {
        let source = sources.get(span.source);
        Self { file: source.path.clone(), line: source.position(span.start).line }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Subject {
    /// The word of the language, such as `pool`, or the kind of an object.
    pub kind: String,
    /// Its name; empty where there is only one.
    pub name: String,
    /// Its cluster, where the fleet has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
}

impl Subject {
    /// Something that belongs to no cluster in particular.
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: name.into(), cluster: None }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.kind)?;
        if !self.name.is_empty() {
            write!(f, " {}", self.name)?;
        }
        match &self.cluster {
            Some(cluster) => write!(f, " in {cluster}"),
            None => Ok(()),
        }
    }
}

/// What became of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// It is new.
    Added,
    /// It is not as it was.
    Changed,
    /// It is gone.
    Removed,
}

impl Verb {
    /// `+`, `~` or `-`.
    pub const fn sign(self) -> char {
        match self {
            Self::Added => '+',
            Self::Changed => '~',
            Self::Removed => '-',
        }
    }
}

/// One value that differs: a word of the language, or a field of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// Its path, such as `runners max`, or `spec.maxRunners`.
    pub what: String,
    /// The value before; absent where there was none, empty where something merely stood there.
    pub before: Option<String>,
    /// The value after, likewise.
    pub after: Option<String>,
    /// Where the new value is written, or the old one where there is no new one; absent for fields of objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Something that happens in the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Consequence {
    /// How bad it is.
    pub effect: Effect,
    /// What happens, as a sentence without a full stop.
    pub text: String,
    /// The fields of objects that make it happen.
    pub fields: Vec<Change>,
}

/// All about one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entry {
    /// What it is about.
    pub subject: Subject,
    /// What became of it.
    pub verb: Verb,
    /// The worst that happens.
    pub effect: Effect,
    /// Values of the language that differ, as they are in effect: templates and defaults included.
    pub changes: Vec<Change>,
    /// What happens in the cluster, worst first.
    pub consequences: Vec<Consequence>,
    /// Where the subject is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl Entry {
    /// An entry whose effect is that of its worst consequence.
    pub fn new(
        subject: Subject,
        verb: Verb,
        changes: Vec<Change>,
        mut consequences: Vec<Consequence>,
        place: Option<Place>,
    ) -> Self {
        consequences.sort_by_key(|consequence| std::cmp::Reverse(consequence.effect));
        let effect = consequences.first().map_or(Effect::Nothing, |worst| worst.effect);
        Self { subject, verb, effect, changes, consequences, place }
    }
}
