//! KDL nodes as data, and their text.

use std::fmt;

/// A value of KDL.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Number(u32),
    /// A boolean.
    Truth(bool),
}

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

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

/// A node of KDL.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    word: &'static str,
    arguments: Vec<Value>,
    properties: Vec<(&'static str, Value)>,
    children: Vec<Node>,
}

impl Node {
    /// A node without parts.
    pub fn new(word: &'static str) -> Self {
        Self { word, arguments: Vec::new(), properties: Vec::new(), children: Vec::new() }
    }

    /// With one more argument.
    pub fn arg(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(value.into());
        self
    }

    /// With more arguments.
    pub fn args<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.arguments.extend(values.into_iter().map(Into::into));
        self
    }

    /// With one more property.
    pub fn prop(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.properties.push((name, value.into()));
        self
    }

    /// With a property if there is a value.
    pub fn maybe(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.prop(name, value),
            None => self,
        }
    }

    /// With one more child.
    pub fn child(mut self, child: Node) -> Self {
        self.children.push(child);
        self
    }

    /// With more children.
    pub fn children(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        self.children.extend(children);
        self
    }

    fn write(&self, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:indent$}{}", "", self.word, indent = depth * 4)?;
        for value in &self.arguments {
            write!(f, " {value}")?;
        }
        for (name, value) in &self.properties {
            write!(f, " {name}={value}")?;
        }
        if !self.children.is_empty() {
            f.write_str(" {\n")?;
            for child in &self.children {
                child.write(depth + 1, f)?;
            }
            write!(f, "{:indent$}}}", "", indent = depth * 4)?;
        }
        f.write_str("\n")
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(text, f),
            Self::Number(number) => write!(f, "{number}"),
            Self::Truth(truth) => write!(f, "#{truth}"),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(0, f)
    }
}

/// Every character that is not plain ASCII is written as an escape.
fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            ' '..='~' => write!(f, "{c}")?,
            c => write!(f, "\\u{{{:x}}}", u32::from(c))?,
        }
    }
    f.write_str("\"")
}

/// The text of a file of these nodes.
pub fn text<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> String {
    nodes.into_iter().map(ToString::to_string).collect()
}
