//! All rules, by what they are about.

use super::{Rule, hooks, names};

/// Rules about one subject.
pub struct Section {
    /// What they are about.
    pub title: &'static str,
    /// The rules.
    pub rules: &'static [&'static Rule],
}

/// All sections, in the order in which `fleetc explain --list` prints them.
pub static SECTIONS: &[Section] = &[
    Section { title: "Names, labels, identity", rules: names::RULES },
    Section { title: "Kubernetes modes and hook template", rules: hooks::RULES },
];

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    SECTIONS.iter().flat_map(|section| section.rules.iter().copied())
}

/// The rule of this code.
pub fn find(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}
