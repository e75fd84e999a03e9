//! The schema of a fleet file, from the vocabulary.
//!
//! Each node is an object. Its arguments, properties and nodes are properties of the object, told apart
//! by `x-kdl`; nodes that may stand more than once are arrays.

use crate::language::decode::{Decode, literal};
use crate::language::nodes::{File, Pool};
use crate::language::spec::{FieldKind, FieldSpec, Holds, JsonShape, NodeSpec, TypeSpec};
use crate::syntax::Scalar;
use serde_json::{Map, Value, json};

/// Whether a node must have all its parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// It must.
    All,
    /// Another node completes it: a template, or the fleet's `github` for that of a pool.
    Some,
}

const POOL: &NodeSpec = &<Pool as Decode>::SPEC;

/// The schema.
pub fn schema() -> Value {
    let mut definitions = Definitions::default();
    let mut schema = definitions.object(&<File as Decode>::SPEC, "", Parts::All);
    definitions.types.sort_keys();
    definitions.nodes.extend(definitions.types);
    schema["$defs"] = Value::Object(definitions.nodes);
    schema
}

#[derive(Default)]
struct Definitions {
    nodes: Map<String, Value>,
    types: Map<String, Value>,
    /// What has a definition, and its name.
    known: Vec<(&'static NodeSpec, Parts, String)>,
}

impl Definitions {
    /// A reference to a node's definition, which is made where it is not there yet.
    fn node(&mut self, spec: &'static NodeSpec, path: &str, parts: Parts) -> Value {
        let known = self.known.iter().find(|(known, of, _)| *known == spec && *of == parts);
        if let Some((_, _, name)) = known {
            return reference(name);
        }
        self.known.push((spec, parts, path.to_owned()));
        // Its place is taken before those of the nodes that it holds.
        self.nodes.insert(path.to_owned(), Value::Null);
        let object = self.object(spec, path, parts);
        self.nodes.insert(path.to_owned(), object);
        reference(path)
    }

    fn object(&mut self, spec: &'static NodeSpec, path: &str, parts: Parts) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in spec.fields {
            let shape = self.field(field, path, parts);
            properties.insert(field.name.to_owned(), shape);
            if parts == Parts::All && field.required && field.default.is_none() {
                required.push(field.name);
            }
        }
        let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        object
    }

    fn field(&mut self, field: &'static FieldSpec, path: &str, parts: Parts) -> Value {
        let path = if path.is_empty() { field.name.to_owned() } else { format!("{path}.{}", field.name) };
        let one = match field.holds {
            Holds::Value(ty) => self.value(ty),
            Holds::Node(_) if path == "template" => self.node(POOL, &path, Parts::Some),
            Holds::Node(spec) if spec == POOL => self.pool(&path),
            Holds::Node(spec) if path == "pool.github" => self.node(spec, "template.github", Parts::Some),
            Holds::Node(spec) => self.node(spec, &path, parts),
        };
        let many = matches!(field.kind, FieldKind::Arguments | FieldKind::Children | FieldKind::List);
        let mut shape = if many { json!({ "type": "array", "items": one }) } else { one };
        shape["description"] = field.doc.split_whitespace().collect::<Vec<_>>().join(" ").into();
        shape["x-kdl"] = written(field.kind).into();
        if let Some(default) = field.default {
            shape["default"] = json_of(&literal(default));
        }
        shape
    }

    /// A pool that builds on a template need not be complete itself.
    fn pool(&mut self, path: &str) -> Value {
        let whole = self.node(POOL, path, Parts::All);
        let part = self.node(POOL, "template", Parts::Some);
        json!({
            "if": { "required": ["from"] },
            "then": { "allOf": [part, { "required": ["name"] }] },
            "else": whole,
        })
    }

    fn value(&mut self, ty: &'static TypeSpec) -> Value {
        let name = format!("type.{}", ty.name.replace(' ', "-"));
        if !self.types.contains_key(&name) {
            let mut shape = shape(ty);
            shape["description"] = ty.doc.split_whitespace().collect::<Vec<_>>().join(" ").into();
            self.types.insert(name.clone(), shape);
        }
        reference(&name)
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn written(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Argument => "argument",
        FieldKind::Arguments => "arguments",
        FieldKind::Property => "property",
        FieldKind::Child => "child",
        FieldKind::Children => "children",
        FieldKind::List => "list",
    }
}

fn shape(ty: &TypeSpec) -> Value {
    if !ty.choices.is_empty() {
        let words: Vec<_> = ty.choices.iter().map(|(word, _)| *word).collect();
        return json!({ "enum": words });
    }
    match ty.json {
        JsonShape::String("") => json!({ "type": "string" }),
        JsonShape::String(pattern) => json!({ "type": "string", "pattern": pattern }),
        JsonShape::Integer => json!({ "type": "integer", "minimum": 0 }),
        JsonShape::Number => json!({ "type": "number" }),
        JsonShape::Bool => json!({ "type": "boolean" }),
        JsonShape::StringOrNumber => json!({ "type": ["string", "number"] }),
    }
}

/// A value of the language in JSON.
fn json_of(value: &Scalar) -> Value {
    match value {
        Scalar::String(text) => text.as_str().into(),
        Scalar::Integer(number) => i64::try_from(*number).map_or(Value::Null, Value::from),
        Scalar::Float(number) => (*number).into(),
        Scalar::Bool(truth) => (*truth).into(),
        Scalar::Null => Value::Null,
    }
}
