//! The tree as it grows.

use super::lex::{Kind, Lexer, Token};
use super::number::{Number, number};
use super::string;
use super::trouble::span;
use super::{Node, Property, Scalar, SourceId, Spanned};

/// Nodes under construction: the open ones, outermost first, and the one being read.
#[derive(Debug)]
pub struct Builder {
    source: SourceId,
    done: Vec<Node>,
    open: Vec<Node>,
    current: Option<Node>,
}

impl Builder {
    /// Nothing read yet.
    pub fn new(source: SourceId) -> Self {
        Self { source, done: Vec::new(), open: Vec::new(), current: None }
    }

    /// Whether a node is being read.
    pub fn current(&mut self) -> Option<&mut Node> {
        self.current.as_mut()
    }

    /// Starts a node with its word.
    pub fn start(&mut self, word: String, start: usize, end: usize) {
        self.finish();
        let at = span(self.source, start, end);
        let word = Spanned::new(word, at);
        self.current =
            Some(Node { word, args: Vec::new(), props: Vec::new(), children: Vec::new(), span: at });
    }

    /// Adds an argument.
    pub fn arg(&mut self, value: Spanned<Scalar>) {
        if let Some(node) = &mut self.current {
            node.span.end = value.span.end;
            node.args.push(value);
        }
    }

    /// Adds a property.
    pub fn prop(&mut self, name: Spanned<String>, value: Spanned<Scalar>) {
        if let Some(node) = &mut self.current {
            node.span.end = value.span.end;
            node.props.push(Property { name, value });
        }
    }

    /// Opens the block of the node being read.
    pub fn open(&mut self) {
        self.open.extend(self.current.take());
    }

    /// Closes the innermost block; its node is the one being read again.
    pub fn close(&mut self, end: usize) {
        self.finish();
        self.current = self.open.pop();
        if let Some(node) = &mut self.current {
            node.span.end = end as u32;
        }
    }

    /// The node being read is complete.
    pub fn finish(&mut self) {
        if let Some(node) = self.current.take() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(node),
                None => self.done.push(node),
            }
        }
    }

    /// All nodes; blocks still open are closed.
    pub fn end(mut self, end: usize) -> Vec<Node> {
        while !self.open.is_empty() {
            self.close(end);
        }
        self.finish();
        self.done
    }
}

/// The value of a token that is a value; a string with a mistake inside comes with it.
pub fn scalar(text: &str, token: Token) -> (Scalar, Option<string::Bad>) {
    let written = text.get(token.start..token.end).unwrap_or("");
    match token.kind {
        Kind::Quoted(quotes) if quotes.closed => match string::decode(written, quotes) {
            Ok(value) => (Scalar::String(value), None),
            Err(bad) => (Scalar::String(string::inner(written, quotes).to_string()), Some(bad)),
        },
        Kind::Quoted(quotes) => (Scalar::String(string::inner(written, quotes).trim().to_string()), None),
        Kind::Keyword => (keyword(written), None),
        _ => (bare(written), None),
    }
}

/// The value of a text that is one value: what a slip was meant to be.
pub fn meant(text: &str) -> Scalar {
    match Lexer::new(text, 0, text.len()).next() {
        Some(token) if token.end == text.len() => scalar(text, token).0,
        _ => Scalar::String(text.to_string()),
    }
}

fn keyword(written: &str) -> Scalar {
    match written {
        "#true" => Scalar::Bool(true),
        "#false" => Scalar::Bool(false),
        "#inf" => Scalar::Float(f64::INFINITY),
        "#-inf" => Scalar::Float(f64::NEG_INFINITY),
        "#nan" => Scalar::Float(f64::NAN),
        _ => Scalar::Null,
    }
}

fn bare(written: &str) -> Scalar {
    match number(written) {
        Number::Integer(value) => Scalar::Integer(value),
        Number::Float(value) => Scalar::Float(value),
        Number::Not | Number::TooBig | Number::Broken => Scalar::String(written.to_string()),
    }
}
