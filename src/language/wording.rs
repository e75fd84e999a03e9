//! What is said of mistakes in words and values.

use super::decode::{Decode, show};
use super::nodes::File;
use super::spec::{FieldKind, FieldSpec, Holds, NodeSpec, TypeSpec};
use super::suggest::one_of;
use super::value::{Mismatch, Value};
use crate::diagnostic::Diagnostic;
use crate::syntax::{Scalar, Spanned};

/// Where a word stands, if there is such a word.
pub(super) fn homes(word: &str) -> Option<String> {
    let mut homes: Vec<&'static str> = Vec::new();
    let mut open: Vec<&'static NodeSpec> = vec![&<File as Decode>::SPEC];
    while let Some(spec) = open.pop() {
        if spec.child(word).is_some() && !homes.contains(&spec.word) {
            homes.push(spec.word);
        }
        open.extend(spec.child_words().filter_map(|word| Some(spec.child(word)?.1)));
    }
    homes.sort_unstable();
    match homes.as_slice() {
        [] => None,
        // The top level has no word.
        [""] => Some("at the top level of the file, outside of all braces".to_owned()),
        homes => Some(format!("in {}", one_of(homes.iter().copied().filter(|home| !home.is_empty())))),
    }
}

/// A word or a name that stands twice.
pub(super) fn duplicate(word: &str, key: Option<String>) -> Diagnostic {
    match key {
        Some(key) => Diagnostic::new("duplicate-name", format!("`{word} {key}` is declared twice"))
            .help(format!("rename one of the two, or merge them into one `{word}`")),
        None => Diagnostic::new("duplicate-node", format!("`{word}` stands twice here"))
            .help(format!("merge them into one `{word}`")),
    }
}

/// A value that is not of its type.
pub(super) fn describe<T: Value>(
    mismatch: Mismatch,
    value: &Spanned<Scalar>,
    name: &str,
    word: &str,
) -> Diagnostic {
    let expected = T::TYPE.name;
    // `mode "…"`, `namespace "…"`: an argument that is called like its word is the word's own.
    let what = if name == word { format!("`{word}`") } else { format!("{name} of `{word}`") };
    let (code, message, effect, help) = match mismatch {
        Mismatch::Type => {
            let message = format!("{what} is {}, not {}", kind_of(value), article(expected));
            ("wrong-type", message, None, None)
        }
        Mismatch::Value { code, message, effect, help } => (code, message, effect, help),
        Mismatch::Choice(near) => {
            let words = T::TYPE.choices.iter().map(|(word, _)| *word);
            let help = match near {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("write one of {}", one_of(words)),
            };
            ("wrong-value", format!("{what} can't be {}", show(value)), None, Some(help))
        }
    };
    let help = help.or_else(|| T::TYPE.examples.first().map(|example| format!("write it like {example}")));
    let mut found =
        Diagnostic::new(code, message).label(value.span, format!("expected {}", article(expected)));
    found.effect = effect;
    found.help = help;
    found
}

fn kind_of(value: &Scalar) -> &'static str {
    match value {
        Scalar::String(_) => "a string",
        Scalar::Integer(_) | Scalar::Float(_) => "a number",
        Scalar::Bool(_) => "a boolean",
        Scalar::Null => "null",
    }
}

fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// `1 argument`, `2 arguments`.
pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A doc comment as the end of a sentence.
pub(super) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect::<String>().trim_end_matches('.').to_owned(),
        None => String::new(),
    }
}

/// What to write for a field of a node, ready to be copied where there is an example.
pub(super) fn example(spec: &'static NodeSpec, field: &'static FieldSpec) -> String {
    let of_type = |ty: &'static TypeSpec| {
        let choice = ty.choices.first().map(|(word, _)| format!("{word:?}"));
        ty.examples.first().map(|example| (*example).to_owned()).or(choice).unwrap_or_else(|| "…".to_owned())
    };
    match (field.kind, field.holds) {
        (FieldKind::Property, Holds::Value(ty)) => format!("`{}={}`", field.name, of_type(ty)),
        (_, Holds::Value(ty)) if spec.arguments().next() == Some(field) => {
            format!("it, such as `{} {}`", spec.word, of_type(ty))
        }
        (_, Holds::Value(ty)) => format!("it behind the others, such as `{}`", of_type(ty)),
        (_, Holds::Node(child)) => {
            let parts =
                child.fields.iter().filter(|part| part.required).filter_map(|part| match part.holds {
                    Holds::Value(ty) if part.kind == FieldKind::Property => {
                        Some(format!(" {}={}", part.name, of_type(ty)))
                    }
                    Holds::Value(ty) => Some(format!(" {}", of_type(ty))),
                    Holds::Node(_) => None,
                });
            let choices =
                child.fields.iter().filter(|part| part.required).find_map(|part| match part.holds {
                    Holds::Value(ty) => ty.choices.get(1..).filter(|others| !others.is_empty()),
                    Holds::Node(_) => None,
                });
            let others: Vec<_> = choices.into_iter().flatten().map(|(word, _)| format!("{word:?}")).collect();
            let or = if others.is_empty() { String::new() } else { format!(" (or {})", others.join(", ")) };
            format!("`{}{}`{or}", field.name, parts.collect::<String>())
        }
    }
}
