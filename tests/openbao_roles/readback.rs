//! Whether a server holds what was written: field by field, as fleet-controller will have to compare.

use serde_json::Value;

/// Compares every field that was written.
pub fn equal(written: &Value, got: &Value) -> Result<(), String> {
    for (name, value) in written.as_object().into_iter().flatten() {
        let held = got.get(name).cloned().unwrap_or_default();
        if !same(value, &held) {
            return Err(format!("{name}: {value} was written, and {held} is there"));
        }
    }
    Ok(())
}

/// What is empty is the same, however the server puts it; lists are sets.
fn same(written: &Value, held: &Value) -> bool {
    if is_empty(written) && is_empty(held) {
        return true;
    }
    match (written, held) {
        (Value::Array(a), Value::Array(b)) => {
            let sorted = |list: &[Value]| {
                let mut texts: Vec<_> = list.iter().map(Value::to_string).collect();
                texts.sort();
                texts
            };
            sorted(a) == sorted(b)
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        _ => written == held,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
