//! KDL text to a spanned tree.

mod brace;
mod chunk;
mod cursor;
mod grammar;
mod lex;
mod number;
mod parse;
mod repair;
mod slip;
mod source;
mod span;
mod tree;
mod trouble;

pub use parse::parse;
pub use source::{Position, Source, Sources};
pub use span::{SourceId, Span, Spanned};
pub use tree::{Node, Property, Scalar};
