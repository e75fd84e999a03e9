//! Every code that is reported has a page.

use fleetc::check::{example, find, rules};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What stands in front of a code in the source.
const BEFORE: &[&str] = &["Diagnostic::new(", ".code(", "code: ", ".missing("];

#[test]
fn codes_in_the_source_have_pages() {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut lacking: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut seen = 0;
    for path in files {
        let text = fs::read_to_string(&path).expect("a source file is text");
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or("");
        for found in codes(code, &path) {
            seen += 1;
            if find(&found).is_none() {
                lacking.insert(found, path.clone());
            }
        }
    }
    assert!(seen > 40, "the codes of the source are no longer found by what stands in front of them");
    assert!(lacking.is_empty(), "these codes have no rule in src/check: {lacking:#?}");
}

#[test]
fn findings_of_examples_have_pages() {
    for rule in rules() {
        for found in example::of(rule, rule.bad).diagnostics.iter() {
            assert!(find(found.code).is_some(), "{}, found in the example of {}", found.code, rule.code);
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the source").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// String literals behind one of [`BEFORE`], the constants of the reader, and the arms of a `match`
/// that decides a code.
fn codes(text: &str, path: &Path) -> Vec<String> {
    let mut codes = Vec::new();
    for before in BEFORE {
        codes.extend(text.split(before).skip(1).filter_map(literal));
    }
    if path.ends_with("syntax/trouble.rs") {
        codes.extend(text.split("&str =").skip(1).filter_map(literal));
    }
    for choice in text.split("let code = match").skip(1) {
        let arms = choice.split("};").next().unwrap_or("");
        codes.extend(arms.split("=>").skip(1).filter_map(literal));
    }
    codes
}

/// The string literal that a text starts with, if it can be a code.
fn literal(text: &str) -> Option<String> {
    let code = text.trim_start().strip_prefix('"')?.split('"').next()?;
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.')
    };
    (code.contains('-') && code.split('-').all(part)).then(|| code.to_owned())
}
