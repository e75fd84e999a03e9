//! Declarations that nothing names.

use crate::language::suggest::nearest;
use crate::syntax::{Node, Scalar, Spanned};
use std::collections::HashSet;

/// A declaration that no pool and no template names.
#[derive(Clone, Debug)]
pub struct Unused {
    /// Its word, such as `cache`.
    pub word: &'static str,
    /// Its name.
    pub name: Spanned<String>,
}

/// Words that declare what pools name.
const DECLARES: [&str; 5] = ["cache", "priority", "hardware", "template", "namespace"];

/// Finds them in the tree rather than in the model: a pool that is left out of that for a mistake still
/// names what it names.
pub fn unused(tree: &[Node]) -> Vec<Unused> {
    let mut used: HashSet<(&str, &str)> = HashSet::new();
    for node in tree {
        match node.word.as_str() {
            "pool" | "template" => {
                for property in &node.props {
                    let word =
                        if property.name.value == "from" { "template" } else { property.name.as_str() };
                    used.extend(text(&property.value).map(|name| (word, name)));
                }
                for child in &node.children {
                    let names = child.args.iter().filter_map(text);
                    used.extend(names.map(|name| (child.word.as_str(), name)));
                }
            }
            "fleet" => {
                let namespaces = node.children.iter().filter(|child| child.word.as_str() == "namespace");
                used.extend(namespaces.filter_map(|child| Some(("namespace", text(child.args.first()?)?))));
            }
            _ => {}
        }
    }
    let declared: Vec<Unused> = tree
        .iter()
        .filter_map(|node| {
            let word = DECLARES.into_iter().find(|word| *word == node.word.as_str())?;
            let name = node.args.first()?;
            Some(Unused { word, name: Spanned::new(text(name)?.to_owned(), name.span) })
        })
        .collect();
    let meant = misspelt(&declared, &used);
    let is_used =
        |one: &Unused| [&used, &meant].iter().any(|names| names.contains(&(one.word, one.name.as_str())));
    let unused: Vec<bool> = declared.iter().map(|one| !is_used(one)).collect();
    declared.into_iter().zip(unused).filter_map(|(one, unused)| unused.then_some(one)).collect()
}

/// Declarations that a misspelt name means: the name is reported, and that nothing else names them only
/// follows from it.
fn misspelt<'a>(declared: &'a [Unused], used: &HashSet<(&str, &str)>) -> HashSet<(&'a str, &'a str)> {
    let names: HashSet<(&str, &str)> = declared.iter().map(|one| (one.word, one.name.as_str())).collect();
    let unknown =
        used.iter().filter(|(word, name)| DECLARES.contains(word) && !names.contains(&(*word, *name)));
    unknown
        // A namespace need not be declared, so a name that is not is no mistake.
        .filter(|(word, _)| *word != "namespace")
        // Each suggestion reads all names; beyond a few mistakes a note too many does no harm.
        .take(20)
        .filter_map(|(word, name)| {
            let of_word = || declared.iter().filter(|one| one.word == *word);
            let near = nearest(name, of_word().map(|one| one.name.as_str()))?;
            of_word().find(|one| one.name.as_str() == near).map(|one| (one.word, one.name.as_str()))
        })
        .collect()
}

fn text(value: &Spanned<Scalar>) -> Option<&str> {
    match &value.value {
        Scalar::String(text) => Some(text),
        _ => None,
    }
}
