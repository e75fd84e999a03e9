//! The vocabulary by paths, such as `pool.runners.min`.

use crate::language::decode::Decode;
use crate::language::nodes::File;
use crate::language::spec::{FieldSpec, Holds, NodeSpec, TypeSpec};

/// A word that holds parts.
#[derive(Clone, Debug)]
pub struct Word {
    /// Where it stands.
    pub path: String,
    /// What its place says of it.
    pub field: &'static FieldSpec,
    /// What it holds.
    pub spec: &'static NodeSpec,
    /// Where else the same word stands.
    pub also: Vec<String>,
}

/// An argument or property.
#[derive(Clone, Debug)]
pub struct Value {
    /// Where it stands.
    pub path: String,
    /// What its node says of it.
    pub field: &'static FieldSpec,
    /// Its type.
    pub ty: &'static TypeSpec,
}

/// Something that a path leads to.
#[derive(Clone, Debug)]
pub enum Part {
    /// A word.
    Word(Word),
    /// A value of one.
    Value(Value),
}

impl Part {
    /// Where it stands.
    pub fn path(&self) -> &str {
        match self {
            Self::Word(word) => &word.path,
            Self::Value(value) => &value.path,
        }
    }

    /// What its place says of it.
    pub fn field(&self) -> &'static FieldSpec {
        match self {
            Self::Word(word) => word.field,
            Self::Value(value) => value.field,
        }
    }
}

const TOP: &NodeSpec = &<File as Decode>::SPEC;

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn part(path: String, field: &'static FieldSpec) -> Part {
    match field.holds {
        Holds::Node(spec) => Part::Word(Word { path, field, spec, also: Vec::new() }),
        Holds::Value(ty) => Part::Value(Value { path, field, ty }),
    }
}

/// Every part of the language once, where it stands first; what a word holds follows it.
pub fn parts() -> Vec<Part> {
    let mut parts = Vec::new();
    let mut of_top = Vec::new();
    collect("", TOP, &mut parts, &mut of_top);
    for path in of_top {
        let name = path.rsplit('.').next().unwrap_or("");
        if let Some(word) = parts.iter_mut().filter_map(as_word).find(|word| word.path == name) {
            word.also.push(path);
        }
    }
    parts
}

/// `of_top` takes the paths of words that stand at the top level too, where they are described.
fn collect(path: &str, spec: &'static NodeSpec, parts: &mut Vec<Part>, of_top: &mut Vec<String>) {
    let nested = !path.is_empty();
    for field in spec.fields {
        let path = join(path, field.name);
        let Holds::Node(inner) = field.holds else {
            parts.push(part(path, field));
            continue;
        };
        if nested && TOP.child(field.name).is_some_and(|(_, of_top)| of_top == inner) {
            of_top.push(path);
            continue;
        }
        let same = |word: &&mut Word| word.field.name == field.name && word.spec == inner;
        if let Some(known) = parts.iter_mut().filter_map(as_word).find(same) {
            known.also.push(path);
            continue;
        }
        parts.push(part(path.clone(), field));
        // A template holds what a pool holds.
        if inner.word != "template" {
            collect(&path, inner, parts, of_top);
        }
    }
}

fn as_word(part: &mut Part) -> Option<&mut Word> {
    match part {
        Part::Word(word) => Some(word),
        Part::Value(_) => None,
    }
}

/// Every word once.
pub fn words() -> Vec<Word> {
    let words = parts().into_iter().filter_map(|part| match part {
        Part::Word(word) => Some(word),
        Part::Value(_) => None,
    });
    words.collect()
}

/// What a path from the top level leads to.
pub fn at(path: &str) -> Option<Part> {
    let (parent, name) = path.rsplit_once('.').map_or((None, path), |(parent, name)| (Some(parent), name));
    let spec = match parent.map(at) {
        None => TOP,
        Some(Some(Part::Word(word))) => word.spec,
        Some(_) => return None,
    };
    let field = spec.fields.iter().find(|field| field.name == name)?;
    Some(part(path.to_owned(), field))
}

/// Everything whose path ends with this one.
pub fn named(path: &str) -> Vec<Part> {
    let end = format!(".{path}");
    parts().into_iter().filter(|part| part.path() == path || part.path().ends_with(&end)).collect()
}

/// All types of values, by name.
pub fn types() -> Vec<&'static TypeSpec> {
    let mut types: Vec<&'static TypeSpec> = Vec::new();
    for part in parts() {
        if let Part::Value(value) = part
            && !types.contains(&value.ty)
        {
            types.push(value.ty);
        }
    }
    types.sort_by_key(|ty| ty.name.to_lowercase());
    types
}

/// The type of this name, with `-` or a space between its words.
pub fn type_named(name: &str) -> Option<&'static TypeSpec> {
    let wanted = name.to_lowercase().replace('-', " ");
    types().into_iter().find(|ty| ty.name.to_lowercase().replace('-', " ") == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn parts_of_a_word_differ_in_name() {
        // The JSON shape of the language has one object for each word.
        for word in words() {
            let mut names = HashSet::new();
            for field in word.spec.fields {
                assert!(names.insert(field.name), "{} has two parts {}", word.path, field.name);
            }
        }
    }

    #[test]
    fn types_differ_in_name() {
        let mut names = HashSet::new();
        for ty in types() {
            assert!(names.insert(ty.name), "two types are called {}", ty.name);
        }
    }
}
