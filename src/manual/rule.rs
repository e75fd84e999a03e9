//! Pages of rules.

use crate::check::{Check, Rule, SECTIONS, example};
use crate::compile::Compilation;
use crate::diagnostic::Diagnostic;
use std::fmt::Write;

/// The page of a rule.
pub fn page(rule: &Rule) -> String {
    let finder = match rule.check {
        Check::Change(_) => "fleetc diff",
        Check::Workflow(_) => "fleetc lint",
        _ => "fleetc",
    };
    let mut text = format!(
        "# {}\n\n{} ({}).\n\n{}\n\n## Wrong\n\n{}",
        rule.code,
        upper_first(rule.summary),
        rule.severity.as_str(),
        rule.explanation.trim(),
        blocks(rule, rule.bad),
    );
    let run = example::of(rule, rule.bad);
    if let Some(found) = run.diagnostics.iter().find(|found| found.code == rule.code) {
        let _infallible = write!(text, "\n{finder} says:\n\n```text\n{}```\n", said(found, &run));
    }
    let _infallible = write!(text, "\n## Right\n\n{}\n{}\n", blocks(rule, rule.good), level(rule));
    text
}

/// A list of all rules, by section, as a document beside their pages.
pub fn index() -> String {
    let mut text = String::from(
        "# Rules\n\nWhat fleetc finds wrong with a fleet. `fleetc explain CODE` prints these pages.\n",
    );
    for section in SECTIONS {
        let _infallible =
            write!(text, "\n## {}\n\n| Code | Level | Mistake |\n|---|---|---|\n", section.title);
        for rule in section.rules {
            let summary = rule.summary.replace('|', "\\|");
            let _infallible =
                writeln!(text, "| [{0}]({0}.md) | {1} | {summary} |", rule.code, rule.severity.as_str());
        }
    }
    text
}

/// An example as blocks: the fleet, then each file beside it under its path.
fn blocks(rule: &Rule, text: &str) -> String {
    if let Check::Change(_) = rule.check {
        return format!("```diff\n{}\n```\n", text.trim_matches('\n'));
    }
    let mut blocks = format!("```kdl\n{}\n```\n", example::of_fleet(text).trim());
    for (path, content) in example::files(text) {
        let language = if path.ends_with(".kdl") { "kdl" } else { "yaml" };
        let _infallible = write!(blocks, "\n`{path}`:\n\n```{language}\n{}\n```\n", content.trim());
    }
    blocks
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A finding as plain text: what is marked instead of where it is, since an example is part of a file.
fn said(found: &Diagnostic, run: &Compilation) -> String {
    let mut text = format!("{}: {}\n", found.severity.as_str(), found.message);
    for label in &found.labels {
        let marked = run.sources.text(label.span).lines().next().unwrap_or("");
        let _infallible = match label.text.as_str() {
            "" => writeln!(text, "  at {marked}"),
            told => writeln!(text, "  at {marked}: {told}"),
        };
    }
    for (name, part) in [("effect", &found.effect), ("help", &found.help)] {
        if let Some(part) = part {
            let _infallible = writeln!(text, "  {name}: {part}");
        }
    }
    text
}

fn level(rule: &Rule) -> String {
    match rule.check {
        Check::Reading => {
            "This is found while the fleet is read: there is no other level to give it.".to_owned()
        }
        Check::Workflow(_) => format!(
            "To change its level, with a reason that reviewers see, write in the fleet or in a pool:\n\n\
             ```kdl\nrule \"{0}\" level=\"off\" reason=\"…\"\n```\n\n\
             or, for one place, on that line of the workflow: `# fleetc: allow {0} REASON`.",
            rule.code
        ),
        Check::Fleet(_) | Check::Pool(_) | Check::Change(_) => format!(
            "To change its level, with a reason that reviewers see, write in the fleet or in a pool:\n\n\
             ```kdl\nrule \"{}\" level=\"off\" reason=\"…\"\n```",
            rule.code
        ),
    }
}
