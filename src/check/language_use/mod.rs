//! Words that are written and mean nothing.

mod mode_word_unused;
mod unused_declaration;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[&mode_word_unused::RULE, &unused_declaration::RULE];
