//! Functions of expressions.

use super::eval::truths;
use super::value::{MOST, Possible, Value};
use crate::syntax::Span;

/// All that a call may come to, for all that its arguments may be.
pub fn call(name: &str, arguments: &[Vec<Possible>], span: Span) -> Vec<Possible> {
    if name == "case" {
        return case(arguments, span);
    }
    let unknown = || vec![Possible::new(Value::Unknown, span)];
    let either = || truths([None].into_iter(), span);
    match name {
        "always" => return truths([Some(true)].into_iter(), span),
        "success" | "failure" | "cancelled" => return either(),
        "contains" | "startswith" | "endswith" | "format" | "join" | "tojson" | "fromjson" => {}
        _ => return unknown(),
    }
    let mut results = Vec::new();
    for arguments in choices(arguments) {
        let result = match (name, arguments.as_slice()) {
            ("contains", [of, part]) => truth(contains(&of.value, &part.value)),
            ("startswith", [of, part]) => truth(texts(of, part).map(|(of, part)| of.starts_with(&part))),
            ("endswith", [of, part]) => truth(texts(of, part).map(|(of, part)| of.ends_with(&part))),
            ("format", [pattern, rest @ ..]) => format(pattern, rest).map(|text| vec![Value::Text(text)]),
            ("join", [list, rest @ ..]) => join(list, rest.first()).map(|text| vec![Value::Text(text)]),
            ("tojson", [of]) => json(&of.value).map(|json| vec![Value::Text(json.to_string())]),
            ("fromjson", [text]) => from_json(text, span).map(|value| vec![value]),
            _ => None,
        };
        match result {
            Some(values) => results.extend(values.into_iter().map(|value| Possible::new(value, span))),
            None => {
                // What is unknown is shown where it is, if one argument is.
                let open = arguments.iter().find(|one| matches!(one.value, Value::Unknown | Value::Falsy));
                let open = open.map_or(span, |one| one.span);
                results.push(Possible::new(Value::Unknown, open));
            }
        }
    }
    results
}

/// Each way in which the arguments may be chosen, as far as one can follow.
fn choices(arguments: &[Vec<Possible>]) -> Vec<Vec<&Possible>> {
    arguments.iter().fold(vec![Vec::new()], |chosen, next| {
        let longer = chosen.iter().flat_map(|chosen| {
            next.iter().map(move |one| {
                let mut longer: Vec<&Possible> = chosen.clone();
                longer.push(one);
                longer
            })
        });
        longer.take(MOST).collect()
    })
}

/// `case(condition, value, …, otherwise)`.
fn case(arguments: &[Vec<Possible>], span: Span) -> Vec<Possible> {
    let mut results = Vec::new();
    for pair in arguments.chunks(2) {
        match pair {
            [condition, value] => {
                let may = |truth: bool| condition.iter().any(|one| one.value.truth() != Some(!truth));
                if may(true) {
                    results.extend(value.iter().cloned());
                }
                if !may(false) {
                    return results;
                }
            }
            [otherwise] => results.extend(otherwise.iter().cloned()),
            _ => {}
        }
    }
    if results.is_empty() { vec![Possible::new(Value::Unknown, span)] } else { results }
}

/// A truth that may be unknown: then it is either.
fn truth(known: Option<bool>) -> Option<Vec<Value>> {
    Some(match known {
        Some(truth) => vec![Value::Bool(truth)],
        None => vec![Value::Bool(true), Value::Bool(false)],
    })
}

fn texts(of: &Possible, part: &Possible) -> Option<(String, String)> {
    Some((of.value.text()?.to_lowercase(), part.value.text()?.to_lowercase()))
}

fn contains(of: &Value, part: &Value) -> Option<bool> {
    match of {
        Value::Unknown | Value::Falsy => None,
        Value::List(items) => {
            let each: Vec<_> = items.iter().map(|item| item.value.equals(part)).collect();
            if each.contains(&Some(true)) {
                Some(true)
            } else if each.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        Value::Map(_) => Some(false),
        of => Some(of.text()?.to_lowercase().contains(&part.text()?.to_lowercase())),
    }
}

/// `{0}` is the first argument, `{{` a brace.
fn format(pattern: &Possible, arguments: &[&Possible]) -> Option<String> {
    let pattern = pattern.value.text()?;
    let mut text = String::new();
    let mut rest = pattern.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..];
        if let Some(after) = brace.strip_prefix("{{") {
            text.push('{');
            rest = after;
        } else if let Some(after) = brace.strip_prefix("}}") {
            text.push('}');
            rest = after;
        } else {
            let (index, after) = brace.strip_prefix('{')?.split_once('}')?;
            text.push_str(&arguments.get(index.parse::<usize>().ok()?)?.value.text()?);
            rest = after;
        }
    }
    text.push_str(rest);
    Some(text)
}

fn join(list: &Possible, between: Option<&&Possible>) -> Option<String> {
    let between = match between {
        Some(between) => between.value.text()?,
        None => ",".to_owned(),
    };
    match &list.value {
        Value::List(items) => {
            let texts: Option<Vec<_>> = items.iter().map(|item| item.value.text()).collect();
            Some(texts?.join(&between))
        }
        other => other.text(),
    }
}

fn from_json(text: &Possible, span: Span) -> Option<Value> {
    let json: serde_json::Value = serde_json::from_str(&text.value.text()?).ok()?;
    Some(Value::of_json(&json, span))
}

/// The value as JSON; none where a part of it is unknown.
fn json(value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => (*number as i64).into(),
        Value::Number(number) => (*number).into(),
        Value::Text(text) => text.clone().into(),
        Value::List(items) => {
            serde_json::Value::Array(items.iter().map(|item| json(&item.value)).collect::<Option<_>>()?)
        }
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| Some((key.clone(), json(&value.value)?)));
            serde_json::Value::Object(entries.collect::<Option<_>>()?)
        }
        Value::Unknown | Value::Falsy => return None,
    })
}
