//! Alerts, as Prometheus will judge them.

use super::change::{Change, Place, Verb};
use super::pairing::Side;
use crate::emit::monitoring::{self, ResolvedAlert};
use crate::syntax::Sources;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// An alert that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AlertChange {
    /// Its name.
    pub alert: String,
    /// What becomes of it.
    pub verb: Verb,
    /// How urgent it is, or was.
    pub severity: String,
    /// Its condition, its duration, its severity, its labels: what of them differs.
    pub changes: Vec<Change>,
    /// Where it is declared.
    pub place: Place,
}

/// The alerts that are not as they were, by name.
pub fn changes(before: Option<Side<'_>>, after: Side<'_>, sources: &Sources) -> Vec<AlertChange> {
    let of = |side: Side<'_>| -> BTreeMap<(String, usize), ResolvedAlert> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let alerts = monitoring::alerts(side.fleet).into_iter().map(|alert| {
            let count = seen.entry(alert.name.clone()).or_default();
            *count += 1;
            ((alert.name.clone(), *count), alert)
        });
        alerts.collect()
    };
    let mut old = before.map(of).unwrap_or_default();
    let mut all = Vec::new();
    for (key, alert) in of(after) {
        let was = old.remove(&key);
        let verb = if was.is_some() { Verb::Changed } else { Verb::Added };
        let changes = values(was.as_ref(), Some(&alert));
        if !changes.is_empty() {
            all.push(one(&alert, verb, changes, sources));
        }
    }
    all.extend(old.into_values().map(|alert| {
        let changes = values(Some(&alert), None);
        one(&alert, Verb::Removed, changes, sources)
    }));
    all.sort_by(|a, b| a.alert.cmp(&b.alert));
    all
}

fn one(alert: &ResolvedAlert, verb: Verb, changes: Vec<Change>, sources: &Sources) -> AlertChange {
    AlertChange {
        alert: alert.name.clone(),
        verb,
        severity: alert.severity.to_owned(),
        changes,
        place: Place::of(alert.place, sources),
    }
}

fn values(was: Option<&ResolvedAlert>, is: Option<&ResolvedAlert>) -> Vec<Change> {
    let of = |alert: Option<&ResolvedAlert>| -> BTreeMap<String, String> {
        let Some(alert) = alert else { return BTreeMap::new() };
        let labels = alert.labels.iter().filter(|(name, _)| *name != "severity");
        let mut all: BTreeMap<_, _> =
            labels.map(|(name, value)| (format!("label {name}"), value.clone())).collect();
        all.insert("expr".to_owned(), alert.expr.clone());
        all.insert("for".to_owned(), alert.hold.clone());
        all.insert("severity".to_owned(), alert.severity.to_owned());
        all
    };
    let (old, new) = (of(was), of(is));
    let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let change = |name: &String| {
        let (before, after) = (old.get(name), new.get(name));
        (before != after).then(|| Change {
            what: name.clone(),
            before: before.cloned(),
            after: after.cloned(),
            place: None,
        })
    };
    names.into_iter().filter_map(change).collect()
}
