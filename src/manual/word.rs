//! Pages on words and types of the language.

use super::examples;
use super::prose::{anchor, line, phrase};
use super::vocabulary::{Part, Value, Word};
use crate::language::spec::{FieldKind, FieldSpec, Holds, TypeSpec};
use std::fmt::Write;

/// Whether a page is one of many, or a part of a document that it can point into.
#[derive(Clone, Copy)]
pub enum Links<'a> {
    /// It stands alone.
    None,
    /// It is part of the reference, which describes these words.
    Reference(&'a [Word]),
}

impl Links<'_> {
    fn to_type(self, ty: &TypeSpec) -> String {
        match self {
            Self::None => ty.name.to_owned(),
            Self::Reference(_) => format!("[{}](#{})", ty.name, anchor(ty.name)),
        }
    }

    fn to_word(self, shown: &str, path: &str) -> String {
        match self {
            Self::None => format!("`{shown}`"),
            Self::Reference(words) => format!("[`{shown}`](#{})", anchor(described_at(words, path))),
        }
    }
}

/// Where the reference describes a word: the first place that it stands in.
fn described_at<'a>(words: &'a [Word], path: &'a str) -> &'a str {
    let first = words.iter().find(|word| word.path == path || word.also.iter().any(|also| also == path));
    first.map_or(path, |word| &word.path)
}

/// The page of a word or value.
pub fn page(part: &Part) -> String {
    match part {
        Part::Word(word) => format!("# {}\n\n{}", word.path, word_body(word, Links::None)),
        Part::Value(value) => format!("# {}\n\n{}", value.path, value_body(value)),
    }
}

/// The page of everything that has a name; none where that is nothing.
pub fn of_all(parts: &[Part]) -> Option<String> {
    match parts {
        [] => None,
        [only] => Some(page(only)),
        [first, ..] => {
            let mut text = format!("# {}\n\nIt stands in several places:\n\n", first.field().name);
            for part in parts {
                let _infallible = writeln!(text, "- `{}`: {}", part.path(), line(part.field().doc));
            }
            Some(text)
        }
    }
}

/// The page of a type.
pub fn type_page(ty: &'static TypeSpec) -> String {
    format!("# {}\n\n{}", ty.name, type_body(ty))
}

/// What is said of a type.
pub fn type_body(ty: &TypeSpec) -> String {
    let mut text = format!("{}\n", line(ty.doc));
    if ty.choices.is_empty() {
        let examples: Vec<_> = ty.examples.iter().map(|example| format!("`{example}`")).collect();
        let _infallible = writeln!(text, "\nWritten as {}.", examples.join(" or "));
    } else {
        text += "\nOne of:\n\n";
        text += &choices(ty);
    }
    text
}

fn choices(ty: &TypeSpec) -> String {
    ty.choices.iter().map(|(word, doc)| format!("- `{word}`: {}\n", line(doc))).collect()
}

/// What is said of a word.
pub fn word_body(word: &Word, links: Links<'_>) -> String {
    let mut text = meaning(word);
    let _infallible = write!(text, "\n\n{}\n", place(word, links));
    if word.spec.word == "template" {
        let _infallible = write!(text, "\nIt holds what {} holds.\n", links.to_word("pool", "pool"));
    } else {
        text += &parts(word, links);
    }
    let examples = examples::EXAMPLES.iter().filter(|example| example.word == word.path);
    for example in examples {
        let _infallible = write!(text, "\n```kdl\n{}\n```\n", example.kdl.trim());
    }
    text
}

/// The word's own doc, or its place's where that knows more. A word of several places is described for
/// all of them.
fn meaning(word: &Word) -> String {
    let (own, here) = (line(word.spec.doc), line(word.field.doc));
    if !word.also.is_empty() {
        return own;
    }
    if word.spec.word != word.field.name && own != here {
        format!("{here} {own}")
    } else if own.len() >= here.len() {
        own
    } else {
        here
    }
}

fn place(word: &Word, links: Links<'_>) -> String {
    let parent = |path: &str| match path.rsplit_once('.') {
        Some((parent, _)) => format!("in {}", links.to_word(parent, parent)),
        None => "at the top level".to_owned(),
    };
    let count = match (word.field.kind, word.field.required) {
        (FieldKind::Children, _) => "any number, each with a first argument of its own",
        (FieldKind::List, _) => "any number",
        (_, true) => "required",
        (_, false) => "at most once",
    };
    let mut text = format!("Stands {} ({count})", parent(&word.path));
    if !word.also.is_empty() {
        let also: Vec<_> = word.also.iter().map(|path| parent(path)).collect();
        let _infallible = write!(text, "; also {}", also.join(", "));
    }
    text + "."
}

fn parts(word: &Word, links: Links<'_>) -> String {
    let of = |kinds: &[FieldKind]| {
        let fields = word.spec.fields.iter().filter(|field| kinds.contains(&field.kind));
        fields.map(|field| item(field, &word.path, links)).collect::<String>()
    };
    let groups = [
        ("Arguments", of(&[FieldKind::Argument, FieldKind::Arguments])),
        ("Properties", of(&[FieldKind::Property])),
        ("Nodes", of(&[FieldKind::Child, FieldKind::Children, FieldKind::List])),
    ];
    let mut text = String::new();
    for (title, items) in groups.iter().filter(|(_, items)| !items.is_empty()) {
        let _infallible = write!(text, "\n{title}:\n\n{items}");
    }
    let mut told: Vec<&TypeSpec> = Vec::new();
    for field in word.spec.fields {
        if let Holds::Value(ty) = field.holds
            && !ty.choices.is_empty()
            && !told.contains(&ty)
        {
            told.push(ty);
            let _infallible = write!(text, "\n`{}` is one of:\n\n{}", field.name, choices(ty));
        }
    }
    text
}

fn item(field: &'static FieldSpec, path: &str, links: Links<'_>) -> String {
    let doc = line(field.doc);
    match field.holds {
        Holds::Value(ty) => {
            let name = match field.kind {
                FieldKind::Property => format!("`{}=`", field.name),
                FieldKind::Arguments => format!("`{} …`", field.name),
                _ => format!("`{}`", field.name),
            };
            format!("- {name} ({}{}): {doc}\n", links.to_type(ty), presence(field))
        }
        Holds::Node(_) => {
            let count = match (field.kind, field.required) {
                (FieldKind::Children | FieldKind::List, _) => " (any number)",
                (_, true) => " (required)",
                (_, false) => "",
            };
            format!("- {}{count}: {doc}\n", links.to_word(field.name, &format!("{path}.{}", field.name)))
        }
    }
}

/// Whether a value must be there, and what stands in for it.
fn presence(field: &FieldSpec) -> String {
    match (field.default, field.required) {
        (Some(default), _) => format!(", default `{default}`"),
        (None, true) => ", required".to_owned(),
        (None, false) => String::new(),
    }
}

fn value_body(value: &Value) -> String {
    let node = value.path.rsplit_once('.').map_or("", |(node, _)| node);
    let what = match value.field.kind {
        FieldKind::Property => "A property",
        FieldKind::Arguments => "The arguments",
        _ => "An argument",
    };
    let ty = value.ty;
    format!(
        "{}\n\n{what} of `{node}`: {}{}. {}",
        line(value.field.doc),
        phrase(ty.name),
        presence(value.field),
        type_body(ty)
    )
}
