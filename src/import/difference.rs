//! How an emitted object differs from the one that it stands for, and the patch that makes up for it.

use super::set::is_empty;
use crate::language::value::{Cpu, Memory};
use serde_json::{Map, Value as Json, json};

/// Lists whose elements are told apart by a key: strategic merge patches lay those over each other.
const MERGE_KEYS: [(&str, &str); 11] = [
    ("containers", "name"),
    ("initContainers", "name"),
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

/// Lists whose elements are one thing or another: parts of both would be neither.
const WHOLE: [&str; 2] = ["volumes", "env"];

/// Objects in which one field more means something else: a limit of processor time slows down who had none.
const STRICT: [&str; 3] = [".resources", ".resources.limits", ".resources.requests"];

/// A field in which two objects are not the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its path, such as `spec.template.spec.containers[runner].image`.
    pub path: String,
    /// What it was.
    pub before: Option<Json>,
    /// What fleetc emits.
    pub after: Option<Json>,
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Fields that are the same.
    pub equal: usize,
    /// Fields that are not.
    pub differences: Vec<Difference>,
}

/// Compares an object as it was with the emitted one.
pub fn compare(before: &Json, after: &Json) -> Comparison {
    let mut found = Comparison::default();
    visit(before, after, "", &mut found);
    found
}

fn visit(before: &Json, after: &Json, path: &str, out: &mut Comparison) {
    match (before, after) {
        (Json::Object(old), Json::Object(new)) => {
            for (key, value) in old {
                let path = below(path, key);
                match new.get(key) {
                    Some(other) => visit(value, other, &path, out),
                    None if is_empty(value) => {}
                    None => out.push(path, Some(value), None),
                }
            }
            for (key, value) in new.iter().filter(|(key, value)| !old.contains_key(*key) && !is_empty(value))
            {
                out.push(below(path, key), None, Some(value));
            }
        }
        (Json::Array(old), Json::Array(new)) => match merge_key(path) {
            Some(key) => {
                for element in old {
                    let path = format!("{path}[{}]", shown(element.get(key)));
                    match twin(new, key, element) {
                        Some(other) => visit(element, other, &path, out),
                        None => out.push(path, Some(element), None),
                    }
                }
                for element in new.iter().filter(|element| twin(old, key, element).is_none()) {
                    out.push(format!("{path}[{}]", shown(element.get(key))), None, Some(element));
                }
            }
            None if same_list(path, old, new) => out.equal += 1,
            None => out.push(path.to_owned(), Some(before), Some(after)),
        },
        _ if same(before, after) => out.equal += 1,
        _ => out.push(path.to_owned(), Some(before), Some(after)),
    }
}

impl Comparison {
    fn push(&mut self, path: String, before: Option<&Json>, after: Option<&Json>) {
        self.differences.push(Difference { path, before: before.cloned(), after: after.cloned() });
    }

    /// Fields that only the emitted object has.
    pub fn added(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|one| one.before.is_none())
    }

    /// Fields that were there and are not what they were.
    pub fn lost(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|one| one.before.is_some())
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn shown(key: Option<&Json>) -> String {
    key.map_or_else(String::new, |key| key.as_str().map_or_else(|| key.to_string(), str::to_owned))
}

fn merge_key(path: &str) -> Option<&'static str> {
    let list = path.rsplit('.').next().unwrap_or(path);
    MERGE_KEYS.iter().find(|(name, _)| *name == list).map(|(_, key)| *key)
}

fn twin<'j>(list: &'j [Json], key: &str, element: &Json) -> Option<&'j Json> {
    list.iter().find(|other| other.get(key) == element.get(key))
}

/// Tolerations are a set: their order says nothing.
fn same_list(path: &str, old: &[Json], new: &[Json]) -> bool {
    let all_in =
        |some: &[Json], others: &[Json]| some.iter().all(|one| others.iter().any(|other| same(one, other)));
    if path.ends_with("tolerations") {
        return all_in(old, new) && all_in(new, old);
    }
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new))
}

/// Equal, or two ways to write one amount.
fn same(old: &Json, new: &Json) -> bool {
    if old == new || (is_empty(old) && is_empty(new)) {
        return true;
    }
    let (Json::String(old), Json::String(new)) = (old, new) else { return false };
    let bytes = |text: &str| Memory::parse(text).map(|memory| memory.0).or_else(|| text.parse().ok());
    Cpu::parse(old).is_some_and(|amount| Cpu::parse(new) == Some(amount))
        || bytes(old).is_some_and(|amount| bytes(new) == Some(amount))
}

/// The strategic merge patch that gives the emitted object all that the old one had. What only the emitted one has stays,
/// but for amounts of a container that had some.
pub fn patch(before: &Json, after: &Json) -> Option<Json> {
    part(before, after, "")
}

fn part(before: &Json, after: &Json, path: &str) -> Option<Json> {
    match (before, after) {
        (Json::Object(old), Json::Object(new)) => {
            let mut fields = Map::new();
            for (key, value) in old {
                let path = below(path, key);
                let change = match new.get(key) {
                    Some(other) => part(value, other, &path),
                    None if is_empty(value) => None,
                    None => Some(value.clone()),
                };
                if let Some(change) = change {
                    fields.insert(key.clone(), change);
                }
            }
            if STRICT.iter().any(|strict| path.ends_with(strict)) {
                let more = new.iter().filter(|(key, value)| !old.contains_key(*key) && !is_empty(value));
                fields.extend(more.map(|(key, _)| (key.clone(), Json::Null)));
            }
            (!fields.is_empty()).then_some(Json::Object(fields))
        }
        (Json::Array(old), Json::Array(new)) => match merge_key(path) {
            Some(key) => {
                let elements = old.iter().filter_map(|element| match twin(new, key, element) {
                    Some(other) => element_part(element, other, key, path),
                    None => Some(element.clone()),
                });
                let elements: Vec<_> = elements.collect();
                (!elements.is_empty()).then_some(Json::Array(elements))
            }
            None => (!same_list(path, old, new)).then(|| before.clone()),
        },
        _ => (!same(before, after)).then(|| before.clone()),
    }
}

fn element_part(element: &Json, other: &Json, key: &str, path: &str) -> Option<Json> {
    let change = part(element, other, path)?;
    let list = path.rsplit('.').next().unwrap_or(path);
    let mut fields = Map::new();
    fields.insert(key.to_owned(), element.get(key).cloned().unwrap_or_default());
    if WHOLE.contains(&list) {
        fields.insert("$patch".to_owned(), json!("replace"));
        fields.extend(element.as_object().cloned().unwrap_or_default());
    } else {
        fields.extend(change.as_object().cloned().unwrap_or_default());
    }
    Some(Json::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_orders_that_mean_the_same_are_equal() {
        let before = json!({"resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}}, "tolerations": [{"key": "a"}, {"key": "b"}]});
        let after = json!({"resources": {"limits": {"cpu": "1", "memory": "1Gi"}}, "tolerations": [{"key": "b"}, {"key": "a"}]});
        assert_eq!(compare(&before, &after).differences, []);
        assert_eq!(patch(&before, &after), None);
    }

    #[test]
    fn the_patch_brings_back_what_was_there_and_nothing_else() {
        let before = json!({"spec": {"containers": [
            {"name": "runner", "image": "b", "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]},
            {"name": "side", "image": "c"},
        ]}});
        let after = json!({"spec": {"added": 1, "containers": [
            {"name": "runner", "image": "a", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
        ]}});
        let found = compare(&before, &after);
        let paths = |list: Vec<&Difference>| list.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
        assert_eq!(
            paths(found.added().collect()),
            ["spec.containers[runner].env[A].value", "spec.containers[runner].env[B]", "spec.added",]
        );
        assert_eq!(
            paths(found.lost().collect()),
            [
                "spec.containers[runner].image",
                "spec.containers[runner].env[A].valueFrom",
                "spec.containers[side]",
            ]
        );
        assert_eq!(
            patch(&before, &after),
            Some(json!({"spec": {"containers": [
                {"name": "runner", "image": "b", "env": [
                    {"name": "A", "$patch": "replace", "valueFrom": {"fieldRef": {"fieldPath": "x"}}},
                ]},
                {"name": "side", "image": "c"},
            ]}}))
        );
    }
}
