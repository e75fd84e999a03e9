//! The spanned tree: KDL without its formatting.

use super::{Span, Spanned};

/// A KDL value.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A quoted, raw or bare string.
    String(String),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// `#true` or `#false`.
    Bool(bool),
    /// `#null`.
    Null,
}

/// `name=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The name and its place.
    pub name: Spanned<String>,
    /// The value and its place.
    pub value: Spanned<Scalar>,
}

impl Property {
    /// The whole `name=value`.
    pub fn span(&self) -> Span {
        Span { end: self.value.span.end, ..self.name.span }
    }
}

/// A node: a word, its arguments, its properties and its children.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The first word.
    pub word: Spanned<String>,
    /// Values without a name.
    pub args: Vec<Spanned<Scalar>>,
    /// Values with a name, in the order written; a name can stand twice, the vocabulary refuses that.
    pub props: Vec<Property>,
    /// What stands between the braces.
    pub children: Vec<Node>,
    /// From the word to the closing brace.
    pub span: Span,
}

impl Node {
    /// The word and its arguments and properties: what a message points at when it means the node.
    pub fn head(&self) -> Span {
        let ends = self.args.iter().map(|arg| arg.span.end);
        let ends = ends.chain(self.props.iter().map(|prop| prop.value.span.end));
        let end = ends.filter(|end| *end <= self.span.end).max();
        Span { end: end.unwrap_or(self.word.span.end).max(self.word.span.end), ..self.word.span }
    }
}
