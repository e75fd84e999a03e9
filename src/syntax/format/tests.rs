//! The formatter keeps the meaning, and formatting twice is formatting once.

use super::*;
use crate::syntax::Node;
use crate::syntax::lex::{Kind, Lexer};
use proptest::prelude::*;

fn order(path: &[&str], property: &str) -> Option<usize> {
    let properties: &[&str] = match path {
        ["pool", "runners"] => &["min", "max"],
        _ => &["from", "b"],
    };
    properties.iter().position(|known| *known == property)
}

fn formatted(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", text);
    format(&sources, id, &order).ok()
}

fn tree(text: &str) -> Vec<Node> {
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", text);
    let mut diagnostics = Diagnostics::default();
    let mut nodes = parse(&sources, id, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{text:?}: {diagnostics:?}");
    plain(&mut nodes);
    nodes
}

/// Without what a formatter may change: places, and the order of different properties.
fn plain(nodes: &mut [Node]) {
    for node in nodes {
        node.span = Default::default();
        node.props.sort_by(|a, b| a.name.value.cmp(&b.name.value));
        plain(&mut node.children);
    }
}

fn keeps_meaning(text: &str) {
    let Some(once) = formatted(text) else { return };
    assert!(tree(text) == tree(&once), "{text:?}\n{once}");
    assert_eq!(formatted(&once).as_ref(), Some(&once), "not stable: {text:?}");
    let comments = |text: &str| {
        let comment = |kind| matches!(kind, Kind::LineComment | Kind::BlockComment(_) | Kind::Slashdash);
        Lexer::new(text, 0, text.len()).filter(|token| comment(token.kind)).count()
    };
    assert!(comments(text) == comments(&once), "{text:?}\n{once}");
}

#[test]
fn one_style() {
    for (text, expected) in [
        ("", ""),
        ("\n\n a\n\n\n\nb;c ; d\n\n", "a\n\nb\nc\nd\n"),
        ("\u{feff}a 1\r\nb\r\n", "a 1\nb\n"),
        (
            "pool  name   {\n  runners  max=3  other=1 min=+1\n}",
            "pool \"name\" {\n    runners min=1 max=3 other=1\n}\n",
        ),
        ("a x = 0xFF \"y\" 1E3", "a \"y\" 1e3 x=0xff\n"),
        ("\"a\" \"b\"=1 \"c d\"=2 #\"e\"#", "a #\"e\"# b=1 \"c d\"=2\n"),
        ("a { b }", "a { b }\n"),
        ("a {b}", "a { b }\n"),
        ("a { b; c }", "a {\n    b\n    c\n}\n"),
        ("a {\n b }", "a {\n    b\n}\n"),
        ("a { }", "a {}\n"),
        ("a {\n\n\n b\n\n}", "a {\n    b\n}\n"),
        ("// x  \n\n\na 1 // y\n  // z\n/* u */ b", "// x\n\na 1 // y\n// z\n/* u */\nb\n"),
        ("a { // why\n b // because\n} // so", "a { // why\n    b // because\n} // so\n"),
        ("a z=1 /* x */ b=2 c=3 from=4", "a z=1 /* x */ from=4 b=2 c=3\n"),
        ("a 1 \\\n  2 \\ // x\n3", "a 1 \\\n    2 \\ // x\n    3\n"),
        ("a 1 \\\n", "a 1\n"),
        ("a 1 \\ // x\n", "a 1 // x\n"),
        ("a /-z=1 from=2 /-3 /- { b } { c }", "a /-3 from=2 /-z=1 /- { b } { c }\n"),
        ("a {\n/- b {\n  c\n }\n}", "a {\n    /- b {\n  c\n }\n}\n"),
        ("a \"\"\"\n  x\r\n  y\n  \"\"\"", "a \"\"\"\n  x\n  y\n  \"\"\"\n"),
        ("a -1 - #true true-ish", "a -1 \"-\" #true \"true-ish\"\n"),
    ] {
        assert_eq!(formatted(text).as_deref(), Some(expected), "{text:?}");
        keeps_meaning(text);
    }
}

#[test]
fn a_line_that_is_too_long_is_broken() {
    let text = format!("a {{ b \"{}\" }}\n", "x".repeat(95));
    let expected = format!("a {{\n    b \"{}\"\n}}\n", "x".repeat(95));
    assert_eq!(formatted(&text), Some(expected));
}

#[test]
fn a_file_with_errors_is_left_alone() {
    assert_eq!(formatted("a {\n"), None);
}

fn document() -> impl Strategy<Value = String> {
    let blank = prop_oneof![
        6 => Just(" "), 1 => Just("\t "), 1 => Just(" /* c */ "), 1 => Just(" \\\n "), 1 => Just(" \\ // c\n"),
        1 => Just(" /-x "), 1 => Just(" /-y=1 "), 1 => Just(" /- /* d\n d */\n y = \"1\" ")
    ];
    let value = prop_oneof![
        Just("1"),
        Just("+2"),
        Just("0xF"),
        Just("a"),
        Just("\"b c\""),
        Just("#true"),
        Just("#\"r\"#"),
        Just("\"d\""),
        Just("\"\"\"\n   m \n  n\n  \"\"\""),
        Just("\"e \\\n  f\""),
        Just("1.5E3"),
        Just("\"\\n\"")
    ];
    let name = prop_oneof![
        Just(""),
        Just(""),
        Just("b="),
        Just("from="),
        Just("\"p\"= "),
        Just("q /* c */ ="),
        Just("z= \\\n ")
    ];
    let entry = (blank.clone(), name, value).prop_map(|(blank, name, value)| format!("{blank}{name}{value}"));
    let head =
        (prop_oneof![Just("n"), Just("\"pool\""), Just("\"w w\"")], proptest::collection::vec(entry, 0..4))
            .prop_map(|(word, entries)| format!("{word}{}", entries.concat()));
    let end = prop_oneof![
        4 => Just("\n"), 1 => Just(";"), 1 => Just(" // c\n"), 1 => Just(" /* c */ \n"), 1 => Just("\r\n\r\n\r\n"),
        1 => Just("; // c\n"), 1 => Just(" \\\n\n"), 1 => Just(" \\ // c\n\n"), 1 => Just("\n// c\n"),
        1 => Just("\n/* c\n  c */ "), 1 => Just("\n/- t {\n  u\n}\n"), 1 => Just("\n /- t u=1;")
    ];
    let leaf = (head.clone(), end.clone()).prop_map(|(head, end)| format!("{head}{end}"));
    let block = prop_oneof![
        Just("{"),
        Just(" {\n"),
        Just(" { // c\n"),
        Just(" \\\n {"),
        Just(" /- { v } {"),
        Just(" {}\n n {")
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        let children = proptest::collection::vec(inner, 0..4).prop_map(|nodes| nodes.concat());
        (head.clone(), block.clone(), children, end.clone())
            .prop_map(|(head, block, children, end)| format!("{head}{block}{children}}}{end}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn documents_keep_their_meaning(nodes in proptest::collection::vec(document(), 0..4)) {
        keeps_meaning(&nodes.concat());
    }

    #[test]
    fn any_pieces_keep_their_meaning(text in crate::syntax::differential::pieces()) {
        keeps_meaning(&text);
    }
}
