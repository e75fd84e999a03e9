//! The kdl crate is the judge of what KDL 2 is: on any text that both accept, the trees are equal.

use super::{Node, Scalar, Sources, parse};
use crate::diagnostic::Diagnostics;
use kdl::{KdlDocument, KdlNode, KdlValue};
use proptest::prelude::*;

fn ours(text: &str) -> (Vec<Node>, Vec<&'static str>) {
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", text);
    let mut diagnostics = Diagnostics::default();
    let nodes = parse(&sources, id, &mut diagnostics);
    let codes = diagnostics.into_iter().map(|diagnostic| {
        for label in &diagnostic.labels {
            assert!(label.span.start <= label.span.end && label.span.end as usize <= text.len());
            assert!(text.is_char_boundary(label.span.start as usize), "{diagnostic:?}");
            assert!(text.is_char_boundary(label.span.end as usize), "{diagnostic:?}");
        }
        diagnostic.code
    });
    (nodes, codes.collect())
}

fn scalar(value: &KdlValue) -> String {
    format!(
        "{:?}",
        match value {
            KdlValue::String(text) => Scalar::String(text.clone()),
            KdlValue::Integer(number) => Scalar::Integer(*number),
            KdlValue::Float(number) => Scalar::Float(*number),
            KdlValue::Bool(value) => Scalar::Bool(*value),
            KdlValue::Null => Scalar::Null,
        }
    )
}

type Plain = (String, Vec<String>, Vec<(String, String)>, Vec<Flat>);

#[derive(Debug, PartialEq)]
struct Flat(Plain);

fn flat_theirs(nodes: &[KdlNode]) -> Vec<Flat> {
    let flat = |node: &KdlNode| {
        let entries = node.entries().iter();
        let args = entries.clone().filter(|entry| entry.name().is_none()).map(|entry| scalar(entry.value()));
        let props =
            entries.filter_map(|e| e.name().map(|name| (name.value().to_string(), scalar(e.value()))));
        let children = node.children().map_or(Vec::new(), |document| flat_theirs(document.nodes()));
        Flat((node.name().value().to_string(), args.collect(), props.collect(), children))
    };
    nodes.iter().map(flat).collect()
}

fn flat_ours(nodes: &[Node]) -> Vec<Flat> {
    let flat = |node: &Node| {
        let args = node.args.iter().map(|arg| format!("{:?}", arg.value));
        let props = node.props.iter().map(|p| (p.name.value.clone(), format!("{:?}", p.value.value)));
        Flat((node.word.value.clone(), args.collect(), props.collect(), flat_ours(&node.children)))
    };
    nodes.iter().map(flat).collect()
}

fn agree(text: &str) {
    let (nodes, codes) = ours(text);
    // Deeply nested `/-` takes the kdl crate exponential time.
    if text.matches("/-").count() > 4 {
        return;
    }
    let theirs = KdlDocument::parse_v2(text);
    if let (true, Ok(theirs)) = (codes.is_empty(), &theirs) {
        assert_eq!(flat_ours(&nodes), flat_theirs(theirs.nodes()), "{text:?}");
    }
    let stricter = ["not-kdl", "type-annotation", "number-out-of-range", "kdl-1-syntax"];
    if theirs.is_ok() {
        // Stricter on purpose: what KDL reads as a strange word was meant as something else.
        let habits = text.contains(['\'', '“', '”', '„', '‘', '’']) || text.contains('/');
        let told = codes.first().filter(|code| !stricter.contains(code));
        assert!(told.is_none() || habits, "kdl accepts {text:?}, but {codes:?}");
    }
    if theirs.is_err() && codes.is_empty() {
        // More lenient on purpose: what is taken out need not be right, and a `;` too many is harmless.
        assert!(text.contains("/-") || text.contains(';'), "kdl refuses {text:?}: {theirs:?}");
    }
}

#[test]
fn the_same_tree_as_the_kdl_crate() {
    for text in [
        "",
        "\u{feff}a 1\r\nb {\r\n    c \"d\"\r\n}\r\n",
        "a \\\n  b=1 \\ // why\n  c\n",
        "a /* x */ b=/* y */1 /* /* */ */ { c; d 0x1F -1.5e3 #true #null #inf\n}\n",
        "\"a b\" \"c\"=\"d\\n\" #\"e\\f\"# ##\"g\"#h\"##\n",
        "a \"\"\"\n    x\n      y\n    \"\"\" b=#\"\"\"\n  z\n  \"\"\"#\n",
        "/- a {\n b\n}\nc /-d e /-f=1 g=2 /- { h } { i }\n",
        "a /-\nb c\n",
        "a = 1",
        "a b = 1",
        "a {b;c}",
        "a{b{c}}",
        "+ - . a.b -a +b .c _ <=>",
    ] {
        agree(text);
    }
}

/// Fragments of KDL, good and bad, in any order.
pub fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(" "),
        Just("\n"),
        Just("{"),
        Just("}"),
        Just(";"),
        Just("="),
        Just("\\\n"),
        Just("/-"),
        Just("//"),
        Just("/*"),
        Just("*/"),
        Just("\""),
        Just("\"\"\"\n"),
        Just("\n\"\"\""),
        Just("#\""),
        Just("\"#"),
        Just("a"),
        Just("b=1"),
        Just("\"s\""),
        Just("#true"),
        Just("-1.5"),
        Just("0x1f"),
        Just("1Gi"),
        Just("("),
        Just(")"),
        Just("\r\n"),
        Just("\t"),
        Just("é"),
        Just("{\n    "),
        Just("\n}\n"),
        Just("\npool \"x\" {\n"),
        Just("\\n"),
        Just("\\u{41}"),
        Just(","),
        Just(":"),
        Just("true"),
        Just("'"),
        Just("\u{1}"),
        Just("[")
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_pieces_agree(text in pieces()) {
        agree(&text);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,80}") {
        ours(&text);
    }
}
