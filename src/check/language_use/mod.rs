//! Words that are written and mean nothing.

mod env_incomplete;
mod mode_word_unused;
mod not_emitted;
mod unused_declaration;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] =
    &[&mode_word_unused::RULE, &not_emitted::RULE, &unused_declaration::RULE, &env_incomplete::RULE];
