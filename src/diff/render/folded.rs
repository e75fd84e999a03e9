//! Parts of a comment that are folded away until somebody opens them.

use super::count;
use super::group::Group;
use super::markdown::{effect, told};
use crate::diagnostic::markdown::{code, escape, prose};
use crate::diff::Verb;
use crate::diff::alerts::AlertChange;
use crate::diff::usage::PoolUse;

/// Alerts that have no declaration of their name.
pub fn alerts(alerts: &[&AlertChange]) -> String {
    let mut text = format!("\n<details><summary>{}</summary>\n\n", count(alerts.len(), "alert"));
    for alert in alerts {
        let (sign, name) = (escape(&alert.verb.sign().to_string()), code(&alert.alert));
        let place = code(&alert.place.to_string());
        text.push_str(&format!("- {sign} {name} ({}) {place}\n", escape(&alert.severity)));
        for change in alert.changes.iter().filter(|_| alert.verb == Verb::Changed) {
            text.push_str(&format!("  - {}\n", told(change)));
        }
    }
    text.push_str("\n</details>\n");
    text
}

/// Jobs that name a pool.
pub fn jobs(used: &PoolUse) -> String {
    let jobs = used.jobs.iter().map(|job| {
        let repository = job.repository.as_deref().unwrap_or_default();
        format!("- {} {}: job {}\n", escape(repository), code(&job.place.to_string()), code(&job.job))
    });
    format!(
        "\n<details><summary>{} {} pool {}</summary>\n\n{}\n</details>\n",
        count(used.jobs.len(), "job"),
        if used.jobs.len() == 1 { "names" } else { "name" },
        html(&used.pool),
        jobs.collect::<String>()
    )
}

/// All values of an entry, and all that happens.
pub fn detail(group: &Group<'_>) -> String {
    let first = group.first();
    let mut text = format!("\n<details><summary>{}: {}</summary>\n\n", html(&group.title()), first.effect);
    for happens in &first.consequences {
        text.push_str(&format!("- {}: {}\n", effect(happens.effect), prose(&happens.text)));
        let causes = group.causes(happens);
        if !causes.is_empty() {
            text.push_str(&format!("  by {}\n", code(&causes)));
        }
    }
    let list: Vec<_> = group.changes().into_iter().chain(group.fields()).collect();
    if !list.is_empty() {
        let gap = if first.consequences.is_empty() { "" } else { "\n" };
        text.push_str(gap);
        text.push_str("| Value | Before | After | Line |\n|---|---|---|---|\n");
    }
    for change in list {
        let value = |value: &Option<String>| match value.as_deref() {
            None => "–".to_owned(),
            Some("") => "there".to_owned(),
            Some(value) => code(&super::short(value)),
        };
        let what = if change.what.is_empty() { "value" } else { &change.what };
        let place = change.place.as_ref().map(|place| code(&place.to_string())).unwrap_or_default();
        let (before, after) = (value(&change.before), value(&change.after));
        text.push_str(&format!("| {} | {before} | {after} | {place} |\n", code(what)));
    }
    text.push_str("\n</details>\n");
    text
}

/// Text within a tag, where Markdown is not read.
pub fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('@', "&#64;")
}
