//! Which fields a kind has at a place.

use super::SCHEMAS;
use serde_json::Value;

/// The names of the fields beside the one that a path such as `spec.template.spec.containers[0].image`
/// ends in; none where the place is not known.
pub fn beside(kind: &str, path: &str) -> Vec<String> {
    let Some(schema) = SCHEMAS.iter().find(|schema| schema.name == kind) else { return Vec::new() };
    let root = schema.value();
    let mut steps: Vec<&str> = path.split('.').collect();
    steps.pop();
    let found = steps.iter().try_fold(resolved(&root, &root), |at, step| {
        let (name, elements) =
            step.split_once('[').map_or((*step, 0), |(name, _)| (name, step.matches('[').count()));
        let field = resolved(&root, at?.get("properties")?.get(name)?);
        Some((0..elements).try_fold(field?, |at, _| resolved(&root, at.get("items")?)))
    });
    let fields = found.flatten().and_then(|object| object.get("properties")).and_then(Value::as_object);
    fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
}

/// The schema that a schema names, or itself.
fn resolved<'s>(root: &'s Value, schema: &'s Value) -> Option<&'s Value> {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(name) => root.get("$defs")?.get(name.strip_prefix("#/$defs/")?),
        None => Some(schema),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_fields_through_references_and_lists() {
        let has = |kind: &str, path: &str, field: &str| beside(kind, path).iter().any(|name| name == field);
        assert!(has("AutoscalingRunnerSet", "sped", "spec"));
        assert!(has("AutoscalingRunnerSet", "spec.template.spec.dnsPolcy", "dnsPolicy"));
        assert!(has("HookTemplate", "spec.containers[0].imagePullPolcy", "imagePullPolicy"));
        assert!(beside("AutoscalingRunnerSet", "no.such.place").is_empty());
        assert!(beside("Unknown", "spec").is_empty());
    }
}
