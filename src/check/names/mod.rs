//! Names, labels, identity.

mod name_too_long;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[&name_too_long::RULE];
