//! KDL text to a spanned tree.

mod source;
mod span;
mod tree;

pub use source::{Position, Source, Sources};
pub use span::{SourceId, Span, Spanned};
pub use tree::{Node, Property, Scalar};
