//! `fleetc alerts`

use super::{Exit, Format, Global, disk, report};
use crate::emit::monitoring::{ResolvedAlert, alerts, export};
use crate::model::Fleet;
use crate::output::{self, WriteError, WriteOptions};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "\
Examples:
  fleetc alerts                   all alerts, with their conditions
  fleetc alerts --format json
  fleetc alerts export alerts     rule files, their unit tests, and routes for Alertmanager
  promtool test rules alerts/tests/*.yaml")]
pub struct Options {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Write what is no Kubernetes object: plain rule files, unit tests for promtool, an example for Alertmanager
    Export(ExportOptions),
}

#[derive(Args)]
struct ExportOptions {
    /// The folder that is written
    #[arg(value_name = "DIR")]
    out: PathBuf,
    /// Overwrite files that were changed by hand
    #[arg(long)]
    force: bool,
}

/// Lists the alerts, or writes them for other programs.
pub fn run(global: &Global, options: &Options) -> Exit {
    let run = match disk::load(global) {
        Ok(run) => run,
        Err(reason) => return Exit::Failed(reason),
    };
    let Some(fleet) = &run.fleet else {
        return report::findings(global, &run).err().unwrap_or(Exit::Wrong);
    };
    match &options.command {
        None => {
            list(global, fleet);
            Exit::Fine
        }
        Some(Command::Export(_)) if run.diagnostics.has_errors() => {
            report::findings(global, &run).err().unwrap_or(Exit::Wrong)
        }
        Some(Command::Export(options)) => write(global, fleet, &options.out, options.force),
    }
}

fn list(global: &Global, fleet: &Fleet) {
    let all = alerts(fleet);
    if global.format == Format::Json {
        report::say(json!({ "alerts": all }));
        return;
    }
    if all.is_empty() {
        report::say("the fleet has no alerts: `fleetc explain alerts` shows how they are written");
        return;
    }
    let width =
        |text: fn(&ResolvedAlert) -> &str| all.iter().map(|alert| text(alert).len()).max().unwrap_or(0);
    let (name, severity, hold) =
        (width(|alert| &alert.name), width(|alert| alert.severity), width(|alert| &alert.hold));
    for alert in &all {
        report::say(format_args!(
            "{:name$}  {:severity$}  {:>hold$}  {}",
            alert.name, alert.severity, alert.hold, alert.expr
        ));
    }
}

fn write(global: &Global, fleet: &Fleet, out: &Path, force: bool) -> Exit {
    let tree = match export(fleet) {
        Ok(tree) => tree,
        Err(error) => return Exit::Failed(error.to_string()),
    };
    match output::write(out, &tree, WriteOptions { force }) {
        Ok(changes) => {
            if global.format == Format::Human {
                report::say(format_args!(
                    "{}: {} written, {} updated, {} deleted, {} unchanged",
                    out.display(),
                    changes.written.len(),
                    changes.updated.len(),
                    changes.deleted.len(),
                    changes.unchanged
                ));
            }
            Exit::Fine
        }
        Err(error @ WriteError::Refused { .. }) => {
            eprintln!("{error}");
            Exit::Wrong
        }
        Err(error) => Exit::Failed(error.to_string()),
    }
}
