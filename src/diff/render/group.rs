//! Entries that say the same of several subjects are shown once.

use crate::diff::change::{Change, Consequence, Entry, Verb};
use std::collections::HashMap;

/// Entries that differ in nothing but the subject's name.
pub struct Group<'a> {
    /// They; at least one.
    pub entries: Vec<&'a Entry>,
}

/// Most names that are listed.
const LISTED: usize = 6;

/// Values of a new pool that are shown, beside its hardware.
const NEW_POOL: [&str; 6] = ["mode", "runners min", "runners max", "job cpu", "job memory", "job storage"];

/// Most fields that are named as a cause.
const CAUSES: usize = 3;

impl<'a> Group<'a> {
    /// The first of them, which speaks for all.
    pub fn first(&self) -> &'a Entry {
        self.entries[0]
    }

    /// `pool a`, or `3 pools: a, b, c`.
    pub fn title(&self) -> String {
        if let [only] = self.entries.as_slice() {
            return only.subject.to_string();
        }
        let name = |entry: &&Entry| match &entry.subject.cluster {
            Some(cluster) => format!("{} in {cluster}", entry.subject.name),
            None => entry.subject.name.clone(),
        };
        let mut names: Vec<_> = self.entries.iter().take(LISTED).map(name).collect();
        if self.entries.len() > LISTED {
            names.push(format!("and {} more", self.entries.len() - LISTED));
        }
        format!("{} {}s: {}", self.entries.len(), self.first().subject.kind, names.join(", "))
    }

    /// What a reader is shown of the values: of a new pool those that make it what it is.
    pub fn changes(&self) -> Vec<&'a Change> {
        let entry = self.first();
        let told = |change: &&Change| {
            let is_new_pool = entry.verb == Verb::Added && entry.subject.kind == "pool";
            !is_new_pool || NEW_POOL.contains(&change.what.as_str()) || change.what.starts_with("hardware ")
        };
        entry.changes.iter().filter(told).collect()
    }

    /// Fields of objects that change without a word of the subject's own: the cause stands elsewhere.
    pub fn fields(&self) -> Vec<&'a Change> {
        let entry = self.first();
        if !entry.changes.is_empty() || entry.verb != Verb::Changed {
            return Vec::new();
        }
        entry.consequences.iter().flat_map(|happens| &happens.fields).collect()
    }

    /// The fields that make something happen, where the values above need not be all of them.
    pub fn causes(&self, happens: &Consequence) -> String {
        if self.first().changes.is_empty() || self.first().verb != Verb::Changed {
            return String::new();
        }
        let mut names: Vec<_> = happens.fields.iter().take(CAUSES).map(|field| field.what.clone()).collect();
        if happens.fields.len() > CAUSES {
            names.push(format!("and {} more", happens.fields.len() - CAUSES));
        }
        names.join(", ")
    }
}

/// Groups in the order of their first entries.
pub fn groups(entries: &[Entry]) -> Vec<Group<'_>> {
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for entry in entries {
        let next = groups.len();
        let found = *at.entry(key(entry)).or_insert(next);
        match groups.get_mut(found) {
            Some(group) => group.entries.push(entry),
            None => groups.push(Group { entries: vec![entry] }),
        }
    }
    groups
}

/// All that is shown but the name; only pools come in numbers.
fn key(entry: &Entry) -> String {
    if entry.subject.kind != "pool" || entry.verb != Verb::Changed {
        return format!("{}\n{:?}", entry.subject, entry.verb);
    }
    let told = |change: &Change| format!("{}\0{:?}\0{:?}\n", change.what, change.before, change.after);
    let changes: String = entry.changes.iter().map(told).collect();
    let happens = entry.consequences.iter().map(|one| {
        let fields: String = one.fields.iter().map(told).collect();
        format!("{}\n{fields}", one.text)
    });
    format!("pools\n{changes}\n{}", happens.collect::<String>())
}
