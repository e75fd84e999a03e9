//! Mistakes in the text itself, found before any word is understood.

mod kdl_1_syntax;
mod kdl_syntax;
mod not_kdl;
mod number_out_of_range;
mod stray_brace;
mod too_deep;
mod type_annotation;
mod unclosed_brace;
mod unclosed_comment;
mod unclosed_string;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &kdl_syntax::RULE,
    &kdl_1_syntax::RULE,
    &not_kdl::RULE,
    &unclosed_brace::RULE,
    &stray_brace::RULE,
    &unclosed_string::RULE,
    &unclosed_comment::RULE,
    &too_deep::RULE,
    &number_out_of_range::RULE,
    &type_annotation::RULE,
];
