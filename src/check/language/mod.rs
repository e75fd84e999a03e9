//! Mistakes in words, values and references, found while the file is read.

mod arc_release_unknown;
mod cache_storage;
mod duplicate_name;
mod duplicate_node;
mod duplicate_property;
mod github_url;
mod include_twice;
mod include_unreadable;
mod manifest_unreadable;
mod missing_argument;
mod missing_node;
mod missing_property;
mod template_cycle;
mod unexpected_argument;
mod unknown_node;
mod unknown_property;
mod unknown_reference;
mod unknown_rule;
mod wrong_type;
mod wrong_value;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &unknown_node::RULE,
    &unknown_property::RULE,
    &duplicate_node::RULE,
    &duplicate_property::RULE,
    &duplicate_name::RULE,
    &unexpected_argument::RULE,
    &missing_argument::RULE,
    &missing_property::RULE,
    &missing_node::RULE,
    &wrong_type::RULE,
    &wrong_value::RULE,
    &github_url::RULE,
    &unknown_reference::RULE,
    &template_cycle::RULE,
    &cache_storage::RULE,
    &manifest_unreadable::RULE,
    &include_twice::RULE,
    &include_unreadable::RULE,
    &unknown_rule::RULE,
    &arc_release_unknown::RULE,
];
