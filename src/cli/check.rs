//! `fleetc check`

use super::{Exit, Format, Global, disk, report};
use crate::compile::Compilation;
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
Examples:
  fleetc check
  fleetc check --format github      annotations in a workflow
  fleetc check --deny-warnings      a warning fails too")]
pub struct Options {
    /// Fail on warnings too
    #[arg(long)]
    deny_warnings: bool,
}

/// Says what would go wrong with the fleet.
pub fn run(global: &Global, options: &Options) -> Exit {
    let run = match disk::load(global) {
        Ok(run) => run,
        Err(reason) => return Exit::Failed(reason),
    };
    if let Err(exit) = report::findings(global, &run) {
        return exit;
    }
    if global.format == Format::Human && !run.diagnostics.has_errors() {
        report::say(summary(&run));
    }
    let warned = options.deny_warnings && run.diagnostics.count(crate::diagnostic::Severity::Warning) > 0;
    if warned { Exit::Wrong } else { report::exit(&run) }
}

fn summary(run: &Compilation) -> String {
    let Some(fleet) = &run.fleet else { return "no fleet".to_owned() };
    let runners: u64 = fleet.pools.iter().filter_map(|pool| pool.max()).map(u64::from).sum();
    let runners = match runners {
        _ if fleet.pools.iter().any(|pool| pool.max().is_none()) => "any number of runners".to_owned(),
        1 => "at most 1 runner".to_owned(),
        runners => format!("at most {runners} runners"),
    };
    let pools = match fleet.pools.len() {
        1 => "1 pool".to_owned(),
        count => format!("{count} pools"),
    };
    let silenced = match run.diagnostics.silenced().len() {
        0 => String::new(),
        1 => ", 1 finding silenced with a reason".to_owned(),
        count => format!(", {count} findings silenced with a reason"),
    };
    format!("{}: {pools}, {runners}, ARC {}{silenced}", fleet.node.name.value, fleet.versions.arc.version)
}
