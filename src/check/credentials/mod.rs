//! Credentials, network, runner groups.

mod app_at_enterprise;
mod secret_shape;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[&secret_shape::RULE, &app_at_enterprise::RULE];
