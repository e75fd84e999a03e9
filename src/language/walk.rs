//! A declaration as facts: every value that is in effect, with its path in words of the language.
//!
//! `fleetc diff` compares these. The `node!` macro writes the walk from the same lines that make the decoder,
//! so a new word is compared as soon as it is declared.

use super::spec::NodeSpec;
use crate::syntax::Span;
use std::fmt::Display;

/// Something that can be told as facts.
pub trait Walk {
    /// Tells all values below, defaults included.
    fn walk(&self, facts: &mut Facts);
}

/// One value that is in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Where it stands below the declaration: `["runners", "max"]`, `["env \"HOME\"", "value"]`. Empty for
    /// an argument of the declaration itself.
    pub path: Vec<String>,
    /// The value as text; empty where a node that has a name merely stands there.
    pub value: String,
    /// Where it is written, or the node that a default belongs to.
    pub span: Span,
}

/// Collects facts.
#[derive(Debug, Default)]
pub struct Facts {
    list: Vec<Fact>,
    path: Vec<String>,
}

impl Facts {
    /// All facts of a declaration, in the order of the vocabulary.
    pub fn of(node: &dyn Walk) -> Vec<Fact> {
        let mut facts = Self::default();
        node.walk(&mut facts);
        facts.list
    }

    /// A property, or an argument of a node that has several parts.
    pub fn value(&mut self, name: &str, value: &dyn Display, span: Span) {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        self.list.push(Fact { path, value: value.to_string(), span });
    }

    /// An argument. Where it is all that the node holds, the node's own word says what it is.
    pub fn argument(&mut self, spec: &NodeSpec, name: &str, value: &dyn Display, span: Span) {
        let value = value.to_string();
        // The name of one of several stands in the path already.
        if self.path.last().is_some_and(|segment| segment.ends_with(&format!(" {value:?}"))) {
            return;
        }
        if spec.fields.len() > 1 {
            return self.value(name, &value, span);
        }
        self.list.push(Fact { path: self.path.clone(), value, span });
    }

    /// What is below a child node.
    pub fn child(&mut self, word: &str, node: &dyn Walk) {
        self.path.push(word.to_owned());
        node.walk(self);
        self.path.pop();
    }

    /// A child node that may stand several times, told apart by a name or, without one, by its place.
    pub fn member(&mut self, word: &str, name: Option<String>, at: usize, span: Span, node: &dyn Walk) {
        let segment = match name {
            Some(name) => format!("{word} {name:?}"),
            None => format!("{word} #{}", at + 1),
        };
        self.path.push(segment);
        self.list.push(Fact { path: self.path.clone(), value: String::new(), span });
        node.walk(self);
        self.path.pop();
    }
}

/// A node by the first of its arguments, which tells it from its siblings.
pub trait Named {
    /// The argument as text; none where the node has no arguments.
    fn own_name(&self) -> Option<String>;
    /// The node's word, arguments and properties, as written.
    fn own_span(&self) -> Span;
}
