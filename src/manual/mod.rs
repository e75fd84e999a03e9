//! The manual: a page on every rule, word and type, made from the rules and the vocabulary.
//!
//! Pages are Markdown. `fleetc explain` prints one, `docs/` and `schema/` hold all of them as files
//! ([`files`]), and a test compares those with what is made here.

mod examples;
mod files;
mod prose;
mod reference;
mod rule;
mod vocabulary;
mod word;

pub use examples::{EXAMPLES, Example};
pub use files::{File, GENERATED, files, stale};

use crate::check;
use crate::language::suggest::nearest;
use vocabulary::Part;

/// The page of a rule by its code, of a word or part of a word by its path (`pool.runners`, or just
/// `runners`), or of a type by its name.
///
/// The error is the nearest name that has a page, if any is near.
pub fn explain(name: &str) -> Result<String, Option<String>> {
    if let Some(rule) = check::find(name) {
        return Ok(rule::page(rule));
    }
    let word = match vocabulary::at(name) {
        Some(part) => Some(word::page(&part) + &others(name)),
        None => word::of_all(&vocabulary::named(name)),
    };
    let of_type = vocabulary::type_named(name).map(word::type_page);
    match (word, of_type) {
        (Some(word), Some(of_type)) => Ok(format!("{word}\n{of_type}")),
        (Some(page), None) | (None, Some(page)) => Ok(page),
        (None, None) => Err(suggestion(name)),
    }
}

/// Where else a top-level word stands: `namespace` is a word of its own, and a part of a fleet.
fn others(name: &str) -> String {
    let others = vocabulary::named(name).into_iter().map(|part| part.path().to_owned());
    let others: Vec<_> = others.filter(|path| path != name).map(|path| format!("`{path}`")).collect();
    if others.is_empty() { String::new() } else { format!("\nSee also {}.\n", others.join(", ")) }
}

fn suggestion(name: &str) -> Option<String> {
    let parts = vocabulary::parts();
    let paths = parts.iter().map(Part::path);
    let last = parts.iter().map(|part| part.field().name);
    let codes = check::rules().map(|rule| rule.code);
    let types = vocabulary::types();
    let types = types.iter().map(|ty| ty.name);
    nearest(name, codes.chain(last).chain(paths).chain(types)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_codes_words_parts_and_types() {
        for name in [
            "name-too-long",
            "pool",
            "pool.runners",
            "runners",
            "pool.runners.min",
            "template.runners",
            "pool.github.certificate",
            "memory quantity",
            "memory-quantity",
            "cpu",
        ] {
            assert!(explain(name).is_ok_and(|page| page.starts_with("# ")), "{name}");
        }
        assert_eq!(explain("pool.runers").err().flatten().as_deref(), Some("pool.runners"));
        assert_eq!(explain("nam-too-long").err().flatten().as_deref(), Some("name-too-long"));
        assert_eq!(explain("zzz").err(), Some(None));
    }

    #[test]
    fn a_word_of_many_places_lists_them() {
        let page = explain("cpu").unwrap_or_default();
        assert!(page.contains("`pool.job.cpu`") && page.contains("`hardware.nodes.cpu`"), "{page}");
        let page = explain("namespace").unwrap_or_default();
        assert!(page.contains("See also `fleet.namespace`"), "{page}");
    }
}
