//! Words that are written and mean nothing.

mod mode_word_unused;
mod not_emitted;
mod unused_declaration;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[&mode_word_unused::RULE, &not_emitted::RULE, &unused_declaration::RULE];
