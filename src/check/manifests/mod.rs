//! Manifests that are carried along.

mod manifest_clash;
mod manifest_invalid;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[&manifest_invalid::RULE, &manifest_clash::RULE];
