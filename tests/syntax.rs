//! Reading files that people write, with the mistakes that people make.

use fleetc::diagnostic::Diagnostics;
use fleetc::syntax::{Node, Scalar, Sources, parse};

fn read(text: &str) -> (Vec<Node>, Vec<(&'static str, Vec<String>)>) {
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", text);
    let mut diagnostics = Diagnostics::default();
    let nodes = parse(&sources, id, &mut diagnostics);
    let found = diagnostics.into_iter().map(|diagnostic| {
        let place = |label: &fleetc::diagnostic::Label| {
            let line = sources.get(id).position(label.span.start).line;
            format!("{line}:{}", sources.text(label.span))
        };
        (diagnostic.code, diagnostic.labels.iter().map(place).collect())
    });
    (nodes, found.collect())
}

fn words(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|node| node.word.value.as_str()).collect()
}

/// One mistake: its code and the places that it points at.
fn one(text: &str) -> (&'static str, Vec<String>) {
    let (_, mut found) = read(text);
    assert_eq!(found.len(), 1, "{text}\n{found:?}");
    found.remove(0)
}

#[test]
fn spans_are_exact() {
    let text = "// é\npool \"a\"  min=1 \\\n  \"b\" {\n  x /* y */ k = #\"v\"#\n}\nlast\n";
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", text);
    let mut diagnostics = Diagnostics::default();
    let nodes = parse(&sources, id, &mut diagnostics);
    assert!(diagnostics.is_empty());
    let pool = &nodes[0];
    assert_eq!(sources.text(pool.word.span), "pool");
    assert_eq!(sources.text(pool.head()), "pool \"a\"  min=1 \\\n  \"b\"");
    assert!(sources.text(pool.span).ends_with("#\n}"));
    assert_eq!(sources.text(pool.props[0].span()), "min=1");
    let property = &pool.children[0].props[0];
    assert_eq!((sources.text(property.name.span), sources.text(property.value.span)), ("k", "#\"v\"#"));
    assert_eq!(property.value.value, Scalar::String("v".into()));
    assert_eq!(sources.text(nodes[1].span), "last");
}

#[test]
fn a_missing_brace_is_shown_where_it_is_missing() {
    let inner = "pool \"a\" {\n    runners {\n        min 1\n    job cpu=8\n}\npool \"b\" {\n}\n";
    let (nodes, found) = read(inner);
    assert_eq!(found, [("unclosed-brace", vec!["2:{".into(), "5:}".into()])]);
    assert_eq!(words(&nodes), ["pool", "pool"]);
    assert_eq!(words(&nodes[0].children), ["runners", "job"], "read as it was meant");

    let outer = "pool \"a\" {\n    runners min=1\npool \"b\" {\n    runners min=2\n}\npool \"c\" {\n}\n";
    let (nodes, found) = read(outer);
    assert_eq!(found, [("unclosed-brace", vec!["1:{".into(), "3:pool".into()])]);
    assert_eq!(words(&nodes), ["pool", "pool", "pool"]);

    let last = "a\npool \"b\" {\n    x 1\n";
    assert_eq!(one(last), ("unclosed-brace", vec!["2:{".into(), "3:1".into()]));
}

#[test]
fn children_at_the_left_margin_are_fine_where_braces_are() {
    let (nodes, found) = read("pool \"a\" {\nrunners min=1\njob cpu=2\n}\npool \"b\"\n");
    assert!(found.is_empty());
    assert_eq!(words(&nodes[0].children), ["runners", "job"]);
}

#[test]
fn a_stray_brace_is_one_mistake() {
    let (nodes, found) = read("pool \"a\" {\n  x 1\n  }\n}\npool \"b\"\n");
    assert_eq!(found, [("stray-brace", vec!["4:}".into(), "3:}".into()])]);
    assert_eq!(words(&nodes), ["pool", "pool"]);
}

#[test]
fn an_open_string_does_not_swallow_the_file() {
    let (nodes, found) = read("pool \"a {\n    job cpu=8\n}\npool \"b\"\n");
    assert_eq!(found, [("unclosed-string", vec!["1:\"".into()])]);
    assert_eq!(words(&nodes), ["pool", "pool"]);
    assert_eq!(words(&nodes[0].children), ["job"]);

    let (nodes, found) = read("a \"\"\"\n   text { \" }\n   more\nb 3\n");
    assert_eq!(found, [("unclosed-string", vec!["1:\"\"\"".into()])]);
    assert_eq!(words(&nodes), ["a", "b"]);

    assert_eq!(one("a 1 /* b\nc 2 {\n"), ("unclosed-comment", vec!["1:/*".into()]));
    assert_eq!(one("a path=/tmp/*\nb 2\n").0, "unclosed-comment");
}

#[test]
fn habits_of_other_languages() {
    for (text, code, place) in [
        ("runners min: 1", "not-kdl", "min: "),
        ("min: 1", "not-kdl", "min:"),
        ("pool:\n", "not-kdl", "pool:"),
        ("\"pool\": \"a\"", "not-kdl", ":"),
        ("a 1, 2", "not-kdl", "1,"),
        ("a \"b\", \"c\"", "not-kdl", ","),
        ("name = \"x\"", "not-kdl", "="),
        ("a [1 2", "not-kdl", "["),
        ("[pool]", "kdl-syntax", "["),
        ("{\"a\": 1}", "not-kdl", "{"),
        ("a true", "kdl-1-syntax", "true"),
        ("a b=null", "kdl-1-syntax", "null"),
        ("a r\"\\d\"", "kdl-1-syntax", "r\"\\d\""),
        ("a r#\"b\"c\"#", "kdl-1-syntax", "r#\"b\"c\"#"),
        ("a #True", "kdl-syntax", "#True"),
        ("# comment, isn't it", "kdl-syntax", "# comment, isn't it"),
        ("a 'b c'", "kdl-syntax", "'b c'"),
        ("a “b c”", "kdl-syntax", "“b c”"),
        ("a path=/mnt/x", "kdl-syntax", "/mnt/x"),
        ("a b/c", "kdl-syntax", "b/c"),
        ("a https://b/c", "kdl-syntax", "https://b/c"),
        ("a memory=1Gi", "kdl-syntax", "1Gi"),
        ("a (u8)1", "type-annotation", "(u8)"),
        ("a b=(u8)1", "type-annotation", "(u8)"),
        ("10 a", "kdl-syntax", "10"),
        ("a b=", "kdl-syntax", "b="),
        ("a b= c=1", "kdl-syntax", "b="),
        ("a \"b\"\"c\"", "kdl-syntax", "\"c\""),
        ("a {} b", "kdl-syntax", "b"),
        ("a { } { }", "kdl-syntax", "{"),
        ("a \"\\d\"", "kdl-syntax", "\\d"),
        ("a \\ b", "kdl-syntax", "\\"),
        (
            "a 170141183460469231731687303715884105728",
            "number-out-of-range",
            "170141183460469231731687303715884105728",
        ),
        ("a 1e999", "number-out-of-range", "1e999"),
    ] {
        assert_eq!(one(text), (code, vec![format!("1:{place}")]), "{text}");
    }
}

#[test]
fn a_slip_is_read_as_what_was_meant() {
    let (nodes, found) = read("job cpu: 8, memory=32Gi dind=true path=/x 'a b' {\n  x\n}\n");
    assert_eq!(found.len(), 6);
    let node = &nodes[0];
    let props: Vec<_> = node.props.iter().map(|p| (p.name.value.as_str(), p.value.value.clone())).collect();
    assert_eq!(
        props,
        [
            ("cpu", Scalar::Integer(8)),
            ("memory", Scalar::String("32Gi".into())),
            ("dind", Scalar::Bool(true)),
            ("path", Scalar::String("/x".into())),
        ]
    );
    assert_eq!(node.args[0].value, Scalar::String("a b".into()));
    assert_eq!(words(&node.children), ["x"]);
}

#[test]
fn every_mistake_of_a_file_is_told() {
    let (nodes, found) = read("a true\nb \"x\nc {\n  d 1Gi\n}\ne }\nf 'x'\n");
    let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["kdl-1-syntax", "unclosed-string", "kdl-syntax", "stray-brace", "kdl-syntax"]);
    assert_eq!(words(&nodes), ["a", "b", "c", "e", "f"]);
}

#[test]
fn one_wrong_character_is_one_mistake_or_two() {
    let fleet = r##"// Two pools.
fleet "ci" {
    github "https://github.com/octo-org" app-secret="app"
}
template "gpu" { mode "kubernetes" }

pool "train" from="gpu" {
    runners min=1 max=10 /* burst */
    /- job cpu=8
    hardware "gpu" devices=4
    cache "hf" "uv" \
        share="runner"
    alert "Idle" {
        expr #"sum(busy{pool="train"}) == 0"#
        text """
            No job { today }
            """
    }
}

pool "test" { runners max=2 }
"##;
    assert!(read(fleet).1.is_empty());
    for (at, c) in fleet.char_indices() {
        let mut less = fleet.to_string();
        less.remove(at);
        assert!(read(&less).1.len() <= 2, "without {c:?} at {at}: {:?}", read(&less).1);
        for more in ['"', '{', '}', '\'', '='] {
            let mut text = fleet.to_string();
            text.insert(at, more);
            assert!(read(&text).1.len() <= 3, "{more:?} at {at}: {:?}", read(&text).1);
        }
    }
}

#[test]
fn hostile_files_are_read_in_linear_time_and_little_stack() {
    let started = std::time::Instant::now();
    for piece in [
        "a{",
        "}",
        "{",
        ",",
        ", ",
        "(",
        ")",
        "[",
        "/-",
        "/- ",
        "/*",
        "/**",
        "*",
        "\"",
        "\" ",
        "\"\"\"",
        "\"\"\"\n",
        "#",
        "#\"",
        "##\"\"\"\n",
        "a: ",
        "a=",
        "a= ",
        "a b=(",
        "\\",
        "\\\n",
        "=",
        ";",
        "'",
        "a\n{\n",
        "pool \"x\" {\n",
        "a {\n /- b {\n",
        "}\n",
        "1e",
        "\u{feff}",
        "\r",
        "a {\n  b {\n}\n",
        "\"\\",
        "é",
        "“",
        "a /-{ ",
    ] {
        let text = piece.repeat(10_000);
        let (_, found) = read(&text);
        assert!(found.len() <= 20_000, "{piece}");
        // The same inside of a node, and closed again.
        read(&format!("a {{ b {text}\n}}\n"));
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn too_deep_is_said_once() {
    assert_eq!(one(&"a {\n".repeat(1000)).0, "too-deep");
    let deep = format!("{}{}", "a {\n".repeat(64), "}\n".repeat(64));
    assert!(read(&deep).1.is_empty());
}

#[test]
fn formatting_keeps_a_tidy_file() {
    let text = "// A fleet.\n\nfleet \"ci\" {\n    namespace \"arc\" // where\n    github \"https://github.com/o\" app-secret=\"s\"\n\n    expr \"a{b=\\\"c\\\"}\"\n}\n";
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", text);
    let formatted = fleetc::syntax::format(&sources, id, &|_: &[&str], _: &str| None);
    assert_eq!(formatted.expect("no errors"), text);
}
