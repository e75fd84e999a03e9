//! What requests have to fulfil beside the capability that they need.

use super::operation::Operation;
use serde_json::Value;
use std::collections::BTreeMap;

/// Parameters by name, with their values; no values stand for any.
pub type Parameters = BTreeMap<String, Vec<Value>>;

/// What requests have to fulfil beside the capability.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The only parameters that a request may have; none are any.
    pub allowed: Parameters,
    /// Parameters that it may not have.
    pub denied: Parameters,
    /// Parameters that it must have.
    pub required: Vec<String>,
    /// The answer must be wrapped for at least so many seconds; zero is no limit.
    pub min_wrapping: u64,
    /// The answer must be wrapped for at most so many seconds; zero is no limit.
    pub max_wrapping: u64,
    /// Names that a list may have at most (OpenBao); zero is no limit.
    pub pagination: u64,
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

    /// Whether it depends on them if such a request is granted.
    pub fn concern(&self, operation: Operation) -> bool {
        let wrapping = self.min_wrapping > 0 || self.max_wrapping > 0;
        let always = wrapping || !self.mfa_methods.is_empty() || self.control_group || self.expires.is_some();
        let any = self.allowed.len() == 1 && self.allowed.contains_key("*");
        let limited = !self.allowed.is_empty() && !any;
        let parameters = limited || !self.denied.is_empty() || !self.required.is_empty();
        always
            || match operation {
                Operation::Read
                | Operation::Create
                | Operation::Update
                | Operation::Patch
                | Operation::Recover => parameters,
                // A list needs `limit` only where that is required and limited both.
                Operation::List | Operation::Scan => self.pagination > 0 || self.keys_filter.is_some(),
                Operation::Delete => false,
            }
    }

    /// Joins those of another rule of the same path, as the servers do: what one rule limits stays limited, however
    /// much the other grants.
    pub(super) fn join(&mut self, other: &Self) {
        join_parameters(&mut self.allowed, &other.allowed);
        join_parameters(&mut self.denied, &other.denied);
        for name in &other.required {
            if !self.required.contains(name) {
                self.required.push(name.clone());
            }
        }
        self.min_wrapping = shorter(self.min_wrapping, other.min_wrapping);
        self.max_wrapping = shorter(self.max_wrapping, other.max_wrapping);
        self.pagination = shorter(self.pagination, other.pagination);
        if self.keys_filter.is_none() {
            self.keys_filter.clone_from(&other.keys_filter);
        }
        for method in &other.mfa_methods {
            if !self.mfa_methods.contains(method) {
                self.mfa_methods.push(method.clone());
            }
        }
        self.control_group |= other.control_group;
        // From then on less is granted.
        self.expires = self.expires.into_iter().chain(other.expires).min();
    }

    /// What they ask for, for people.
    pub fn describe(&self) -> Vec<String> {
        let mut list = Vec::new();
        if !self.allowed.is_empty() {
            list.push(format!("only the parameters {}", parameters(&self.allowed)));
        }
        if !self.denied.is_empty() {
            list.push(format!("not the parameters {}", parameters(&self.denied)));
        }
        if !self.required.is_empty() {
            list.push(format!("the parameters {} must be there", self.required.join(", ")));
        }
        if self.min_wrapping > 0 {
            list.push(format!("the answer is wrapped for at least {} s", self.min_wrapping));
        }
        if self.max_wrapping > 0 {
            list.push(format!("the answer is wrapped for at most {} s", self.max_wrapping));
        }
        if self.pagination > 0 {
            list.push(format!("a list of at most {} names", self.pagination));
        }
        if let Some(filter) = &self.keys_filter {
            list.push(format!("names of a list only as `{filter}` grants"));
        }
        if !self.mfa_methods.is_empty() {
            list.push(format!("a second factor: {}", self.mfa_methods.join(", ")));
        }
        if self.control_group {
            list.push("others approve it".to_owned());
        }
        if let Some(end) = self.expires {
            list.push(format!("until {end} s after 1970"));
        }
        list
    }
}

/// The lower of two limits, of which zero is none.
fn shorter(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 { a.max(b) } else { a.min(b) }
}

fn join_parameters(into: &mut Parameters, from: &Parameters) {
    for (name, values) in from {
        match into.get_mut(name) {
            Some(held) if held.is_empty() || values.is_empty() => held.clear(),
            Some(held) => {
                let more: Vec<_> = values.iter().filter(|value| !held.contains(value)).cloned().collect();
                held.extend(more);
            }
            None => {
                into.insert(name.clone(), values.clone());
            }
        }
    }
}

fn parameters(map: &Parameters) -> String {
    let texts: Vec<_> = map
        .iter()
        .map(|(name, values)| match values.as_slice() {
            [] => name.clone(),
            values => {
                let values: Vec<_> = values.iter().map(ToString::to_string).collect();
                format!("{name} ({})", values.join(" or "))
            }
        })
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrower_limit_stays() {
        let mut a = Limits { min_wrapping: 60, ..Limits::default() };
        a.join(&Limits { min_wrapping: 30, max_wrapping: 90, ..Limits::default() });
        assert_eq!((a.min_wrapping, a.max_wrapping), (30, 90));
        a.allowed = [("x".to_owned(), vec!["1".into()])].into();
        a.join(&Limits { allowed: [("x".to_owned(), vec![])].into(), ..Limits::default() });
        assert_eq!(a.allowed["x"], Vec::<Value>::new());
        assert!(a.concern(Operation::Read) && a.concern(Operation::List));
        let parameters = Limits { required: vec!["x".to_owned()], ..Limits::default() };
        assert!(parameters.concern(Operation::Update) && !parameters.concern(Operation::Delete));
    }
}
