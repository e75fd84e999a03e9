//! The schemas describe what fleetc reads and writes.

use fleetc::check::{example, rules};
use fleetc::compile::Compilation;
use fleetc::diagnostic::Diagnostics;
use fleetc::language::decode::Decode;
use fleetc::language::nodes::File;
use fleetc::language::spec::{FieldKind, FieldSpec, NodeSpec};
use fleetc::schema;
use fleetc::syntax::{Node, Scalar, Sources, parse};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

fn validator(name: &str) -> Validator {
    let schema = schema::find(name).unwrap_or_else(|| panic!("there is no schema {name}"));
    jsonschema::validator_for(&schema.value()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn errors(validator: &Validator, value: &Value) -> String {
    validator.iter_errors(value).map(|error| format!("{}: {error}\n", error.instance_path())).collect()
}

/// A node in the shape of the schema.
fn shape(node: &Node, spec: &NodeSpec) -> Value {
    let mut object = Map::new();
    let mut args = node.args.iter().map(|arg| scalar(&arg.value));
    let arguments: Vec<_> = spec.arguments().collect();
    for field in arguments {
        match field.kind {
            FieldKind::Arguments => {
                object.insert(field.name.to_owned(), args.by_ref().collect());
            }
            _ => object.extend(args.next().map(|value| (field.name.to_owned(), value))),
        }
    }
    object.extend(args.enumerate().map(|(at, surplus)| (format!("surplus-{at}"), surplus)));
    object.extend(
        node.props.iter().map(|property| (property.name.value.clone(), scalar(&property.value.value))),
    );
    for child in &node.children {
        let word = child.word.value.clone();
        match spec.child(&word) {
            Some((FieldSpec { kind: FieldKind::Child, .. }, inner)) => {
                object.insert(word, shape(child, inner));
            }
            Some((_, inner)) => {
                if let Some(list) = object.entry(word).or_insert_with(|| json!([])).as_array_mut() {
                    list.push(shape(child, inner));
                }
            }
            None => {
                object.insert(word, Value::Null);
            }
        }
    }
    Value::Object(object)
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::String(text) => json!(text),
        Scalar::Integer(number) => json!(*number as i64),
        Scalar::Float(number) => json!(number),
        Scalar::Bool(truth) => json!(truth),
        Scalar::Null => Value::Null,
    }
}

/// An example as the fleet schema sees it, before templates are laid below pools.
fn file(example: &str) -> Value {
    let spec = <File as Decode>::SPEC;
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", example::whole(example));
    let nodes = parse(&sources, id, &mut Diagnostics::default());
    let Some(first) = nodes.first() else { return json!({}) };
    let mut root = first.clone();
    root.args.clear();
    root.props.clear();
    root.children = nodes;
    shape(&root, &spec)
}

#[test]
fn the_fleet_schema_takes_good_fleets() {
    let validator = validator("fleet");
    let reference = include_str!("../fleet.kdl");
    let good = rules().map(|rule| (rule.code, example::text(rule, rule.good)));
    for (name, text) in good.chain([("fleet.kdl", reference.to_owned())]) {
        let found = errors(&validator, &file(&text));
        assert!(found.is_empty(), "{name}:\n{found}");
    }
}

#[test]
fn the_fleet_schema_refuses_bad_fleets() {
    let validator = validator("fleet");
    for code in [
        "unknown-node",
        "unknown-property",
        "unexpected-argument",
        "missing-argument",
        "missing-property",
        "missing-node",
        "wrong-type",
        "wrong-value",
        "github-url",
    ] {
        let rule = fleetc::check::find(code).unwrap_or_else(|| panic!("there is no rule {code}"));
        assert!(!validator.is_valid(&file(rule.bad)), "{code}");
    }
}

#[test]
fn every_emitted_object_has_a_schema_that_takes_it() {
    let mut validators: HashMap<String, Validator> = HashMap::new();
    let reference = include_str!("../fleet.kdl");
    for text in rules().map(|rule| example::text(rule, rule.good)).chain([reference.to_owned()]) {
        let run = example::run(&text);
        for (name, value) in objects(&run) {
            let validator = validators.entry(name.clone()).or_insert_with(|| validator(&name));
            let found = errors(validator, &value);
            assert!(found.is_empty(), "{name}:\n{found}in\n{text}");
        }
    }
    assert!(validators.contains_key("HookTemplate") && validators.contains_key("AutoscalingRunnerSet"));
}

/// All objects but those that are carried along, by kind.
fn objects(run: &Compilation) -> Vec<(String, Value)> {
    let json = |value: &dyn erased::Json| value.json();
    let mut objects = Vec::new();
    let mut others = run.objects.others.clone();
    if let Some(fleet) = &run.fleet {
        for (pool, made) in fleet.pools.iter().zip(&run.objects.pools) {
            objects.push(("AutoscalingRunnerSet".to_owned(), json(&made.runner_set)));
            let template = made.hook_template.iter();
            objects.extend(template.map(|template| ("HookTemplate".to_owned(), json(template))));
            others.extend(made.companions(fleet, pool).into_owned());
        }
    }
    let emitted = others.into_iter().filter(|object| !matches!(object.body, fleetc::emit::Body::Manifest(_)));
    objects.extend(emitted.map(|object| (object.body.kind(), json(&object.body))));
    objects
}

mod erased {
    use serde::Serialize;
    use serde_json::Value;

    /// Something that becomes JSON.
    pub trait Json {
        /// As JSON.
        fn json(&self) -> Value;
    }

    impl<T: Serialize> Json for T {
        fn json(&self) -> Value {
            serde_json::to_value(self).unwrap_or_default()
        }
    }
}

#[test]
fn schemas_are_strict() {
    for schema in schema::SCHEMAS {
        let value = schema.value();
        jsonschema::meta::validate(&value).unwrap_or_else(|error| panic!("{}: {error}", schema.name));
        open(&value, schema.name);
    }
    let mut set = validator_input();
    let kind = validator("AutoscalingRunnerSet");
    assert!(kind.is_valid(&set), "{}", errors(&kind, &set));
    set["spec"]["template"]["spec"]["containers"][0]["imagePullPolicie"] = json!("Always");
    assert!(!kind.is_valid(&set));
}

fn validator_input() -> Value {
    let run = example::run("pool \"a\" {\n    mode \"dind\"\n    runners max=1\n}\n");
    let set = objects(&run).into_iter().find(|(kind, _)| kind == "AutoscalingRunnerSet");
    set.map(|(_, value)| value).unwrap_or_default()
}

/// Fails for an object with properties that allows others.
fn open(schema: &Value, path: &str) {
    match schema {
        Value::Object(fields) => {
            if fields.get("type") == Some(&json!("object")) && fields.contains_key("properties") {
                assert_eq!(fields.get("additionalProperties"), Some(&json!(false)), "{path}");
            }
            fields.iter().for_each(|(key, value)| open(value, &format!("{path}/{key}")));
        }
        Value::Array(schemas) => schemas.iter().for_each(|schema| open(schema, path)),
        _ => {}
    }
}
