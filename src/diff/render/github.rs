//! Annotations on the lines of a pull request.

use super::group::groups;
use super::values;
use crate::diagnostic::github::{data, property};
use crate::diff::{Diff, Effect, Verb};

/// One workflow command for each entry, worst first: GitHub shows the first ten of a kind.
pub fn github(diff: &Diff) -> String {
    let mut groups = groups(&diff.entries);
    groups.sort_by_key(|group| std::cmp::Reverse(group.first().effect));
    let mut out = String::new();
    for group in &groups {
        let first = group.first();
        let command = if first.effect >= Effect::PoolRemoved { "warning" } else { "notice" };
        // A line of the base is no line of the pull request.
        let change = first.changes.iter().filter_map(|change| change.place.as_ref()).next();
        let place = change.or(first.place.as_ref()).filter(|_| first.verb != Verb::Removed);
        let at = place.map(|place| format!("file={},line={},", property(&place.file), place.line));
        let mut lines: Vec<_> =
            group.changes().iter().map(|change| format!("{}: {}", change.what, values(change))).collect();
        lines.extend(first.consequences.iter().map(|happens| happens.text.clone()));
        let title = format!("{}: {}", group.title(), first.effect);
        out.push_str(&format!(
            "::{command} {}title={}::{}\n",
            at.unwrap_or_default(),
            property(&title),
            data(&lines.join("\n"))
        ));
    }
    for change in &diff.access {
        let verdict = match (change.gained.is_empty(), change.lost.is_empty()) {
            (false, true) => "access gained",
            (true, false) => "access lost",
            _ => "access gained and lost",
        };
        let command = if change.gained.is_empty() { "notice" } else { "warning" };
        let gained = change.gained.iter().map(|what| format!("gains: {what}"));
        let lines: Vec<_> = gained.chain(change.lost.iter().map(|what| format!("loses: {what}"))).collect();
        // A role that is gone has its place in the base.
        let place = format!("file={},line={},", property(&change.place.file), change.place.line);
        out.push_str(&format!(
            "::{command} {}title={}::{}\n",
            if change.gained.is_empty() { "" } else { &place },
            property(&format!("role {}: {verdict}", change.role)),
            data(&lines.join("\n"))
        ));
    }
    out
}
