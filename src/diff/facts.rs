//! Two declarations, value by value.

use super::change::{Change, Place};
use crate::language::walk::{Fact, Facts, Walk};
use crate::syntax::Sources;
use std::collections::HashMap;

/// The values that differ, in the order of the vocabulary; what is gone comes last.
pub fn changes(before: Option<&dyn Walk>, after: Option<&dyn Walk>, sources: &Sources) -> Vec<Change> {
    let of = |node: Option<&dyn Walk>| node.map(Facts::of).unwrap_or_default();
    changes_of(&of(before), &of(after), sources)
}

/// The same for facts.
pub fn changes_of(before: &[Fact], after: &[Fact], sources: &Sources) -> Vec<Change> {
    let (old, new) = (Side::new(before), Side::new(after));
    let mut changes = Vec::new();
    for (key, fact) in new.facts() {
        let was = old.get(&key);
        if was.is_some_and(|was| was.value == fact.value) || new.is_below_new(&key, &old) {
            continue;
        }
        let after = if fact.value.is_empty() { new.summary(fact) } else { fact.value.clone() };
        changes.push(Change {
            what: words(fact),
            before: was.map(|was| was.value.clone()),
            after: Some(after),
            place: Some(Place::of(fact.span, sources)),
        });
    }
    for (key, fact) in old.facts() {
        if new.get(&key).is_some() || old.is_below_new(&key, &new) {
            continue;
        }
        let before = if fact.value.is_empty() { old.summary(fact) } else { fact.value.clone() };
        changes.push(Change {
            what: words(fact),
            before: Some(before),
            after: None,
            place: Some(Place::of(fact.span, sources)),
        });
    }
    changes
}

fn words(fact: &Fact) -> String {
    fact.path.join(" ")
}

/// Path of a fact, and how many facts of that path stand before it.
type Key<'a> = (&'a [String], usize);

struct Side<'a> {
    list: Vec<(Key<'a>, &'a Fact)>,
    at: HashMap<Key<'a>, &'a Fact>,
}

impl<'a> Side<'a> {
    fn new(facts: &'a [Fact]) -> Self {
        let mut seen: HashMap<&[String], usize> = HashMap::new();
        let list = facts.iter().map(|fact| {
            let count = seen.entry(&fact.path).or_default();
            *count += 1;
            ((fact.path.as_slice(), *count - 1), fact)
        });
        let list: Vec<_> = list.collect();
        let at = list.iter().copied().collect();
        Self { list, at }
    }

    fn facts(&self) -> impl Iterator<Item = (Key<'a>, &'a Fact)> {
        self.list.iter().copied()
    }

    fn get(&self, key: &Key<'a>) -> Option<&'a Fact> {
        self.at.get(key).copied()
    }

    /// Whether it is part of a named node that the other side does not have: that one line tells it all.
    fn is_below_new(&self, (path, _): &Key<'a>, other: &Self) -> bool {
        (1..path.len()).any(|length| {
            let above: Key<'a> = (&path[..length], 0);
            self.get(&above).is_some_and(|fact| fact.value.is_empty()) && other.get(&above).is_none()
        })
    }

    /// All that stands below a named node, as `key=value`.
    fn summary(&self, node: &Fact) -> String {
        let below = self.list.iter().map(|(_, fact)| fact).filter(|fact| {
            fact.path.len() > node.path.len() && fact.path.starts_with(&node.path) && !fact.value.is_empty()
        });
        let told = below.map(|fact| format!("{}={}", fact.path[node.path.len()..].join(" "), fact.value));
        told.collect::<Vec<_>>().join(", ")
    }
}
