//! Workflows of repositories, as `fleetc lint` reads them against the fleet.

mod runs_on_ambiguous;
mod runs_on_group_denied;
mod runs_on_legacy_labels;
mod runs_on_retired;
mod runs_on_unavailable;
mod runs_on_unknown;
mod runs_on_unresolved;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &runs_on_ambiguous::RULE,
    &runs_on_group_denied::RULE,
    &runs_on_legacy_labels::RULE,
    &runs_on_retired::RULE,
    &runs_on_unavailable::RULE,
    &runs_on_unknown::RULE,
    &runs_on_unresolved::RULE,
];
