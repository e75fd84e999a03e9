//! A policy from its text.

use super::Refusal;
use super::parse::{Item, Kind, Value, parse};
use crate::language::suggest::nearest;
use crate::syntax::{SourceId, Span};
use crate::vault::capability::{Capabilities, Capability, Flavour};
use crate::vault::limits::Limits;
use crate::vault::path::RulePath;
use crate::vault::policy::{PathRule, Policy};

/// Reads a policy as a server does that it is written to: HCL, or JSON where the first character is a brace.
///
/// Everything that the server would refuse it for is told, not only the first. One thing is told that the server would
/// not say: of text in braces that is no JSON it takes what it understands, so that half a policy may be missing.
pub fn read(name: &str, text: &str, source: SourceId, flavour: Flavour) -> Result<Policy, Vec<Refusal>> {
    if text.is_empty() {
        let span = Span { source, start: 0, end: 0 };
        return Err(vec![Refusal { span, message: "an empty text is no policy".to_owned() }]);
    }
    let json = text.trim_start().starts_with('{');
    if json {
        check_json(text, source)?;
    }
    let items = parse(text, source, json).map_err(|refusal| vec![refusal])?;
    let mut reader = Reader { flavour, refusals: Vec::new() };
    let mut policy = Policy::new(name.to_lowercase());
    for item in &items {
        for (key, span, body) in reader.blocks(item, json) {
            policy.rules.extend(reader.rule(&key, span, body));
        }
    }
    if reader.refusals.is_empty() { Ok(policy) } else { Err(reader.refusals) }
}

fn check_json(text: &str, source: SourceId) -> Result<(), Vec<Refusal>> {
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else { return Ok(()) };
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let start = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    // serde_json counts columns in bytes.
    let start = text.floor_char_boundary(start) as u32;
    let message = format!("this is no JSON: {error}");
    Err(vec![Refusal { span: Span { source, start, end: start }, message }])
}

/// Reads blocks, and keeps what speaks against them.
pub(super) struct Reader {
    flavour: Flavour,
    refusals: Vec<Refusal>,
}

/// Attributes of a block.
const KEYS: [&str; 9] = [
    "comment",
    "policy",
    "capabilities",
    "allowed_parameters",
    "denied_parameters",
    "required_parameters",
    "min_wrapping_ttl",
    "max_wrapping_ttl",
    "mfa_methods",
];
const KEYS_OF_OPENBAO: [&str; 4] =
    ["pagination_limit", "expiration", "list_scan_response_keys_filter_path", "control_group"];
const KEYS_OF_VAULT: [&str; 2] = ["control_group", "subscribe_event_types"];

impl Reader {
    pub(super) fn refuse(&mut self, span: Span, message: impl Into<String>) {
        self.refusals.push(Refusal { span, message: message.into() });
    }

    fn keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        let own: &[_] = match self.flavour {
            Flavour::OpenBao => &KEYS_OF_OPENBAO,
            Flavour::Vault => &KEYS_OF_VAULT,
        };
        KEYS.iter().chain(own).copied()
    }

    /// The blocks that an item at the top stands for: one in HCL, any number in JSON.
    fn blocks<'a>(&mut self, item: &'a Item, json: bool) -> Vec<(String, Span, &'a Value)> {
        let [(key, span), labels @ ..] = item.keys.as_slice() else { return Vec::new() };
        match key.as_str() {
            "name" => return Vec::new(),
            "path" => {}
            key => {
                self.refuse(*span, format!("\"{key}\" means nothing here: a policy has blocks `path`"));
                return Vec::new();
            }
        }
        if !json {
            // Of several labels only the first counts, and without one the path is "path".
            let (label, at) = labels.first().map_or(("path", *span), |(label, at)| (label.as_str(), *at));
            let head = Span { end: at.end, ..*span };
            return vec![(label.to_owned(), head, &item.value)];
        }
        let objects = match &item.value.kind {
            Kind::List(list) if !list.is_empty() => list.as_slice(),
            _ => std::slice::from_ref(&item.value),
        };
        let mut found = Vec::new();
        for object in objects {
            let Kind::Object(paths) = &object.kind else {
                self.refuse(object.span, "\"path\" has to be an object of paths");
                continue;
            };
            for path in paths {
                let Some((key, span)) = path.keys.first() else { continue };
                let is_object = |item: &Item| matches!(item.value.kind, Kind::Object(_));
                match &path.value.kind {
                    // The server takes objects in objects for labels of blocks, however deep.
                    Kind::Object(items) if !items.is_empty() && items.iter().all(is_object) => {
                        self.refuse(*span, "a rule that holds only objects is taken for more paths");
                    }
                    _ => found.push((key.clone(), *span, &path.value)),
                }
            }
        }
        found
    }

    fn rule(&mut self, path: &str, span: Span, body: &Value) -> Option<PathRule> {
        let before = self.refusals.len();
        let path = RulePath::parse(path).map_err(|error| self.refuse(span, error.to_string())).ok();
        let Kind::Object(items) = &body.kind else {
            self.refuse(body.span, "a path has a block in braces");
            return None;
        };
        let mut words = Vec::new();
        let mut old = None;
        for item in items {
            let Some((key, span)) = item.keys.first() else { continue };
            match key.as_str() {
                "capabilities" => words.extend(self.words(&item.value)),
                "policy" => old = self.old_policy(&item.value).or(old),
                key if self.keys().any(|known| known == key) => {}
                key => {
                    let near = nearest(key, self.keys());
                    let near = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
                    let message = format!("{} knows no \"{key}\" in a rule{near}", self.flavour);
                    self.refuse(*span, message);
                }
            }
        }
        let capabilities = self.capabilities(old.unwrap_or_default(), &words);
        // Of a refusal the server reads nothing else.
        let limits = if capabilities.is_deny() { Limits::default() } else { self.limits(items) };
        let path = path.filter(|_| self.refusals.len() == before)?;
        Some(PathRule { path, capabilities, limits, span })
    }

    /// The form of the first releases, which the servers still take.
    fn old_policy(&mut self, value: &Value) -> Option<Capabilities> {
        use Capability::{Create, Delete, List, Read, Sudo, Update};
        let set = match self.text(value)?.as_str() {
            "" => return None,
            "deny" => Capabilities::DENY,
            "read" => Capabilities::of([Read, List]),
            "write" => Capabilities::of([Create, Read, Update, Delete, List]),
            "sudo" => Capabilities::of([Create, Read, Update, Delete, List, Sudo]),
            other => {
                self.refuse(value.span, format!("\"{other}\" is no policy: write `capabilities`"));
                return None;
            }
        };
        Some(set)
    }

    /// What stands behind `deny` is not looked at.
    fn capabilities(&mut self, old: Capabilities, words: &[(String, Span)]) -> Capabilities {
        let mut set = old;
        for (word, span) in words {
            if set.is_deny() {
                break;
            }
            match Capability::parse(word) {
                Some(capability) if capability.known_to(self.flavour) => {
                    set = set.union(Capabilities::of([capability]));
                }
                Some(_) => self.refuse(*span, format!("{} has no capability \"{word}\"", self.flavour)),
                None => {
                    let near = nearest(word, Capability::ALL.iter().map(|capability| capability.as_str()));
                    let lower = word.to_lowercase();
                    let near = Capability::parse(&lower).map_or(near, |capability| Some(capability.as_str()));
                    let near = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
                    self.refuse(*span, format!("\"{word}\" is no capability{near}"));
                }
            }
        }
        set
    }
}
