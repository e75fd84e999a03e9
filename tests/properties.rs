//! What holds for every fleet, tried on many.

#[path = "generate/mod.rs"]
mod generate;
#[path = "properties/strategy.rs"]
mod strategy;

use fleetc::check::example::DAY;
use fleetc::compile::{Compilation, Files, compile};
use fleetc::diagnostic::{Diagnostic, Severity};
use fleetc::emit;
use fleetc::output::Tree;
use fleetc::syntax::{self, Sources};
use generate::{Node, text};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use strategy::{Fleet, fleet};

struct Memory(String);

impl Files for Memory {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == "fleet.kdl" { Ok(self.0.clone()) } else { Err("there is no such file".to_owned()) }
    }
}

fn compiled(text: &str) -> Compilation {
    compile(&Memory(text.to_owned()), "fleet.kdl", DAY).expect("the file can be read")
}

/// The files of a fleet that must have no errors.
fn built(text: &str) -> BTreeMap<String, String> {
    files(compiled(text), text)
}

fn files(run: Compilation, text: &str) -> BTreeMap<String, String> {
    let errors: Vec<_> = run.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    let fleet = run.fleet.expect("a fleet without errors");
    let tree: Tree = emit::render(&fleet, run.objects).expect("a fleet without errors becomes files");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("YAML is text");
    tree.iter().map(|(path, bytes)| (path.as_str().to_owned(), text(bytes))).collect()
}

/// Codes and the words of messages: a message may name things in the order of the file, and places
/// differ where the same nodes stand elsewhere.
fn said(run: &Compilation) -> BTreeSet<(&'static str, Vec<String>)> {
    let words = |found: &Diagnostic| {
        let mut words: Vec<_> = found.message.split([' ', ',']).map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    run.diagnostics.iter().map(|found| (found.code, words(found))).collect()
}

/// The paths of files that are not the same in both.
fn changed<'a>(a: &'a BTreeMap<String, String>, b: &'a BTreeMap<String, String>) -> BTreeSet<&'a str> {
    let differs = |path: &&String| a.get(*path) != b.get(*path);
    a.keys().chain(b.keys()).filter(differs).map(String::as_str).collect()
}

/// The pool that a file is about, if it is one's.
fn pool_of(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("pools/")?;
    rest.split('/').next()
}

fn shuffled(mut nodes: Vec<Node>, keys: &[u32]) -> Vec<Node> {
    let mut keys = keys.iter().cycle();
    nodes.sort_by_cached_key(|_| keys.next().copied());
    nodes
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(96))]

    /// The same text gives the same bytes, and every file is one YAML document that is an object.
    #[test]
    fn a_valid_fleet_becomes_documents(fleet in fleet()) {
        let text = fleet.text();
        let once = built(&text);
        prop_assert_eq!(&once, &built(&text));
        for (path, content) in &once {
            let document: serde_json::Value = serde_saphyr::from_str(content)
                .unwrap_or_else(|error| panic!("{path}: {error}\n{content}"));
            for field in ["apiVersion", "kind", "metadata"] {
                prop_assert!(document.get(field).is_some(), "{} has no {}", path, field);
            }
        }
    }

    /// Where a node stands at the top level says nothing about the fleet.
    #[test]
    fn order_means_nothing(fleet in fleet(), keys in proptest::collection::vec(any::<u32>(), 24)) {
        let (one, other) = (text(&fleet.nodes()), text(&shuffled(fleet.nodes(), &keys)));
        let (first, second) = (compiled(&one), compiled(&other));
        prop_assert_eq!(said(&first), said(&second));
        prop_assert_eq!(files(first, &one), files(second, &other));
    }

    /// A pool that joins touches no file of another pool.
    #[test]
    fn a_new_pool_leaves_the_others_alone(fleet in fleet()) {
        let whole = built(&fleet.text());
        let (mut smaller, last) = (fleet.clone(), fleet.pools.len() - 1);
        let added = smaller.pools.remove(last);
        let part = built(&smaller.text());
        for path in changed(&part, &whole) {
            let owner = pool_of(path);
            prop_assert!(owner.is_none_or(|owner| owner == added.name), "{} changed", path);
        }
    }

    /// A variable that changes changes the files of its pool and nothing else.
    #[test]
    fn a_changed_pool_changes_alone(fleet in fleet(), value in "[a-z]{1,8}") {
        let before = built(&fleet.text());
        let mut other = fleet.clone();
        other.pools[0].env.push(("FLEETC_TEST".to_owned(), value));
        let after = built(&other.text());
        let changed = changed(&before, &after);
        prop_assert!(!changed.is_empty());
        for path in changed {
            prop_assert_eq!(pool_of(path), Some(other.pools[0].name.as_str()), "{}", path);
        }
    }

    /// Formatting changes how a file looks, once.
    #[test]
    fn formatting_keeps_the_output(fleet in fleet()) {
        let text = fleet.text();
        let formatted = format(&text);
        prop_assert_eq!(&formatted, &format(&formatted));
        prop_assert_eq!(built(&text), built(&formatted));
    }

    /// Whatever a variable holds, a reader of the YAML gets it back.
    #[test]
    fn strings_come_back(value in strategy::nasty()) {
        let mut fleet = Fleet::plain();
        fleet.pools[0].env = vec![("NASTY".to_owned(), value.clone())];
        let files = built(&fleet.text());
        let document: serde_json::Value =
            serde_saphyr::from_str(&files["pools/plain/runner-set.yaml"]).expect("YAML");
        let env = document.pointer("/spec/template/spec/containers/0/env").and_then(|env| env.as_array());
        let found = env.into_iter().flatten().find(|variable| variable["name"] == "NASTY");
        let found = found.map(|variable| variable["value"].clone());
        prop_assert_eq!(found, Some(serde_json::Value::String(value)));
    }
}

fn format(text: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", text);
    syntax::format(&sources, id, &|_: &[&str], _: &str| None).expect("no errors of syntax")
}

/// What benchmarks measure is a fleet that nothing is wrong with, the same for the same seed.
#[test]
fn fleets_by_seed_are_fine() {
    for (pools, seed) in [(60, 1), (100, 2), (200, 3)] {
        let text = generate::fleet(pools, seed);
        assert_eq!(text, generate::fleet(pools, seed));
        let run = compiled(&text);
        let worst = run.diagnostics.iter().map(|found| found.severity).max();
        assert!(worst <= Some(Severity::Info), "{:#?}", said(&run));
        assert_eq!(run.fleet.expect("a fleet").pools.len(), pools);
    }
}
