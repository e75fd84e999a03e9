//! What a set of policies grants: for each request exactly one rule decides, and this finds it as the servers do.
//!
//! Rules of one and the same path are joined, within a policy and across policies. Rules of different paths never
//! are: a rule for `a/*` adds nothing to one for `a/b`.

use super::capability::{Capabilities, Capability, Flavour};
use super::limits::Limits;
use super::operation::{Operation, needs_sudo};
use super::path::{Pattern, segments_match};
use super::policy::{PathRule, Policy};
use std::collections::BTreeMap;
use std::ops::Bound;

/// A set of policies, as a token holds it.
#[derive(Clone, Debug)]
pub struct Acl<'p> {
    flavour: Flavour,
    /// Whether `root` is among the policies: then everything is granted.
    root: bool,
    exact: BTreeMap<&'p str, usize>,
    /// By what stands in front of the star.
    prefixes: BTreeMap<&'p str, usize>,
    segments: BTreeMap<&'p str, usize>,
    joined: Vec<Joined<'p>>,
    dropped: Vec<Source<'p>>,
}

/// All that a set of policies says of one path.
#[derive(Clone, Debug)]
pub struct Joined<'p> {
    /// What is granted.
    pub capabilities: Capabilities,
    /// What requests have to fulfil beside that.
    pub limits: Limits,
    /// The rules that say it; at least one, all of the same path.
    pub sources: Vec<Source<'p>>,
}

/// A rule, and the policy that it is of.
#[derive(Clone, Copy, Debug)]
pub struct Source<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// The rule.
    pub rule: &'p PathRule,
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct Answer<'a, 'p> {
    /// Whether it is granted.
    pub verdict: Verdict,
    /// What decided; none where no rule is about the path.
    pub decided_by: Option<&'a Joined<'p>>,
}

/// Whether a request is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is not.
    Denied,
    /// It depends on what stands in the request: the rule has limits.
    Conditional,
    /// It is.
    Allowed,
}

impl<'p> Acl<'p> {
    /// Joins the policies of a token. `now` is the time in seconds since 1970 that rules end by; rules that have
    /// an end count as long as it is not known.
    pub fn new(policies: impl IntoIterator<Item = &'p Policy>, flavour: Flavour, now: Option<i64>) -> Self {
        let mut acl = Self {
            flavour,
            root: false,
            exact: BTreeMap::new(),
            prefixes: BTreeMap::new(),
            segments: BTreeMap::new(),
            joined: Vec::new(),
            dropped: Vec::new(),
        };
        for policy in policies {
            acl.root |= policy.name == "root";
            for rule in &policy.rules {
                let source = Source { policy, rule };
                let ended = now.zip(rule.limits.expires).is_some_and(|(now, end)| end < now);
                let (map, key) = match rule.path.pattern() {
                    Pattern::Exact(key) if !ended => (&mut acl.exact, key),
                    Pattern::Prefix(key) if !ended => (&mut acl.prefixes, key),
                    Pattern::Segments(key) if !ended => (&mut acl.segments, key),
                    _ => {
                        acl.dropped.push(source);
                        continue;
                    }
                };
                let next = acl.joined.len();
                let at = *map.entry(key).or_insert(next);
                match acl.joined.get_mut(at) {
                    Some(joined) => joined.join(source),
                    None => acl.joined.push(Joined::of(source)),
                }
            }
        }
        acl
    }

    /// Rules that count for nothing: their path is a template that depends on who asks, or they have ended.
    pub fn dropped(&self) -> &[Source<'p>] {
        &self.dropped
    }

    /// Whether it grants everything.
    pub fn is_root(&self) -> bool {
        self.root
    }

    /// All rules, joined by path.
    pub fn joined(&self) -> &[Joined<'p>] {
        &self.joined
    }

    /// What `sys/capabilities` answers for a path: it looks for a rule as a list does, whatever it answers of.
    pub fn capabilities(&self, path: &str) -> Capabilities {
        if self.root {
            return Capabilities::of(Operation::ALL.map(Operation::capability))
                .union(Capabilities::of([Capability::Sudo]));
        }
        let decided = self.decide(path.trim_start_matches('/'), Operation::List);
        decided.map_or(Capabilities::NONE, |joined| joined.capabilities)
    }

    /// The rule that `sys/capabilities` answers by.
    pub fn deciding(&self, path: &str) -> Option<&Joined<'p>> {
        self.decide(path.trim_start_matches('/'), Operation::List)
    }

    /// Whether a request is granted. Lists get a slash at the end of their path, as the servers give them one.
    pub fn answer(&self, path: &str, operation: Operation) -> Answer<'_, 'p> {
        let path = path.trim_start_matches('/');
        if self.root {
            return Answer { verdict: Verdict::Allowed, decided_by: None };
        }
        let decided_by = if operation.lists() && !path.ends_with('/') {
            self.decide(&format!("{path}/"), operation)
        } else {
            self.decide(path, operation)
        };
        let verdict = decided_by.map_or(Verdict::Denied, |joined| {
            let sudo = !needs_sudo(path) || joined.capabilities.contains(Capability::Sudo);
            if !sudo
                || !operation.known_to(self.flavour)
                || !joined.capabilities.contains(operation.capability())
            {
                Verdict::Denied
            } else if joined.limits.concern(operation) {
                Verdict::Conditional
            } else {
                Verdict::Allowed
            }
        });
        Answer { verdict, decided_by }
    }

    /// The rule that decides on a path as it stands.
    fn decide(&self, path: &str, operation: Operation) -> Option<&Joined<'p>> {
        let lists = operation.lists();
        let bare = path.strip_suffix('/').filter(|_| lists);
        let exact = self.exact.get(path).or_else(|| self.exact.get(bare?));
        let at = match (exact, self.flavour) {
            (Some(at), _) => Some(*at),
            (None, Flavour::OpenBao) => self.open(path).or_else(|| self.open(bare?)),
            // In Vault a rule for the bare path goes first, however much narrower another is.
            (None, Flavour::Vault) => bare.and_then(|bare| self.open(bare)).or_else(|| self.open(path)),
        };
        self.joined.get(at?)
    }

    /// The narrowest of the rules with a star or a plus that are about a path.
    fn open(&self, path: &str) -> Option<usize> {
        let longest = self.longest_prefix(path).map(|(prefix, at)| (Rank::of_prefix(prefix), at));
        let matching = self.segments.iter().filter(|(pattern, _)| segments_match(pattern, path));
        let segments = matching.map(|(pattern, at)| (Rank::of_segments(pattern), *at));
        longest.into_iter().chain(segments).max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, at)| at)
    }

    /// The longest rule with a star only that a path starts with.
    fn longest_prefix(&self, path: &str) -> Option<(&'p str, usize)> {
        // Of all keys that are not behind the path in order, one that it starts with lies the closer the longer.
        let mut end = path;
        loop {
            let (key, at) =
                self.prefixes.range::<str, _>((Bound::Unbounded, Bound::Included(end))).next_back()?;
            if path.starts_with(key) {
                return Some((key, *at));
            }
            // Whatever else it starts with is no longer than what it has in common with this key.
            let pairs = path.char_indices().zip(key.chars());
            let common = pairs.take_while(|((_, a), b)| a == b).map(|((at, a), _)| at + a.len_utf8()).last();
            end = path.get(..common.unwrap_or(0))?;
        }
    }
}

/// How narrow a rule with a star or a plus is, by the order of the servers: the larger decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank<'a> {
    /// Bytes in front of the first star or plus. A plus that stands for itself counts here too.
    fixed: usize,
    /// Whether it has no star at the end.
    closed: bool,
    /// How many segments are open.
    fewer_plus: std::cmp::Reverse<usize>,
    length: usize,
    text: &'a str,
}

impl<'a> Rank<'a> {
    fn of_prefix(prefix: &'a str) -> Self {
        let (fixed, length) = (prefix.len(), prefix.len());
        Self { fixed, closed: false, fewer_plus: std::cmp::Reverse(0), length, text: prefix }
    }

    fn of_segments(pattern: &'a str) -> Self {
        let (text, closed) = pattern.strip_suffix('*').map_or((pattern, true), |prefix| (prefix, false));
        let plus = text.split('/').filter(|part| *part == "+").count();
        let fixed = pattern.find('+').unwrap_or(pattern.len());
        Self { fixed, closed, fewer_plus: std::cmp::Reverse(plus), length: text.len(), text }
    }
}

impl<'p> Joined<'p> {
    fn of(source: Source<'p>) -> Self {
        let rule = source.rule;
        Self { capabilities: rule.capabilities, limits: rule.limits.clone(), sources: vec![source] }
    }

    /// Joins another rule of the same path.
    fn join(&mut self, source: Source<'p>) {
        self.sources.push(source);
        self.capabilities = self.capabilities.union(source.rule.capabilities);
        if !self.capabilities.is_deny() {
            self.limits.join(&source.rule.limits);
        }
    }

    /// The path of the rules.
    pub fn path(&self) -> &str {
        self.sources.first().map_or("", |source| source.rule.path.as_str())
    }
}
