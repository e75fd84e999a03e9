//! Schemas of kinds, from their Rust types.

use super::strict::{self, Origin};
use fleet_model::vault::{GROUP, VERSION};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Value, json};

/// A kind of Kubernetes itself.
pub fn kubernetes<T: JsonSchema + k8s_openapi::Resource>() -> Value {
    object(generate::<T>(Origin::Foreign), T::API_VERSION, T::KIND)
}

/// A kind whose type is this project's own.
pub fn own<T: JsonSchema>(api_version: &str, kind: &str) -> Value {
    object(generate::<T>(Origin::Own), api_version, kind)
}

/// A custom resource of this project's own, by the type of what is wanted of it.
pub fn custom<T: JsonSchema>(kind: &str) -> Value {
    let mut schema = generate::<Resource<T>>(Origin::Own);
    if let Some(fields) = schema.as_object_mut() {
        fields.shift_remove("description");
    }
    object(schema, &format!("{GROUP}/{VERSION}"), kind)
}

/// A custom resource as it is written: its status is nobody's to write but the controller's.
#[derive(Serialize, JsonSchema)]
struct Resource<T> {
    metadata: ObjectMeta,
    spec: T,
}

/// A part of Kubernetes that is no object by itself.
pub fn part<T: JsonSchema>() -> Value {
    generate::<T>(Origin::Foreign)
}

/// What a command prints.
pub fn report<T: JsonSchema>() -> Value {
    generate::<T>(Origin::Report)
}

fn generate<T: JsonSchema>(origin: Origin) -> Value {
    // What is written is what is described: fields that are left out when empty are not required.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    strict::tighten(&mut schema, origin);
    schema
}

fn object(mut schema: Value, api_version: &str, kind: &str) -> Value {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("apiVersion".to_owned(), json!({ "const": api_version }));
        properties.insert("kind".to_owned(), json!({ "const": kind }));
    }
    if let Some(fields) = schema.as_object_mut() {
        let required = fields.entry("required").or_insert_with(|| json!([]));
        if let Some(required) = required.as_array_mut() {
            for name in ["metadata", "kind", "apiVersion"] {
                if !required.iter().any(|known| known == name) {
                    required.insert(0, name.into());
                }
            }
        }
    }
    schema
}
