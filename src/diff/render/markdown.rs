//! A comment on a pull request, from which a reviewer can approve.

use super::folded::{alerts, detail, html, jobs};
use super::group::{Group, groups};
use super::terminal::{amounts, radius};
use super::{count, values};
use crate::diagnostic::markdown::{code, escape, item, prose};
use crate::diagnostic::{Diagnostics, Severity};
use crate::diff::access::AccessChange;
use crate::diff::capacity::CapacityChange;
use crate::diff::change::Change;
use crate::diff::{Diff, Effect, Verb};
use crate::syntax::Sources;

/// First line of every comment: by it, a workflow finds the one that it wrote before.
pub const MARK: &str = "<!-- fleetc diff -->";

/// Room that is kept for the notice at the end.
const NOTICE: usize = 200;

/// The comment, in at most `most` bytes: what does not fit is left out from the end, and counted.
pub fn markdown(diff: Option<&Diff>, diagnostics: &Diagnostics, sources: &Sources, most: usize) -> String {
    let mut page = Page { text: String::new(), most: most.saturating_sub(NOTICE), left_out: 0 };
    page.must(format!("{MARK}\n"));
    let errors = diagnostics.count(Severity::Error);
    match diff {
        None => page.must("**The fleet can't be read, so nothing is compared.**\n".to_owned()),
        Some(diff) => head(&mut page, diff),
    }
    if !diagnostics.is_empty() {
        let warnings = diagnostics.count(Severity::Warning);
        page.must(format!("\n### {}, {}\n\n", count(errors, "error"), count(warnings, "warning")));
        let mut worst: Vec<_> = diagnostics.iter().collect();
        worst.sort_by_key(|found| std::cmp::Reverse(found.severity));
        for found in worst {
            page.add(item(found, sources));
        }
    }
    if let Some(diff) = diff {
        details(&mut page, diff);
    }
    page.finish(diff)
}

struct Page {
    text: String,
    most: usize,
    left_out: usize,
}

impl Page {
    /// Adds what no comment is without.
    fn must(&mut self, text: String) {
        self.text.push_str(&text);
    }

    /// Adds a part if it fits whole.
    fn add(&mut self, text: String) {
        if self.text.len() + text.len() <= self.most {
            self.text.push_str(&text);
        } else {
            self.left_out += 1;
        }
    }

    fn finish(mut self, diff: Option<&Diff>) -> String {
        if self.left_out > 0 {
            let base = diff.map(|diff| diff.base.as_str()).unwrap_or_default();
            let parts = count(self.left_out, "part");
            self.text
                .push_str(&format!("\n> **{parts} did not fit into this comment.** `fleetc diff` against "));
            let short: String = base.chars().take(60).collect();
            self.text.push_str(&format!("{} shows all.\n", code(&short)));
        }
        self.text
    }
}

fn head(page: &mut Page, diff: &Diff) {
    let all = groups(&diff.entries);
    page.must(format!("### Fleet against {}\n\n", code(&diff.base)));
    for line in &diff.not_compared {
        page.must(format!("> {}\n\n", prose(line)));
    }
    if diff.is_empty() {
        page.must("Nothing changes.\n".to_owned());
        return;
    }
    for (at, line) in radius(&diff.radius).lines().enumerate() {
        page.must(if at == 0 {
            format!("**{}**  \n", escape(line))
        } else {
            format!("{}  \n", escape(line))
        });
    }
    let bill = &diff.listeners;
    if bill.before != bill.after {
        page.must(format!(
            "listeners: {} → {} pods, {} → {} of memory  \n",
            bill.before.pods, bill.after.pods, bill.before.memory, bill.after.memory
        ));
    }
    page.must(format!("Effects are those of ARC {}.\n", escape(&diff.arc)));
    page.must("\n| | | Effect | What |\n|---|---|---|---|\n".to_owned());
    for group in &all {
        page.add(row(group));
    }
    for change in &diff.access {
        page.add(access_row(change));
    }
    let (nodes, more) = diff.notable_capacity();
    for change in nodes {
        page.add(capacity_row(change));
    }
    if more > 0 {
        page.add(format!("| | capacity of {more} more | fits | |\n"));
    }
}

fn access_row(change: &AccessChange) -> String {
    let verdict = match (change.gained.is_empty(), change.lost.is_empty()) {
        (false, true) => "**access gained**",
        (true, false) => "access lost",
        _ => "**access gained and lost**",
    };
    let told = |sign: &str, list: &[String]| {
        let shown = list.iter().take(IN_ROW).map(|what| format!("{sign} {}", prose(what)));
        let mut shown: Vec<_> = shown.collect();
        if list.len() > IN_ROW {
            shown.push(format!("and {} more", list.len() - IN_ROW));
        }
        shown
    };
    let mut what = told("gains:", &change.gained);
    what.extend(told("loses:", &change.lost));
    format!(
        "| | access of role {}<br>{} | {verdict} | {} |\n",
        escape(&change.role),
        code(&change.place.to_string()),
        what.join("<br>")
    )
}

/// An effect, in bold where it interrupts.
pub fn effect(effect: Effect) -> String {
    if effect >= Effect::ListenerRestarts { format!("**{effect}**") } else { effect.to_string() }
}

/// Most values in one row of the table.
const IN_ROW: usize = 3;

fn row(group: &Group<'_>) -> String {
    let first = group.first();
    let (mut list, mut what) = (group.changes(), Vec::new());
    if list.is_empty() {
        list = group.fields();
    }
    if first.verb == Verb::Added {
        // All of it is new: what it does says more than its first values.
        list.clear();
    }
    for change in list.iter().take(IN_ROW) {
        what.push(told(change));
    }
    if list.len() > IN_ROW {
        what.push(format!("and {} more", list.len() - IN_ROW));
    }
    if what.is_empty() {
        what.extend(first.consequences.first().map(|happens| prose(&happens.text)));
    }
    let place = first.place.as_ref().filter(|_| group.entries.len() == 1);
    let place = place.map(|place| format!("<br>{}", code(&place.to_string()))).unwrap_or_default();
    format!(
        "| {} | {}{place} | {} | {} |\n",
        escape(&first.verb.sign().to_string()),
        escape(&group.title()),
        effect(first.effect),
        what.join("<br>")
    )
}

/// A value, before and after.
pub fn told(change: &Change) -> String {
    let what = if change.what.is_empty() { "value" } else { &change.what };
    format!("{}: {}", code(what), code(&values(change)))
}

fn capacity_row(change: &CapacityChange) -> String {
    let rows: Vec<_> = change.rows.iter().map(|row| code(&amounts(row))).collect();
    let cluster = change.cluster.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
    let verdict = match change.after.as_ref().map(|answer| answer.fits) {
        Some(Some(true)) => "fits",
        Some(Some(false)) => "**does not fit**",
        Some(None) => "**undecided**",
        None => "gone",
    };
    format!(
        "| | capacity of {} | {verdict} | {} |\n",
        escape(&format!("{}{cluster}", change.nodes)),
        rows.join("<br>")
    )
}

fn details(page: &mut Page, diff: &Diff) {
    let mut all = groups(&diff.entries);
    all.sort_by_key(|group| std::cmp::Reverse(group.first().effect));
    for group in &all {
        page.add(detail(group));
    }
    for change in diff.access.iter().filter(|change| change.gained.len().max(change.lost.len()) > IN_ROW) {
        let told = |sign: &str, list: &[String]| {
            list.iter().map(|what| format!("- {sign} {}\n", prose(what))).collect::<String>()
        };
        page.add(format!(
            "\n<details><summary>Access of role {}</summary>\n\n{}{}\n</details>\n",
            html(&change.role),
            told("gains:", &change.gained),
            told("loses:", &change.lost)
        ));
    }
    let undeclared = diff.undeclared_alerts();
    if !undeclared.is_empty() {
        page.add(alerts(&undeclared));
    }
    for used in &diff.uses {
        page.add(jobs(used));
    }
    if !diff.workflow_files.is_empty() {
        let files = diff.workflow_files.iter();
        let files: String = files
            .map(|file| format!("- {} {}\n", escape(&file.verb.sign().to_string()), code(&file.path)))
            .collect();
        page.add(format!("\n<details><summary>Files for GitHub</summary>\n\n{files}\n</details>\n"));
    }
    for change in &diff.capacity {
        let why = change.after.as_ref().map(|answer| answer.why.as_str()).filter(|why| !why.is_empty());
        if let Some(why) = why {
            page.add(format!(
                "\n<details><summary>Capacity of {}</summary>\n\n{}\n\n</details>\n",
                html(&change.nodes),
                prose(why)
            ));
        }
    }
}
