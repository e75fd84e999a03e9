//! For people at a terminal.

use super::group::{Group, groups};
use super::{count, values};
use crate::diff::capacity::{CapacityChange, CapacityRow};
use crate::diff::radius::Radius;
use crate::diff::{Diff, Effect, Verb};
use std::fmt::Write;

/// Most fields of objects that are shown of one entry.
const FIELDS: usize = 12;

/// The diff as text.
pub fn terminal(diff: &Diff, colour: bool) -> String {
    let mut out = String::new();
    let _infallible = writeln!(out, "against {}, by the rules of ARC {}", diff.base, diff.arc);
    for line in &diff.not_compared {
        let _infallible = writeln!(out, "note: {line}");
    }
    if diff.is_empty() {
        out.push_str("\nnothing changes\n");
        return out;
    }
    let _infallible = writeln!(out, "{}", radius(&diff.radius));
    for group in groups(&diff.entries) {
        entry(&mut out, &group, colour);
    }
    access(&mut out, diff, colour);
    alerts(&mut out, diff);
    uses(&mut out, diff);
    if !diff.workflow_files.is_empty() {
        out.push_str("\nfiles for GitHub\n");
    }
    for file in &diff.workflow_files {
        let _infallible = writeln!(out, "  {} {}", file.verb.sign(), file.path);
    }
    let (nodes, more) = diff.notable_capacity();
    if !nodes.is_empty() {
        out.push_str("\ncapacity, with all pools at their max\n");
    }
    for change in nodes {
        capacity(&mut out, change, colour);
    }
    if more > 0 {
        let _infallible = writeln!(out, "  and {more} more, on which all fits");
    }
    let bill = &diff.listeners;
    if bill.before != bill.after {
        let _infallible = writeln!(
            out,
            "\nlisteners: {} -> {} pods, {} -> {} of CPU, {} -> {} of memory",
            bill.before.pods,
            bill.after.pods,
            bill.before.cpu,
            bill.after.cpu,
            bill.before.memory,
            bill.after.memory
        );
    }
    out
}

/// How far it reaches, in a line or two.
pub fn radius(radius: &Radius) -> String {
    if radius.touched == 0 {
        return format!("no pool of {} changes", radius.pools);
    }
    let effects: Vec<_> =
        radius.effects.iter().map(|one| format!("{}: {}", one.effect.title(), one.pools)).collect();
    let verb = if radius.touched == 1 { "changes" } else { "change" };
    let mut text = format!(
        "{} {verb}: {}; the fleet has {}",
        count(radius.touched, "pool"),
        effects.join(", "),
        radius.pools
    );
    if radius.interrupted > 0 {
        let runners = match radius.runners {
            Some(runners) => {
                format!("at most {}", count(usize::try_from(runners).unwrap_or(usize::MAX), "runner"))
            }
            None => "any number of runners".to_owned(),
        };
        let _infallible = write!(text, "\ninterrupted: {}, {runners}", count(radius.interrupted, "pool"));
        if !radius.scarce.is_empty() {
            let _infallible = write!(text, "; on scarce hardware: {}", some(&radius.scarce));
        }
    }
    text
}

fn some(names: &[String]) -> String {
    const LISTED: usize = 6;
    let more = names.len().saturating_sub(LISTED);
    let listed = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{listed} and {more} more") } else { listed }
}

fn entry(out: &mut String, group: &Group<'_>, colour: bool) {
    let first = group.first();
    let (sign, title) = (first.verb.sign(), group.title());
    let effect = painted(first.effect, colour);
    let place = first.place.as_ref().map(|place| format!("  {place}")).unwrap_or_default();
    let place = if group.entries.len() == 1 { place } else { String::new() };
    let _infallible = writeln!(out, "\n{sign} {title}: {effect}{place}");
    let mut changes = group.changes();
    if first.verb == Verb::Added {
        let told = changes.iter().filter_map(|change| {
            let value = super::short(change.after.as_deref()?);
            Some(if value.is_empty() { change.what.clone() } else { format!("{} {value}", change.what) })
        });
        let told: Vec<_> = told.collect();
        if !told.is_empty() {
            let _infallible = writeln!(out, "    {}", told.join(", "));
        }
        changes.clear();
    }
    let widest = changes.iter().map(|change| change.what.chars().count()).max().unwrap_or(0);
    for change in &changes {
        let what = if change.what.is_empty() { "value" } else { &change.what };
        let elsewhere = change.place.as_ref().filter(|_| group.entries.len() == 1 || changes.len() == 1);
        let place = elsewhere.map(|place| format!("  ({place})")).unwrap_or_default();
        let _infallible = writeln!(out, "    {what:widest$}  {}{place}", values(change));
    }
    let fields = group.fields();
    for field in fields.iter().take(FIELDS) {
        let _infallible = writeln!(out, "    {}  {}", field.what, values(field));
    }
    if fields.len() > FIELDS {
        let _infallible = writeln!(out, "    and {} more fields", fields.len() - FIELDS);
    }
    for happens in &first.consequences {
        let _infallible = writeln!(out, "  {}", happens.text);
        let causes = group.causes(happens);
        if !causes.is_empty() {
            let _infallible = writeln!(out, "    by {causes}");
        }
    }
}

fn access(out: &mut String, diff: &Diff, colour: bool) {
    if !diff.access.is_empty() {
        out.push_str("\naccess to secrets\n");
    }
    for change in &diff.access {
        let _infallible = writeln!(out, "  role {} at {}  ({})", change.role, change.server, change.place);
        for (sign, word, code, list) in
            [('+', "gains", "31", &change.gained), ('-', "loses", "32", &change.lost)]
        {
            for what in list {
                let line = format!("{sign} {word}: {what}");
                let line = if colour { format!("\u{1b}[{code}m{line}\u{1b}[0m") } else { line };
                let _infallible = writeln!(out, "    {line}");
            }
        }
    }
}

fn alerts(out: &mut String, diff: &Diff) {
    let alerts = diff.undeclared_alerts();
    if !alerts.is_empty() {
        out.push_str("\nalerts\n");
    }
    for alert in alerts {
        let sign = alert.verb.sign();
        let _infallible = writeln!(out, "  {sign} {} ({})  ({})", alert.alert, alert.severity, alert.place);
        if alert.verb == Verb::Changed {
            for change in &alert.changes {
                let _infallible = writeln!(out, "      {}  {}", change.what, values(change));
            }
        }
    }
}

/// Most jobs that are listed of a pool.
const JOBS: usize = 5;

fn uses(out: &mut String, diff: &Diff) {
    if !diff.uses.is_empty() {
        out.push_str("\njobs that name these pools\n");
    }
    for used in &diff.uses {
        let _infallible = writeln!(out, "  {}: {}", used.pool, count(used.jobs.len(), "job"));
        for job in used.jobs.iter().take(JOBS) {
            let repository = job.repository.as_deref().unwrap_or("?");
            let _infallible = writeln!(out, "    {repository} {}, job {}", job.place, job.job);
        }
        if used.jobs.len() > JOBS {
            let _infallible = writeln!(out, "    and {} more", used.jobs.len() - JOBS);
        }
    }
}

fn capacity(out: &mut String, change: &CapacityChange, colour: bool) {
    let cluster = change.cluster.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
    let answer = |answer: &Option<crate::diff::capacity::Answer>| match answer {
        Some(answer) => match answer.fits {
            Some(true) => "fits",
            Some(false) => "does not fit",
            None => "undecided",
        },
        None => "not there",
    };
    let (before, after) = (answer(&change.before), answer(&change.after));
    let verdict = if before == after { after.to_owned() } else { format!("{before} -> {after}") };
    let bad = change.after.as_ref().is_some_and(|answer| answer.fits == Some(false));
    let verdict = if bad && colour { format!("\u{1b}[31m{verdict}\u{1b}[0m") } else { verdict };
    let _infallible = writeln!(out, "  {}{cluster}: {verdict}", change.nodes);
    for row in &change.rows {
        let _infallible = writeln!(out, "    {}", amounts(row));
    }
    if let Some(answer) = change.after.as_ref().filter(|answer| !answer.why.is_empty()) {
        let _infallible = writeln!(out, "    {}", answer.why);
    }
}

/// `nvidia.com/gpu: 3 of 3 -> 4 of 3`.
pub fn amounts(row: &CapacityRow) -> String {
    let side = |at: usize| match (&row.demanded[at], &row.total[at]) {
        (Some(demanded), Some(total)) => format!("{demanded} of {total}"),
        (Some(demanded), None) => demanded.clone(),
        (None, _) => "none".to_owned(),
    };
    format!("{}: {} -> {}", row.dimension, side(0), side(1))
}

fn painted(effect: Effect, colour: bool) -> String {
    let code = match effect {
        Effect::Nothing | Effect::InPlace | Effect::NextJobs | Effect::Added => "32",
        Effect::ListenerRestarts | Effect::RunnersRoll | Effect::PoolDrains => "33",
        _ => "31",
    };
    if colour { format!("\u{1b}[{code}m{effect}\u{1b}[0m") } else { effect.to_string() }
}
