//! The vocabulary as data: what `explain`, the reference docs, the schema, the formatter and the
//! suggestions read. The `node!` macro fills these tables from the same lines that make the decoder.

/// A kind of value.
#[derive(Debug, PartialEq)]
pub struct TypeSpec {
    /// Name of the type in docs and messages, such as `memory quantity`.
    pub name: &'static str,
    /// What it means and which units it takes.
    pub doc: &'static str,
    /// How it may be written, as KDL; the first is used in messages.
    pub examples: &'static [&'static str],
    /// Every allowed word with its meaning, where there are only these.
    pub choices: &'static [(&'static str, &'static str)],
    /// What a JSON Schema says of it.
    pub json: JsonShape,
}

/// The shape of a value in JSON.
#[derive(Debug, PartialEq, Clone, Copy)]
pub enum JsonShape {
    /// A string; the pattern is empty where any is good.
    String(&'static str),
    /// A whole number, not negative.
    Integer,
    /// Any number.
    Number,
    /// A boolean.
    Bool,
    /// A string or a number.
    StringOrNumber,
}

/// How a field is written.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum FieldKind {
    /// A value without a name; the order of fields is the order of arguments.
    Argument,
    /// All remaining values without a name.
    Arguments,
    /// `name=value`.
    Property,
    /// A child node that stands at most once. A pool's own completes its template's.
    Child,
    /// Child nodes told apart by their first argument. A pool's own completes the template's of that name.
    Children,
    /// Child nodes in any number. A pool's own come after its template's.
    List,
}

/// What a field holds.
#[derive(Debug, PartialEq, Clone, Copy)]
pub enum Holds {
    /// A value.
    Value(&'static TypeSpec),
    /// A node.
    Node(&'static NodeSpec),
}

/// A part of a node.
#[derive(Debug, PartialEq)]
pub struct FieldSpec {
    /// How it is written.
    pub kind: FieldKind,
    /// The property's or child's word, or what the docs call the argument.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether the node means nothing without it.
    pub required: bool,
    /// What stands in its place when it is not written, as KDL.
    pub default: Option<&'static str>,
    /// The word whose name it is, where it names another node of the file: `hardware` in `pool`. Such a word is declared
    /// by nodes of that name whose first argument refers to nothing.
    pub refers: Option<&'static str>,
    /// What it means.
    pub doc: &'static str,
}

/// A word of the language.
#[derive(Debug, PartialEq)]
pub struct NodeSpec {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Its parts, in the order in which the formatter and the docs put them.
    pub fields: &'static [FieldSpec],
}

impl NodeSpec {
    /// The property of this name.
    pub fn property(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.kind == FieldKind::Property && field.name == name)
    }

    /// The child of this word, with its own spec.
    pub fn child(&self, word: &str) -> Option<(&'static FieldSpec, &'static NodeSpec)> {
        self.fields.iter().find_map(|field| match field.holds {
            Holds::Node(spec) if field.name == word => Some((field, spec)),
            _ => None,
        })
    }

    /// Words of all children.
    pub fn child_words(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().filter(|field| matches!(field.holds, Holds::Node(_))).map(|field| field.name)
    }

    /// Names of all properties.
    pub fn property_names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().filter(|field| field.kind == FieldKind::Property).map(|field| field.name)
    }

    /// The fields that are arguments, in order.
    pub fn arguments(&self) -> impl Iterator<Item = &'static FieldSpec> {
        let is_argument = |f: &&FieldSpec| matches!(f.kind, FieldKind::Argument | FieldKind::Arguments);
        self.fields.iter().filter(is_argument)
    }
}
