//! Whether what a server holds is what was written: field by field, after both have been brought to one form.
//!
//! Servers give back other words than they were given: durations as seconds, absent lists as null or as empty ones, addresses
//! without `/32`. Only fields that were written count; what a server adds by itself is its own business.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A field that holds something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name.
    pub field: String,
}

/// The fields of `wanted` that `held` does not hold.
pub fn differences(wanted: &Map<String, Value>, held: &Map<String, Value>) -> Vec<Difference> {
    let differs = |(field, value): &(&String, &Value)| {
        let there = held.get(*field).unwrap_or(&Value::Null);
        normal(field, value) != normal(field, there)
    };
    wanted.iter().filter(differs).map(|(field, _)| Difference { field: field.clone() }).collect()
}

/// The one form of a value.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Normal {
    /// Null, an empty text, list or map, 0, false: servers leave these out, or put one for the other.
    Unset,
    True,
    Number(String),
    Text(String),
    Set(BTreeSet<Normal>),
    Map(Vec<(String, Normal)>),
}

/// What kind of value a field holds, where its form does not tell.
#[derive(Clone, Copy)]
enum Meaning {
    Plain,
    Seconds,
    Networks,
    /// A map whose values are lists, or single texts for lists of one.
    Claims,
    /// A text that counts byte for byte.
    Verbatim,
}

fn meaning(field: &str) -> Meaning {
    match field {
        "bound_claims" => Meaning::Claims,
        "token_bound_cidrs" => Meaning::Networks,
        "policy" => Meaning::Verbatim,
        "token_period" => Meaning::Seconds,
        _ if field.ends_with("_ttl") || field.ends_with("_leeway") => Meaning::Seconds,
        _ => Meaning::Plain,
    }
}

fn normal(field: &str, value: &Value) -> Normal {
    let meaning = meaning(field);
    match value {
        Value::Object(map) if matches!(meaning, Meaning::Claims) => {
            let list = |value: &Value| match value {
                Value::Array(_) => form(value, Meaning::Plain),
                // An empty text is a value here: a claim may be empty.
                single => Normal::Set(BTreeSet::from([element(single, Meaning::Plain)])),
            };
            entries(map.iter().map(|(key, value)| (key.clone(), list(value))).collect())
        }
        value => form(value, meaning),
    }
}

fn form(value: &Value, meaning: Meaning) -> Normal {
    match value {
        Value::Null | Value::Bool(false) => Normal::Unset,
        Value::Bool(true) => Normal::True,
        Value::Number(number) if number.as_f64() == Some(0.0) => Normal::Unset,
        Value::Number(number) => Normal::Number(number.to_string()),
        Value::String(text) if text.is_empty() => Normal::Unset,
        Value::String(text) => match meaning {
            Meaning::Seconds => match seconds(text) {
                Some(0) => Normal::Unset,
                Some(seconds) => Normal::Number(seconds.to_string()),
                None => Normal::Text(text.clone()),
            },
            _ => Normal::Text(text.clone()),
        },
        Value::Array(list) if list.is_empty() => Normal::Unset,
        Value::Array(list) => Normal::Set(list.iter().map(|value| element(value, meaning)).collect()),
        Value::Object(map) => {
            entries(map.iter().map(|(key, value)| (key.clone(), element(value, Meaning::Plain))).collect())
        }
    }
}

/// A value inside a list or map: one that is empty is there all the same.
fn element(value: &Value, meaning: Meaning) -> Normal {
    match value {
        Value::String(text) => {
            let text = text.trim();
            let text = match meaning {
                Meaning::Networks => text.strip_suffix("/32").or(text.strip_suffix("/128")).unwrap_or(text),
                _ => text,
            };
            Normal::Text(text.to_owned())
        }
        Value::Bool(false) => Normal::Text("false".to_owned()),
        value => form(value, meaning),
    }
}

fn entries(mut list: Vec<(String, Normal)>) -> Normal {
    list.sort();
    if list.is_empty() { Normal::Unset } else { Normal::Map(list) }
}

/// Whole seconds of a duration as people write it: `90`, `1h30m`, `1d`, `1.5h`. None where it has no whole seconds.
fn seconds(text: &str) -> Option<u64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let mut rest = text;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, behind) = rest.split_at(digits);
        let unit = behind.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(unit);
        let factor = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86400.0,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * factor;
        rest = behind;
    }
    let whole = sum.round();
    // Far below what a float counts exactly, and no sign can come out of the above.
    ((sum - whole).abs() < 1e-6 && whole < 1e15).then_some(whole as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn fields(wanted: Value, held: Value) -> Vec<String> {
        let (Value::Object(wanted), Value::Object(held)) = (wanted, held) else {
            return vec!["no object".into()];
        };
        differences(&wanted, &held).into_iter().map(|difference| difference.field).collect()
    }

    #[test]
    fn other_words_for_the_same_are_equal() {
        for (wanted, held) in [
            (json!({"token_ttl": 5400}), json!({"token_ttl": "1h30m"})),
            (json!({"token_ttl": 90}), json!({"token_ttl": "90"})),
            (json!({"token_max_ttl": 86400}), json!({"token_max_ttl": "1d"})),
            (json!({"token_period": 5400}), json!({"token_period": "1.5h"})),
            (json!({"token_ttl": 0}), json!({})),
            (json!({"token_policies": ["a", "b"]}), json!({"token_policies": ["b", "a", " a "]})),
            (
                json!({"token_bound_cidrs": ["192.168.1.1/32", "::1/128"]}),
                json!({"token_bound_cidrs": ["192.168.1.1", "::1"]}),
            ),
            (json!({"allowed_redirect_uris": []}), json!({"allowed_redirect_uris": null})),
            (json!({"claim_mappings": {}}), json!({})),
            (json!({"bound_claims": {"ref": ["x"]}}), json!({"bound_claims": {"ref": "x"}})),
            (json!({"bound_subject": "", "user_claim_json_pointer": false}), json!({"more": 1})),
        ] {
            assert_eq!(fields(wanted.clone(), held.clone()), Vec::<String>::new(), "{wanted} {held}");
        }
    }

    #[test]
    fn what_differs_is_named() {
        for (wanted, held) in [
            (json!({"token_ttl": 1}), json!({"token_ttl": "1500ms"})),
            (json!({"token_ttl": 600}), json!({})),
            (json!({"bound_claims_type": "glob"}), json!({"bound_claims_type": "string"})),
            (json!({"bound_claims": {"ref": ["x"]}}), json!({"bound_claims": {"ref": ["x"], "sub": ["y"]}})),
            (json!({"bound_claims": {"ref": ["x"]}}), json!({"bound_claims": null})),
            (json!({"bound_claims": {"environment": [""]}}), json!({"bound_claims": {}})),
            (json!({"token_policies": ["a"]}), json!({"token_policies": ["a", "admin"]})),
            (json!({"token_policies": ["a"]}), json!({"token_policies": ["A"]})),
            (json!({"token_no_default_policy": true}), json!({"token_no_default_policy": false})),
            (json!({"policy": "a\n"}), json!({"policy": "a"})),
            (json!({"token_bound_cidrs": ["10.1.2.3/24"]}), json!({"token_bound_cidrs": ["10.1.2.3"]})),
        ] {
            assert_eq!(fields(wanted.clone(), held.clone()).len(), 1, "{wanted} {held}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-5i64..100).prop_map(Value::from),
            "[a-c/0-9hms. ]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[a-c]", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn field() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "token_ttl",
            "bound_claims",
            "token_bound_cidrs",
            "policy",
            "token_policies",
            "x",
        ])
    }

    proptest! {
        #[test]
        fn all_equal_themselves(field in field(), value in value()) {
            prop_assert!(fields(json!({field: value.clone()}), json!({field: value})).is_empty());
        }

        #[test]
        fn equality_has_no_direction(field in field(), a in value(), b in value()) {
            let there = fields(json!({field: a.clone()}), json!({field: b.clone()}));
            let back = fields(json!({field: b}), json!({field: a}));
            prop_assert_eq!(there, back);
        }

        #[test]
        fn order_and_repetition_of_lists_do_not_matter(list in prop::collection::vec("[a-d]{1,2}", 1..5), turn in 0usize..5) {
            let mut other = list.clone();
            other.rotate_left(turn % list.len());
            other.push(list[0].clone());
            prop_assert!(fields(json!({"token_policies": list}), json!({"token_policies": other})).is_empty());
        }

        #[test]
        fn a_policy_more_is_always_seen(list in prop::collection::btree_set("[a-d]{1,2}", 0..5)) {
            let mut more = list.clone();
            more.insert("admin".to_owned());
            prop_assert_eq!(fields(json!({"token_policies": list}), json!({"token_policies": more})).len(), 1);
        }
    }
}
