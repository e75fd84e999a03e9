//! An object that is patched: out of its type, changed, and into its type again.

use super::text::Change;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a patch did not give an object.
pub enum Refusal {
    /// An operation could not be carried out.
    Operation(String),
    /// A field has the wrong shape.
    Shape(String),
    /// Fields that the kind does not have, as paths.
    Unknown(Vec<String>),
    /// The patch would make it another object.
    Identity(&'static str),
}

/// Changes the object; it is left as it was where that is refused.
pub fn change<T: Serialize + DeserializeOwned>(object: &mut T, change: &Change) -> Result<(), Refusal> {
    let before = serde_json::to_value(&*object).map_err(|error| Refusal::Shape(error.to_string()))?;
    let mut after = before.clone();
    match change {
        Change::Merge(patch) => super::strategic::merge(&mut after, patch.clone()),
        Change::Json(patch) => {
            json_patch::patch(&mut after, patch).map_err(|error| Refusal::Operation(error.to_string()))?;
        }
    }
    for (field, pointer) in [
        ("apiVersion", "/apiVersion"),
        ("kind", "/kind"),
        ("metadata.name", "/metadata/name"),
        ("metadata.namespace", "/metadata/namespace"),
    ] {
        if before.pointer(pointer) != after.pointer(pointer) {
            return Err(Refusal::Identity(field));
        }
    }
    quantities_to_text(&mut after);
    let typed: T =
        serde_json::from_value(after.clone()).map_err(|error| Refusal::Shape(error.to_string()))?;
    let known = serde_json::to_value(&typed).map_err(|error| Refusal::Shape(error.to_string()))?;
    let mut unknown = Vec::new();
    lost(&after, &known, "", &mut unknown);
    if !unknown.is_empty() {
        return Err(Refusal::Unknown(unknown));
    }
    *object = typed;
    Ok(())
}

/// Kubernetes takes `cpu: 2` for `cpu: "2"`.
fn quantities_to_text(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if let (true, Value::Object(amounts)) =
                    (["limits", "requests", "hard"].contains(&key.as_str()), &mut *value)
                {
                    for amount in amounts.values_mut().filter(|amount| amount.is_number()) {
                        *amount = Value::String(amount.to_string());
                    }
                } else {
                    quantities_to_text(value);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(quantities_to_text),
        _ => {}
    }
}

/// Paths that are in the first value and not in the second. What is empty says nothing.
fn lost(wanted: &Value, known: &Value, path: &str, out: &mut Vec<String>) {
    match (wanted, known) {
        (Value::Object(wanted), Value::Object(known)) => {
            for (key, value) in wanted {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match known.get(key) {
                    Some(known) => lost(value, known, &path, out),
                    None if is_empty(value) => {}
                    None => out.push(path),
                }
            }
        }
        (Value::Array(wanted), Value::Array(known)) => {
            for (at, (wanted, known)) in wanted.iter().zip(known).enumerate() {
                lost(wanted, known, &format!("{path}[{at}]"), out);
            }
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}
