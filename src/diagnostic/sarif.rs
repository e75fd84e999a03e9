//! SARIF 2.1.0 (OASIS standard), which code scanning reads.

use super::place::Place;
use super::{Diagnostic, Diagnostics, Label, Severity};
use crate::syntax::Sources;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io;

/// Writes the log and a newline.
pub fn write(diagnostics: &Diagnostics, sources: &Sources, out: &mut impl io::Write) -> io::Result<()> {
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for diagnostic in diagnostics.iter() {
        let severity = worst.entry(diagnostic.code).or_insert(diagnostic.severity);
        *severity = diagnostic.severity.max(*severity);
    }
    let rules: Vec<_> = worst.iter().map(|(code, severity)| rule(code, *severity)).collect();
    let index: BTreeMap<_, _> = worst.keys().enumerate().map(|(index, code)| (*code, index)).collect();
    let results = diagnostics.iter().map(|diagnostic| result(diagnostic, sources, &index));
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "fleetc",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(code: &str, severity: Severity) -> Value {
    json!({
        "id": code,
        "defaultConfiguration": { "level": level(severity) },
        "help": { "text": format!("fleetc explain {code}") },
    })
}

fn result(diagnostic: &Diagnostic, sources: &Sources, rules: &BTreeMap<&str, usize>) -> Value {
    let mut text = diagnostic.message.clone();
    if let Some(effect) = &diagnostic.effect {
        text.push_str(&format!("\nIn the cluster: {effect}"));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\nHelp: {help}"));
    }
    let mut result = Map::new();
    result.insert("ruleId".into(), diagnostic.code.into());
    result.insert("ruleIndex".into(), rules.get(diagnostic.code).copied().into());
    result.insert("level".into(), level(diagnostic.severity).into());
    result.insert("message".into(), json!({ "text": text }));
    if let Some((first, others)) = diagnostic.labels.split_first() {
        result.insert("locations".into(), json!([location(first, sources, None)]));
        if !others.is_empty() {
            let others = others.iter().enumerate().map(|(id, label)| location(label, sources, Some(id)));
            result.insert("relatedLocations".into(), others.collect());
        }
    }
    result.into()
}

fn location(label: &Label, sources: &Sources, id: Option<usize>) -> Value {
    let Place { file, start, end } = Place::of(label, sources);
    let mut location = Map::new();
    if let Some(id) = id {
        location.insert("id".into(), id.into());
    }
    location.insert(
        "physicalLocation".into(),
        json!({
            "artifactLocation": { "uri": uri(file), "uriBaseId": "%SRCROOT%" },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        }),
    );
    if !label.text.is_empty() {
        location.insert("message".into(), json!({ "text": label.text }));
    }
    location.into()
}

/// A path as a relative URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into())
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
