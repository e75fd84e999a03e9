//! A policy as data.

use super::capability::{Capabilities, Capability};
use super::path::RulePath;
use crate::syntax::Span;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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

/// What requests have to fulfil beside the capability.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The only parameters that a request may have, and their values; no values are any.
    pub allowed: Option<BTreeMap<String, Vec<Value>>>,
    /// Parameters that it may not have, likewise.
    pub denied: Option<BTreeMap<String, Vec<Value>>>,
    /// Parameters that it must have.
    pub required: Vec<String>,
    /// The answer must be wrapped for at least so many seconds.
    pub min_wrapping: Option<u64>,
    /// The answer must be wrapped for at most so many seconds.
    pub max_wrapping: Option<u64>,
    /// Names that a list may have at most (OpenBao).
    pub pagination: Option<u64>,
    /// Which names of a list are shown (OpenBao).
    pub keys_filter: Option<String>,
    /// Second factors.
    pub mfa_methods: Vec<String>,
    /// Whether others have to approve.
    pub control_group: bool,
    /// When the rule ends, in seconds since 1970 (OpenBao).
    pub expires: Option<i64>,
}

impl Limits {
    /// Whether the capability alone decides.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

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
            Value::Object(Map::from_iter([(rule.path.to_string(), Value::Object(block))]))
        });
        // A list of objects rather than one: a path may have several rules.
        Value::Object(Map::from_iter([("path".to_owned(), Value::Array(rules.collect()))]))
    }
}

impl PathRule {
    /// What stands in its block, in order.
    pub(super) fn attributes(&self) -> Vec<(&'static str, Value)> {
        let limits = &self.limits;
        let mut list: Vec<(&'static str, Value)> = Vec::new();
        // An empty list and no list mean the same; the list shows that it is meant.
        list.push(("capabilities", self.capabilities.iter().map(|c| Value::from(c.as_str())).collect()));
        let parameters = |map: &BTreeMap<String, Vec<Value>>| {
            Value::Object(
                map.iter().map(|(key, values)| (key.clone(), Value::from(values.clone()))).collect(),
            )
        };
        list.extend(limits.allowed.iter().map(|map| ("allowed_parameters", parameters(map))));
        list.extend(limits.denied.iter().map(|map| ("denied_parameters", parameters(map))));
        if !limits.required.is_empty() {
            list.push(("required_parameters", Value::from(limits.required.clone())));
        }
        list.extend(limits.min_wrapping.map(|ttl| ("min_wrapping_ttl", Value::from(format!("{ttl}s")))));
        list.extend(limits.max_wrapping.map(|ttl| ("max_wrapping_ttl", Value::from(format!("{ttl}s")))));
        list.extend(limits.pagination.map(|limit| ("pagination_limit", Value::from(limit))));
        let filter = limits.keys_filter.iter();
        list.extend(filter.map(|path| ("list_scan_response_keys_filter_path", Value::from(path.as_str()))));
        if !limits.mfa_methods.is_empty() {
            list.push(("mfa_methods", Value::from(limits.mfa_methods.clone())));
        }
        list.extend(limits.expires.map(|time| ("expiration", Value::from(time.to_string()))));
        list
    }
}
