//! How the hooks lay the template over the pod: the same in both generations.
//!
//! Their code goes over the keys of an object, so this goes over the keys of its JSON: a field that
//! Kubernetes adds to pods some day is merged as they would merge it.

use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// `mergeContainerWithOptions`: some lists are appended to, name and image stay, all else is replaced.
pub fn container(base: &Container, from: &Container) -> Result<Container, serde_json::Error> {
    merged(base, from, |fields, key, value| match key.as_str() {
        "name" | "image" => {}
        "env" | "volumeMounts" | "ports" => append(fields, key, value),
        _ => replace(fields, key, value),
    })
}

/// `mergePodSpecWithOptions`: containers and volumes are appended, all else is replaced.
pub fn pod_spec(base: &PodSpec, from: &PodSpec) -> Result<PodSpec, serde_json::Error> {
    merged(base, from, |fields, key, value| match (key.as_str(), value) {
        ("containers", Value::Array(mut containers)) => {
            containers.retain(|container| !is_extension(container));
            append(fields, key, Value::Array(containers));
        }
        ("volumes", value) => append(fields, key, value),
        (_, value) => replace(fields, key, value),
    })
}

/// `mergeObjectMeta`: labels and annotations are added one by one, and nothing else is looked at.
pub fn metadata(base: &mut ObjectMeta, from: &ObjectMeta) {
    if let Some(labels) = &from.labels {
        base.labels.get_or_insert_default().extend(labels.clone());
    }
    if let Some(annotations) = &from.annotations {
        base.annotations.get_or_insert_default().extend(annotations.clone());
    }
}

/// Whether a container of the template stands for one of the job's, rather than being one more.
fn is_extension(container: &Value) -> bool {
    container.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with('$'))
}

fn merged<T: Serialize + DeserializeOwned>(
    base: &T,
    from: &T,
    merge: impl Fn(&mut Map<String, Value>, String, Value),
) -> Result<T, serde_json::Error> {
    let mut base = serde_json::to_value(base)?;
    if let (Value::Object(fields), Value::Object(from)) = (&mut base, serde_json::to_value(from)?) {
        from.into_iter().for_each(|(key, value)| merge(fields, key, value));
    }
    serde_json::from_value(base)
}

fn append(fields: &mut Map<String, Value>, key: String, value: Value) {
    match (fields.get_mut(&key), value) {
        (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
        (_, value) => replace(fields, key, value),
    }
}

fn replace(fields: &mut Map<String, Value>, key: String, value: Value) {
    fields.insert(key, value);
}
