//! Patterns with `*` and `?`, for names of branches, repositories and labels.

/// A pattern: see [`fleet_model::glob`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// Makes a pattern; every text is one.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// Whether the whole of a text matches.
    pub fn matches(&self, text: &str) -> bool {
        fleet_model::glob::matches(&self.0, text)
    }
}
