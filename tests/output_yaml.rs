//! The YAML that fleetc writes means the same to a YAML 1.1 reader as to its author.

use fleetc::output::to_yaml;
use proptest::prelude::*;
use proptest::string::string_regex;
use serde_json::{Value, json};

/// The regular expressions by which the types of the YAML 1.1 type repository (yaml.org/type) claim plain scalars,
/// and those by which known readers go beyond it.
const RESOLVERS: [(&str, &str); 19] = [
    ("bool", "y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"),
    ("int, base 2", "[-+]?0b[0-1_]+"),
    ("int, base 8", "[-+]?0[0-7_]+"),
    ("int, base 10", "[-+]?(0|[1-9][0-9_]*)"),
    ("int, base 16", "[-+]?0x[0-9a-fA-F_]+"),
    ("int, base 60", "[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+"),
    ("float, base 10", r"[-+]?([0-9][0-9_]*)?\.[0-9.]*([eE][-+][0-9]+)?"),
    ("float, base 60", r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*"),
    ("infinity", r"[-+]?\.(inf|Inf|INF)"),
    ("not a number", r"\.(nan|NaN|NAN)"),
    ("null", "~|null|Null|NULL"),
    ("date", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    (
        "timestamp",
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?([ \t]*(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?",
    ),
    ("merge", "<<"),
    ("value", "="),
    ("float of PyYAML", r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?"),
    ("float of YAML 1.2 and Go", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"),
    ("int of YAML 1.2", "[-+]?0o[0-7]+"),
    ("int of Go", "[-+]?(0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|[0-9][0-9_]*)"),
];

/// Strings that some reader would take for something else if they were not quoted.
const DECEIVING: &[&str] = &[
    "",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "Y",
    "N",
    "True",
    "FALSE",
    "null",
    "Null",
    "~",
    "1_000",
    "60:30",
    "1:2:3.5",
    "0o17",
    "017",
    "0x1F",
    "0b1010",
    "-0x_",
    "+12",
    "1e3",
    "1E+3",
    ".5",
    "5.",
    ".",
    "-.inf",
    ".NaN",
    "2001-01-01",
    "2001-1-1 1:02:03",
    "2001-12-14t21:59:43.10-05:00",
    "=",
    "<<",
    " lead",
    "trail ",
    "#",
    "a #b",
    "a: b",
    "a:",
    ":",
    "- a",
    "-",
    "?",
    "? a",
    "!tag",
    "&anchor",
    "*alias",
    "@",
    "`",
    "%",
    "%YAML 1.1",
    "---",
    "--- a",
    "...",
    "[",
    "]",
    "{",
    "}",
    "{{ x }}",
    "|",
    ">",
    "'",
    "\"",
    "tab\there",
    "\t",
    "bell\u{7}",
    "\u{0}",
    "\u{1b}[0m",
    "del\u{7f}",
    "nel\u{85}",
    "ls\u{2028}",
    "ps\u{2029}",
    "\u{feff}bom",
    "\u{fffe}",
    "\r",
    "a\r\nb",
    "a\u{85}\nb",
];

fn claimed_by(text: &str) -> Option<&'static str> {
    thread_local! {
        static MATCHERS: Vec<(&'static str, jsonschema::Validator)> = RESOLVERS
            .iter()
            .map(|(name, regex)| (*name, jsonschema::validator_for(&json!({"pattern": format!("^({regex})$")})).unwrap()))
            .collect();
    }
    let value = json!(text);
    MATCHERS.with(|all| all.iter().find(|(_, matcher)| matcher.is_valid(&value)).map(|(name, _)| *name))
}

/// The text after `a:` when it is a plain scalar.
fn plain_value(text: &str) -> Option<String> {
    let yaml = to_yaml(&json!({ "a": text })).unwrap();
    let value = yaml.strip_prefix("a: ").unwrap().strip_suffix('\n').unwrap().to_owned();
    (!value.starts_with(['"', '\'', '|', '>'])).then_some(value)
}

/// The key of a map with one entry when it is a plain scalar.
fn plain_key(text: &str) -> Option<String> {
    let yaml = to_yaml(&json!({ text: 1 })).unwrap();
    let key = yaml.strip_suffix(": 1\n").unwrap().to_owned();
    (!key.starts_with(['"', '\''])).then_some(key)
}

fn read_back(value: &Value) -> Value {
    let yaml = to_yaml(value).unwrap();
    let as_yaml_1_1 = serde_saphyr::options! { strict_booleans: false, legacy_octal_numbers: true };
    serde_saphyr::from_str_with_options(&yaml, as_yaml_1_1).unwrap_or_else(|e| panic!("{e}\n{yaml}"))
}

#[test]
fn deceiving_strings_are_quoted_everywhere() {
    for text in DECEIVING {
        assert_eq!(plain_value(text), None, "value {text:?}");
        assert_eq!(plain_key(text), None, "key {text:?}");
        let item = to_yaml(&json!([text])).unwrap();
        assert!(item.starts_with("- \"") || item.starts_with("- '"), "item {text:?}: {item}");
        let value = json!({ *text: [text, { "a": text, *text: { *text: text } }] });
        assert_eq!(read_back(&value), value, "{text:?}");
    }
}

#[test]
fn ordinary_strings_stay_plain() {
    for text in [
        "gpu-a",
        "ghcr.io/acme/runner:2.336.0@sha256:0a",
        "10Gi",
        "500m",
        "v1",
        "/data",
        "a,b",
        "--flag",
        "é",
        "1.2.3.4:80a",
    ] {
        assert_eq!(plain_value(text).as_deref(), Some(text));
    }
}

#[test]
fn layout_is_that_of_kubectl() {
    let object = json!({
        "spec": { "containers": [{ "name": "runner", "args": ["-c", "a\nb\n"], "env": [] }], "empty": {} },
        "script": "#!/bin/sh\n\n  set -e\n",
        "indented": "  first\nsecond",
        "blank": "a\n\n\n",
    });
    let expected = "\
spec:
  containers:
  - name: runner
    args:
    - -c
    - |
      a
      b
    env: []
  empty: {}
script: |
  #!/bin/sh

    set -e
indented: |2-
    first
  second
blank: |+
  a


";
    assert_eq!(to_yaml(&object).unwrap(), expected);
}

#[test]
fn long_lines_are_not_folded() {
    let text = "word ".repeat(20_000) + "end";
    assert_eq!(to_yaml(&json!({ "a": text })).unwrap(), format!("a: {text}\n"));
    let lines = format!("{text}\n{text}");
    assert_eq!(to_yaml(&json!({ "a": lines })).unwrap(), format!("a: |-\n  {text}\n  {text}\n"));
}

/// libyaml, and so the reader of Kubernetes, refuses a literal block that starts with a tab.
#[test]
fn no_literal_block_starts_with_a_tab() {
    let object = json!({ "bad": ["\tx\ny", "\n\n\tx\n"], "good": "all:\n\tmake |\n\tcat\n" });
    let yaml = to_yaml(&object).unwrap();
    assert_eq!(yaml, "bad:\n- \"\\tx\\ny\"\n- \"\\n\\n\\tx\\n\"\ngood: |\n  all:\n  \tmake |\n  \tcat\n");
    assert_eq!(read_back(&object), object);
}

/// Any character, with those that mean something to YAML far more often.
fn any_text() -> impl Strategy<Value = String> {
    let tricky = prop_oneof![
        prop::sample::select(DECEIVING).prop_map(str::to_owned),
        "[-+_.:0-9eExXobTZ~=<yYnN ]{1,8}",
        "[ \t\n\r#:'\"\\\\|>\u{85}\u{2028}\u{feff}a-c]{0,12}",
    ];
    let anything = prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter);
    prop_oneof![3 => tricky, 1 => anything]
}

fn any_object() -> impl Strategy<Value = Value> {
    let leaf = any_text().prop_map(Value::String);
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((any_text(), inner), 0..4)
                .prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
}

fn any_claimed_text() -> impl Strategy<Value = String> {
    prop::sample::select(&RESOLVERS[..])
        .prop_flat_map(|(_, regex)| string_regex(&format!("({regex})")).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn objects_survive_the_round_trip(object in any_object()) {
        prop_assert_eq!(read_back(&object), object);
    }

    #[test]
    fn what_a_resolver_claims_is_quoted(text in any_claimed_text()) {
        prop_assert!(claimed_by(&text).is_some());
        prop_assert_eq!(plain_value(&text), None);
        prop_assert_eq!(plain_key(&text), None);
    }

    #[test]
    fn no_plain_scalar_is_claimed_by_a_resolver(text in any_text()) {
        for plain in plain_value(&text).into_iter().chain(plain_key(&text)) {
            prop_assert_eq!(&plain, &text);
            prop_assert_eq!(claimed_by(&plain), None);
        }
    }

    #[test]
    fn equal_objects_give_equal_bytes_ending_in_one_line(object in any_object()) {
        let yaml = to_yaml(&object).unwrap();
        prop_assert!(yaml.ends_with('\n'));
        prop_assert_eq!(to_yaml(&object.clone()).unwrap(), yaml);
    }
}
