//! What an import has to say beside the fleet.

use serde::Serialize;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It was in the input and is not in the fleet.
    NotCarried,
    /// It was in the values, and the chart or the API server has never done anything with it.
    Ignored,
    /// The input does not say it, so somebody has to.
    Unknown,
    /// The fleet does it in another way.
    Changed,
}

impl Kind {
    /// All kinds, in the order in which they are printed.
    pub const ALL: [Self; 4] = [Self::NotCarried, Self::Ignored, Self::Unknown, Self::Changed];

    /// The heading of its notes.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::NotCarried => "not carried",
            Self::Ignored => "had no effect before, and is left out",
            Self::Unknown => "to be completed",
            Self::Changed => "done in another way",
        }
    }
}

/// Something that people should know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// What it is about.
    pub kind: Kind,
    /// Where: `values.yaml:12`.
    pub line: String,
    /// What it says.
    pub text: String,
}

impl Note {
    /// A note about a place.
    pub fn new(kind: Kind, line: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind, line: line.into(), text: text.into() }
    }
}
