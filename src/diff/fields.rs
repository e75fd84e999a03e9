//! Two objects, field by field.

use super::change::Change;
use serde::Serialize;
use serde_json::{Map, Value};

/// The fields that differ. Members of a list are told apart by their name, where they have one.
pub fn fields<T: Serialize>(before: &T, after: &T) -> Vec<Change> {
    let value = |object: &T| serde_json::to_value(object).unwrap_or(Value::Null);
    let mut changes = Vec::new();
    visit("", &value(before), &value(after), &mut changes);
    changes
}

fn visit(path: &str, before: &Value, after: &Value, out: &mut Vec<Change>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for key in keys(old, new) {
                let below = join(path, key);
                pair(&below, old.get(key), new.get(key), out);
            }
        }
        (Value::Array(old), Value::Array(new)) => match named(old).zip(named(new)) {
            Some((old, new)) => {
                for key in keys(&old, &new) {
                    pair(&format!("{path}[{key}]"), old.get(key), new.get(key), out);
                }
            }
            None => push(path, Some(before), Some(after), out),
        },
        _ => push(path, Some(before), Some(after), out),
    }
}

fn pair(path: &str, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<Change>) {
    match (before, after) {
        (Some(before), Some(after)) => visit(path, before, after, out),
        _ => push(path, before, after, out),
    }
}

fn push(path: &str, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<Change>) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    out.push(Change { what: path.to_owned(), before: before.map(text), after: after.map(text), place: None });
}

/// Keys of both, those of the second first.
fn keys<'a>(old: &'a Map<String, Value>, new: &'a Map<String, Value>) -> Vec<&'a String> {
    new.keys().chain(old.keys().filter(|key| !new.contains_key(*key))).collect()
}

fn join(path: &str, key: &str) -> String {
    match (path, key.contains(['.', '/'])) {
        (_, true) => format!("{path}[{key}]"),
        ("", false) => key.to_owned(),
        (_, false) => format!("{path}.{key}"),
    }
}

/// Fields that tell members of a list apart: a volume mount has a path, a rule of Prometheus what it makes.
const NAMES: [&str; 4] = ["mountPath", "name", "alert", "record"];

/// A list as a map, where each member has a name of its own.
fn named(list: &[Value]) -> Option<Map<String, Value>> {
    let mut map = Map::new();
    for member in list {
        let name = NAMES.iter().find_map(|key| member.get(key))?.as_str()?;
        if map.insert(name.to_owned(), member.clone()).is_some() {
            return None;
        }
    }
    Some(map)
}
