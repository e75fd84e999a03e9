//! The input as documents: values of the chart, and objects of Kubernetes.

use super::note::{Kind, Note};
use crate::syntax::{SourceId, Sources, Span};
use crate::yaml::{self, Data, Plain, Problem, Schema};
use serde_json::{Map, Value as Json};

/// A document of the input, with its places.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file.
    pub source: SourceId,
    /// With places.
    pub yaml: yaml::Value,
    /// Without.
    pub json: Json,
}

/// The documents of all files; lists are taken apart.
pub fn read(sources: &Sources, ids: &[SourceId], notes: &mut Vec<Note>) -> Vec<Document> {
    let mut documents = Vec::new();
    for id in ids {
        let stream = yaml::read(sources, *id, Schema::Kubernetes);
        notes.extend(stream.problems.iter().map(|problem| problem_note(sources, problem)));
        for value in stream.documents {
            take(*id, value, &mut documents);
        }
    }
    documents
}

fn take(source: SourceId, yaml: yaml::Value, out: &mut Vec<Document>) {
    let kind = yaml.get("kind").and_then(yaml::Value::text).unwrap_or("");
    if kind.ends_with("List") && yaml.get("items").is_some_and(yaml::Value::is_sequence) {
        let items = yaml.get("items").map(yaml::Value::items).unwrap_or_default();
        items.iter().for_each(|item| take(source, item.clone(), out));
    } else if !yaml.is_null() {
        let json = json(&yaml);
        out.push(Document { source, yaml, json });
    }
}

fn problem_note(sources: &Sources, problem: &Problem) -> Note {
    let (span, text): (Span, String) = match problem {
        Problem::Syntax { span, message } => (*span, format!("it is no YAML from here on: {message}")),
        Problem::DuplicateKey { key, again, .. } => {
            (*again, format!("`{key}` stands twice: the first is taken"))
        }
        Problem::EndlessAlias { span } => (*span, "an alias stands inside of what it stands for".to_owned()),
        Problem::TooLarge { span } => (*span, "aliases of aliases make the file too large".to_owned()),
    };
    let kind = if matches!(problem, Problem::DuplicateKey { .. }) { Kind::Changed } else { Kind::NotCarried };
    Note::new(kind, sources.line_of(span), text)
}

/// The value as Kubernetes and Helm read it. Keys that are no text are left out.
pub fn json(value: &yaml::Value) -> Json {
    match &value.data {
        Data::Scalar(scalar) => match scalar.plain(Schema::Kubernetes) {
            Plain::Null => Json::Null,
            Plain::Bool(truth) => Json::Bool(truth),
            Plain::Integer(number) => {
                i64::try_from(number).map_or_else(|_| Json::String(scalar.text.clone()), Json::from)
            }
            Plain::Float(number) => Json::from(number),
            Plain::Text(text) => Json::String(text),
        },
        Data::Sequence(items) => Json::Array(items.iter().map(json).collect()),
        Data::Mapping(mapping) => {
            let mut fields = Map::new();
            for entry in &mapping.entries {
                if let Some(name) = entry.name()
                    && !fields.contains_key(name)
                {
                    fields.insert(name.to_owned(), json(&entry.value));
                }
            }
            Json::Object(fields)
        }
    }
}

impl Document {
    /// The place of a path of keys, or of as much of it as there is: `values.yaml:12`.
    pub fn line(&self, sources: &Sources, path: &[&str]) -> String {
        let mut at = &self.yaml;
        let mut span = at.span;
        for step in path {
            let entry = at.mapping().and_then(|mapping| mapping.entry(step));
            let item = step.parse::<usize>().ok().and_then(|index| at.items().get(index));
            match (entry, item) {
                (Some(entry), _) => {
                    span = entry.key.span;
                    at = &entry.value;
                }
                (None, Some(item)) => {
                    span = item.span;
                    at = item;
                }
                (None, None) => break,
            }
        }
        sources.line_of(span)
    }

    /// The document below a key, as if it stood alone.
    pub fn below(&self, key: &str) -> Option<Self> {
        let yaml = self.yaml.get(key)?.clone();
        let json = self.json.get(key)?.clone();
        Some(Self { source: self.source, yaml, json })
    }

    /// Its kind, where it is an object of Kubernetes.
    pub fn kind(&self) -> Option<&str> {
        self.json.get("apiVersion")?;
        self.json.get("kind")?.as_str()
    }

    /// A text of its metadata.
    pub fn metadata(&self, field: &str) -> Option<&str> {
        self.json.get("metadata")?.get(field)?.as_str()
    }
}
