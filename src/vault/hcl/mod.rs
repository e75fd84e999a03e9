//! The language that policies are written in: HCL of the first generation, as both servers read it.
//!
//! It is not the HCL of today's tools, which refuses some of what the servers take (attributes side by side on a
//! line, bare keys of blocks) and takes some of what they refuse (expressions). What counts here is what the
//! server makes of a text, so it is read by its rules. Policies may also be written as JSON.

mod attributes;
mod lex;
mod parse;
mod print;
mod read;
mod time;

pub use read::read;

use crate::syntax::Span;

/// Why a server refuses a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where.
    pub span: Span,
    /// Why, as a phrase.
    pub message: String,
}
