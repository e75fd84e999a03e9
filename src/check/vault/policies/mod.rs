//! What policies grant, and to whom.

mod held;
mod powers;
mod vault_capability_unneeded;
mod vault_destroy;
mod vault_escalation;
mod vault_list_differs;
mod vault_parameters_boundary;
mod vault_path_literal;
mod vault_path_part;
mod vault_path_unused;
mod vault_policy_name;
mod vault_prefix_open;
mod vault_rule_shadowed;
mod vault_rule_twice;

use crate::check::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &vault_path_part::RULE,
    &vault_path_literal::RULE,
    &vault_rule_shadowed::RULE,
    &vault_rule_twice::RULE,
    &vault_escalation::RULE,
    &vault_capability_unneeded::RULE,
    &vault_prefix_open::RULE,
    &vault_path_unused::RULE,
    &vault_list_differs::RULE,
    &vault_parameters_boundary::RULE,
    &vault_policy_name::RULE,
    &vault_destroy::RULE,
];
