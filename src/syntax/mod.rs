//! KDL text to a spanned tree.
//!
//! `chunk` cuts a file into its top-level nodes, `grammar` reads each by itself from the tokens of
//! `lex`, and `string` has the kdl crate decode escapes and lines. The kdl crate's own parser is not
//! used for files: it needs more than ten times as long, recurses per character of a comment, takes
//! exponential time in nested `/-`, and one missing brace hides all that follows. It is the judge in
//! the tests: any text that both accept gives the same tree.

pub(crate) mod anatomy;
mod brace;
mod build;
mod chunk;
mod cursor;
#[cfg(test)]
mod differential;
mod format;
mod grammar;
mod lex;
mod number;
mod parse;
mod slip;
mod source;
mod span;
mod string;
mod tree;
mod trouble;

pub use format::{PropertyOrder, format};
pub use parse::parse;
pub use source::{Position, Source, Sources};
pub use span::{SourceId, Span, Spanned};
pub use tree::{Node, Property, Scalar};
pub use trouble::CODES;
