//! Nodes of the fleet that is being written.

use crate::edit::spell;
use crate::syntax::Scalar;

/// A node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kdl {
    /// Its word.
    pub word: &'static str,
    /// Arguments, spelled.
    pub args: Vec<String>,
    /// Properties, spelled.
    pub props: Vec<(&'static str, String)>,
    /// What stands between its braces.
    pub children: Vec<Kdl>,
    /// A comment above it.
    pub comment: Option<String>,
}

/// A value of a node.
pub enum Value {
    /// A string.
    Text(String),
    /// A number.
    Number(u64),
    /// A boolean.
    Truth(bool),
    /// A text of several lines.
    Lines(String),
}

impl Value {
    fn spelled(&self) -> String {
        match self {
            Self::Text(text) => spell::quoted(text),
            Self::Number(number) => number.to_string(),
            Self::Truth(truth) => spell::scalar(&Scalar::Bool(*truth)),
            Self::Lines(text) => spell::lines(text, INDENT_OF_TEXT),
        }
    }
}

/// Patches stand two levels deep, or three in a template; the formatter leaves strings as they are.
const INDENT_OF_TEXT: &str = "            ";

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl Kdl {
    /// A node without parts.
    pub fn new(word: &'static str) -> Self {
        Self { word, ..Self::default() }
    }

    /// With one more argument.
    pub fn arg(mut self, value: impl Into<Value>) -> Self {
        self.args.push(value.into().spelled());
        self
    }

    /// With one more property.
    pub fn prop(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.props.push((name, value.into().spelled()));
        self
    }

    /// With one more property, if there is a value.
    pub fn maybe<V: Into<Value>>(self, name: &'static str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.prop(name, value),
            None => self,
        }
    }

    /// With one more node in it.
    pub fn child(mut self, child: Kdl) -> Self {
        self.children.push(child);
        self
    }

    /// With more nodes in it.
    pub fn children(mut self, children: impl IntoIterator<Item = Kdl>) -> Self {
        self.children.extend(children);
        self
    }

    /// Whether it says anything beside its word.
    pub fn says_something(&self) -> bool {
        !(self.args.is_empty() && self.props.is_empty() && self.children.is_empty())
    }

    /// Its text, indented.
    pub fn write(&self, depth: usize, out: &mut String) {
        let indent = "    ".repeat(depth);
        for line in self.comment.iter().flat_map(|comment| comment.lines()) {
            out.push_str(&format!("{indent}// {line}\n"));
        }
        out.push_str(&indent);
        out.push_str(self.word);
        for arg in &self.args {
            out.push_str(&format!(" {arg}"));
        }
        for (name, value) in &self.props {
            out.push_str(&format!(" {name}={value}"));
        }
        if !self.children.is_empty() {
            out.push_str(" {\n");
            self.children.iter().for_each(|child| child.write(depth + 1, out));
            out.push_str(&format!("{indent}}}"));
        }
        out.push('\n');
    }
}
