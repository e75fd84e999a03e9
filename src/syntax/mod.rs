//! KDL text to a spanned tree.

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
