//! A policy as data.

use super::capability::{Capabilities, Capability};
use super::limits::{Limits, Parameters};
use super::path::RulePath;
use crate::syntax::Span;
use serde_json::{Map, Value};

/// A policy: rules for paths. Where no rule is about a path, nothing is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name, in lower case: the servers make it so.
    pub name: String,
    /// Its rules, in the order in which they are written.
    pub rules: Vec<PathRule>,
}

/// What a policy says of a path.
#[derive(Clone, Debug)]
pub struct PathRule {
    /// The path.
    pub path: RulePath,
    /// What is granted.
    pub capabilities: Capabilities,
    /// What requests have to fulfil beside that.
    pub limits: Limits,
    /// Where it is written, or what is written that it follows from.
    pub span: Span,
}

/// Equality is of what they say.
impl PartialEq for PathRule {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.capabilities, &self.limits) == (&other.path, other.capabilities, &other.limits)
    }
}

impl Eq for PathRule {}

impl Policy {
    /// A policy without rules.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), rules: Vec::new() }
    }

    /// Adds a rule; one for the same path is joined with it.
    pub fn allow(&mut self, path: RulePath, capabilities: impl IntoIterator<Item = Capability>, span: Span) {
        let capabilities = Capabilities::of(capabilities);
        match self.rules.iter_mut().find(|rule| rule.path == path && rule.limits.is_none()) {
            Some(rule) => rule.capabilities = rule.capabilities.union(capabilities),
            None => self.rules.push(PathRule { path, capabilities, limits: Limits::default(), span }),
        }
    }

    /// The policy as JSON, which the servers take as they take HCL.
    pub fn to_json(&self) -> Value {
        let rules = self.rules.iter().map(|rule| {
            let mut block = Map::new();
            for (key, value) in rule.attributes() {
                block.insert(key.to_owned(), value);
            }
            Value::Object(Map::from_iter([(rule.path.written().into_owned(), Value::Object(block))]))
        });
        // A list of objects rather than one: a path may have several rules.
        Value::Object(Map::from_iter([("path".to_owned(), Value::Array(rules.collect()))]))
    }
}

impl PathRule {
    /// What stands in its block, in order.
    pub(super) fn attributes(&self) -> Vec<(&'static str, Value)> {
        let limits = &self.limits;
        let parameters = |map: &Parameters| {
            Value::Object(
                map.iter().map(|(key, values)| (key.clone(), Value::from(values.clone()))).collect(),
            )
        };
        let seconds = |ttl: u64| Value::from(format!("{ttl}s"));
        let filter = limits.keys_filter.clone().unwrap_or_default();
        let list = [
            // An empty list and none mean the same; the list shows that it is meant.
            (true, "capabilities", self.capabilities.iter().map(Capability::as_str).collect()),
            (!limits.allowed.is_empty(), "allowed_parameters", parameters(&limits.allowed)),
            (!limits.denied.is_empty(), "denied_parameters", parameters(&limits.denied)),
            (!limits.required.is_empty(), "required_parameters", Value::from(limits.required.clone())),
            (limits.min_wrapping > 0, "min_wrapping_ttl", seconds(limits.min_wrapping)),
            (limits.max_wrapping > 0, "max_wrapping_ttl", seconds(limits.max_wrapping)),
            (limits.pagination > 0, "pagination_limit", Value::from(limits.pagination)),
            (!filter.is_empty(), "list_scan_response_keys_filter_path", Value::from(filter)),
            (!limits.mfa_methods.is_empty(), "mfa_methods", Value::from(limits.mfa_methods.clone())),
            (limits.expires.is_some(), "expiration", limits.expires.unwrap_or_default().to_string().into()),
        ];
        list.into_iter().filter(|(is_set, ..)| *is_set).map(|(_, key, value)| (key, value)).collect()
    }
}
