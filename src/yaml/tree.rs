//! The tree.

use super::schema::{Plain, Schema};
use crate::syntax::Span;
use std::sync::Arc;

/// A text as YAML.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// The documents that could be read, in order.
    pub documents: Vec<Value>,
    /// All comments, in order.
    pub comments: Vec<Comment>,
    /// What is wrong with the text. A document with a syntax error is left out with all that follows it.
    pub problems: Vec<Problem>,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its text behind the `#`, without white space around it.
    pub text: String,
    /// From the `#` to the end of the line.
    pub span: Span,
}

/// Something that is wrong with a text as YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is no YAML from here on.
    Syntax {
        /// Where the reader gave up.
        span: Span,
        /// Why.
        message: String,
    },
    /// A mapping has a key twice. Both are kept; [`Mapping::get`] finds the first.
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it stands first.
        first: Span,
        /// Where it stands again.
        again: Span,
    },
    /// An alias inside of what it stands for.
    EndlessAlias {
        /// The alias.
        span: Span,
    },
    /// Aliases of aliases make the document too large to look at.
    TooLarge {
        /// The alias that was one too many.
        span: Span,
    },
}

/// A value. Cloning it is cheap: what it holds is shared.
#[derive(Clone, Debug)]
pub struct Value {
    /// Where it stands: for an alias, the alias; for a block, from its first to behind its last character.
    pub span: Span,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// A text, number, truth or nothing.
    Scalar(Arc<Scalar>),
    /// A list.
    Sequence(Arc<Vec<Value>>),
    /// Keys with values.
    Mapping(Arc<Mapping>),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In `'` quotes.
    Single,
    /// In `"` quotes.
    Double,
    /// A `|` block: lines are kept.
    Literal,
    /// A `>` block: lines are joined.
    Folded,
}

/// A scalar.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// What it says, escapes decoded.
    pub text: String,
    /// How it is written.
    pub style: Style,
    /// Its tag where one is written, such as `tag:yaml.org,2002:str`.
    pub tag: Option<String>,
    /// Where it is written: for an alias, what the alias stands for.
    pub span: Span,
}

/// Keys with values, in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The entries. A key that stands twice is here twice.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key: nearly always a scalar.
    pub key: Value,
    /// Its value.
    pub value: Value,
    /// Whether a `<<` gave it rather than this mapping's own text.
    pub merged: bool,
}

impl Entry {
    /// The key's text; none where it is no scalar.
    pub fn name(&self) -> Option<&str> {
        self.key.text()
    }
}

impl Scalar {
    /// What it means to a reader.
    pub fn plain(&self, schema: Schema) -> Plain {
        schema.of(self)
    }
}

impl Value {
    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.data {
            Data::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar, whatever it means.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// The elements; nothing where it is no sequence.
    pub fn items(&self) -> &[Value] {
        match &self.data {
            Data::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Whether it is a sequence.
    pub fn is_sequence(&self) -> bool {
        matches!(self.data, Data::Sequence(_))
    }

    /// The mapping, if it is one.
    pub fn mapping(&self) -> Option<&Mapping> {
        match &self.data {
            Data::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The entries; nothing where it is no mapping.
    pub fn entries(&self) -> &[Entry] {
        self.mapping().map_or(&[], |mapping| &mapping.entries)
    }

    /// The value of a key, where this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.mapping()?.get(key)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Whether it says nothing: `key:` with no value, `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.plain(Schema::Core) == Plain::Null)
    }
}

impl Mapping {
    /// The value of a key, the first where it stands twice.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key, the first where it stands twice.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name() == Some(key))
    }
}
