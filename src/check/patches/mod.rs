//! Mistakes in patches, found while they are applied.

mod patch_invalid;
mod patch_no_target;
mod patch_unknown_field;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[&patch_invalid::RULE, &patch_no_target::RULE, &patch_unknown_field::RULE];
