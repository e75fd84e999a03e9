//! Makes a generated schema strict, and takes the words of others out of it.

use serde_json::{Map, Value, json};

/// Whose type a schema is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This project's: its doc comments stay.
    Own,
    /// Somebody else's: descriptions are left out.
    Foreign,
    /// This project's, of what a command prints: what is absent may be `null` there.
    Report,
}

/// Prefix of the names that k8s-openapi gives to definitions.
const FOREIGN: &str = "io.k8s.";

/// A definition of k8s-openapi that says `object` and means any JSON, such as a value of an enum.
const ANY_JSON: &str = ".apiextensions.v1.JSON";

/// Closes every object to unknown properties, takes `null` away and leaves out foreign descriptions.
pub fn tighten(schema: &mut Value, origin: Origin) {
    let definitions = schema.as_object_mut().and_then(|root| root.shift_remove("$defs"));
    object(schema, origin);
    if let (Some(Value::Object(mut definitions)), Some(root)) = (definitions, schema.as_object_mut()) {
        for (name, definition) in &mut definitions {
            let origin = match origin {
                _ if name.starts_with(FOREIGN) => Origin::Foreign,
                Origin::Report => Origin::Report,
                Origin::Own | Origin::Foreign => Origin::Own,
            };
            object(definition, origin);
            if name.ends_with(ANY_JSON) {
                *definition = json!({});
            }
        }
        definitions.sort_keys();
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
}

/// A schema, and those within it.
fn object(schema: &mut Value, origin: Origin) {
    let Value::Object(fields) = schema else { return };
    if origin == Origin::Foreign {
        fields.shift_remove("description");
    }
    fields.shift_remove("default");
    if origin != Origin::Report {
        not_null(fields);
    }
    if fields.shift_remove("x-kubernetes-int-or-string").is_some() {
        fields.insert("type".to_owned(), json!(["integer", "string"]));
    }
    if let Some(Value::Object(properties)) = fields.get_mut("properties") {
        properties.values_mut().for_each(|property| object(property, origin));
        fields.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    for within in ["items", "additionalProperties"] {
        if let Some(schema) = fields.get_mut(within) {
            object(schema, origin);
        }
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(Value::Array(schemas)) = fields.get_mut(choice) {
            schemas.iter_mut().for_each(|schema| object(schema, origin));
        }
    }
}

/// What is absent is left out of the output and never written as `null`.
fn not_null(fields: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            fields.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(mut schemas)) = fields.shift_remove("anyOf") else { return };
    schemas.retain(|schema| *schema != json!({ "type": "null" }));
    match (schemas.len(), schemas.pop()) {
        (1, Some(Value::Object(only))) => fields.extend(only),
        (_, last) => {
            schemas.extend(last);
            fields.insert("anyOf".to_owned(), Value::Array(schemas));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closes_objects_and_keeps_own_words() {
        let mut schema = json!({
            "type": "object",
            "description": "ours",
            "properties": {
                "a": { "type": ["string", "null"], "description": "ours" },
                "b": { "anyOf": [{ "$ref": "#/$defs/io.k8s.B" }, { "type": "null" }] },
            },
            "$defs": {
                "io.k8s.B": {
                    "description": "theirs",
                    "type": "object",
                    "properties": { "description": { "description": "theirs", "x-kubernetes-int-or-string": true } },
                },
            },
        });
        tighten(&mut schema, Origin::Own);
        let expected = json!({
            "type": "object",
            "description": "ours",
            "properties": {
                "a": { "type": "string", "description": "ours" },
                "b": { "$ref": "#/$defs/io.k8s.B" },
            },
            "additionalProperties": false,
            "$defs": {
                "io.k8s.B": {
                    "type": "object",
                    "properties": { "description": { "type": ["integer", "string"] } },
                    "additionalProperties": false,
                },
            },
        });
        assert_eq!(schema, expected);
    }
}
