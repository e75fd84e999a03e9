//! Strategic merge: a patch that looks like the part of the object that it changes.

use serde_json::{Map, Value};

/// Lists whose elements Kubernetes tells apart by a key; all other lists are replaced whole.
/// (`patchMergeKey` of the API types, as of Kubernetes 1.35.)
const MERGE_KEYS: &[(&str, &str)] = &[
    ("containers", "name"),
    ("initContainers", "name"),
    ("ephemeralContainers", "name"),
    ("volumes", "name"),
    ("env", "name"),
    ("imagePullSecrets", "name"),
    ("resourceClaims", "name"),
    ("volumeMounts", "mountPath"),
    ("volumeDevices", "devicePath"),
    ("ports", "containerPort"),
    ("hostAliases", "ip"),
    ("topologySpreadConstraints", "topologyKey"),
];

/// Lays the patch over the value. `null` removes a field, `$patch: delete` an element or a field, and
/// `$patch: replace` puts the patch in place of what was there.
pub fn merge(value: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *value = patch;
        return;
    };
    if directive(&patch) == Some("replace") || !value.is_object() {
        *value = Value::Object(without_directive(patch));
        return;
    }
    let Value::Object(fields) = value else { return };
    for (key, change) in patch {
        match change {
            Value::Null => {
                fields.shift_remove(&key);
            }
            Value::Object(inner) if directive(&inner) == Some("delete") => {
                fields.shift_remove(&key);
            }
            Value::Array(elements) => merge_list(fields, key, elements),
            change => match fields.get_mut(&key) {
                Some(old) => merge(old, change),
                None => {
                    fields.insert(key, cleaned(change));
                }
            },
        }
    }
}

fn merge_list(fields: &mut Map<String, Value>, key: String, elements: Vec<Value>) {
    let merge_key = MERGE_KEYS.iter().find(|(list, _)| *list == key).map(|(_, merge_key)| *merge_key);
    let (Some(merge_key), Some(Value::Array(old))) = (merge_key, fields.get_mut(&key)) else {
        fields.insert(key, cleaned(Value::Array(elements)));
        return;
    };
    for element in elements {
        let twin = element.get(merge_key).cloned();
        let twin = twin.and_then(|wanted| old.iter().position(|known| known.get(merge_key) == Some(&wanted)));
        let deletes = element.as_object().and_then(directive) == Some("delete");
        match (twin, deletes) {
            (Some(at), true) => {
                old.remove(at);
            }
            (Some(at), false) => merge(&mut old[at], element),
            (None, true) => {}
            (None, false) => old.push(cleaned(element)),
        }
    }
}

fn directive(patch: &Map<String, Value>) -> Option<&str> {
    patch.get("$patch").and_then(Value::as_str)
}

fn without_directive(mut patch: Map<String, Value>) -> Map<String, Value> {
    patch.shift_remove("$patch");
    patch
}

/// What is added has nothing to remove from.
fn cleaned(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = without_directive(fields).into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(key, value)| (key, cleaned(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(cleaned).collect()),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::merge;
    use serde_json::json;

    #[test]
    fn lists_merge_by_their_key() {
        let mut pod =
            json!({"containers": [{"name": "runner", "image": "a", "env": [{"name": "A", "value": "1"}]}]});
        let patch = json!({"containers": [
            {"name": "runner", "env": [{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]},
            {"name": "extra", "image": "b"},
        ]});
        merge(&mut pod, patch);
        let expected = json!({"containers": [
            {"name": "runner", "image": "a", "env": [{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]},
            {"name": "extra", "image": "b"},
        ]});
        assert_eq!(pod, expected);
    }

    #[test]
    fn null_and_delete_remove() {
        let mut pod = json!({"affinity": {"a": 1}, "volumes": [{"name": "x"}, {"name": "y"}], "args": ["a"]});
        merge(
            &mut pod,
            json!({"affinity": null, "volumes": [{"name": "x", "$patch": "delete"}], "args": ["b"]}),
        );
        assert_eq!(pod, json!({"volumes": [{"name": "y"}], "args": ["b"]}));
    }

    #[test]
    fn replace_takes_the_place() {
        let mut pod = json!({"nodeSelector": {"a": "1"}});
        merge(&mut pod, json!({"nodeSelector": {"$patch": "replace", "b": "2"}}));
        assert_eq!(pod, json!({"nodeSelector": {"b": "2"}}));
    }
}
