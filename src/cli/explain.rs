//! `fleetc explain`

use super::{Colour, Exit, Format, Global, markdown, report};
use crate::check::{Check, SECTIONS};
use crate::manual;
use clap::Args;
use serde_json::json;
use std::io::{IsTerminal, stdout};

#[derive(Args)]
#[command(after_help = "\
Examples:
  fleetc explain name-too-long      what a finding means and what to write instead
  fleetc explain pool               a word of the language
  fleetc explain pool.runners.max   a part of one
  fleetc explain \"memory quantity\"  a type of value
  fleetc explain --list             all findings")]
pub struct Options {
    /// Code of a finding, word of the language, or type of a value
    #[arg(value_name = "CODE|WORD", required_unless_present = "list")]
    name: Option<String>,
    /// List all findings by subject
    #[arg(long, conflicts_with = "name")]
    list: bool,
}

/// Prints a page of the manual, or the list of all findings.
pub fn run(global: &Global, options: &Options) -> Exit {
    let as_json = match global.format {
        Format::Human => false,
        Format::Json => true,
        Format::Sarif | Format::Github | Format::Markdown => {
            return Exit::Failed("`explain` prints `--format human` or `--format json`".to_owned());
        }
    };
    let Some(name) = options.name.as_deref().filter(|_| !options.list) else {
        list(as_json);
        return Exit::Fine;
    };
    match manual::explain(name) {
        Ok(page) if as_json => report::say(format_args!("{:#}", json!({ "name": name, "markdown": page }))),
        Ok(page) => report::say(shown(global, &page).trim_end()),
        Err(near) => {
            let hint = near.map_or_else(
                || {
                    "`fleetc explain --list` lists all findings, `fleetc explain pool` explains a word"
                        .to_owned()
                },
                |near| format!("did you mean `{near}`?"),
            );
            return Exit::Failed(format!("there is no finding, word or type `{name}`; {hint}"));
        }
    }
    Exit::Fine
}

/// Laid out on a terminal; elsewhere as it is, so that a reader gets Markdown.
fn shown(global: &Global, page: &str) -> String {
    let terminal = stdout().is_terminal();
    let coloured = match global.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
    };
    if terminal || coloured { markdown::layout(page, width(), coloured) } else { page.to_owned() }
}

/// Columns that shells tell of, within what reads well.
fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.unwrap_or(80usize).clamp(40, 100)
}

fn list(as_json: bool) {
    if as_json {
        let rules = SECTIONS.iter().flat_map(|section| {
            section.rules.iter().map(|rule| {
                json!({
                    "code": rule.code,
                    "section": section.title,
                    "severity": rule.severity,
                    "summary": rule.summary,
                    "adjustable": !matches!(rule.check, Check::Reading),
                })
            })
        });
        return report::say(format_args!("{:#}", rules.collect::<serde_json::Value>()));
    }
    let codes = SECTIONS.iter().flat_map(|section| section.rules).map(|rule| rule.code.len());
    let widest = codes.max().unwrap_or(0);
    for (at, section) in SECTIONS.iter().enumerate() {
        let gap = if at > 0 { "\n" } else { "" };
        report::say(format_args!("{gap}{}", section.title));
        for rule in section.rules {
            report::say(format_args!(
                "  {:widest$}  {:7}  {}",
                rule.code,
                rule.severity.as_str(),
                rule.summary
            ));
        }
    }
}
