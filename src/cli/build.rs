//! `fleetc build`

use super::progress::Progress;
use super::{Exit, Format, Global, disk, report};
use crate::emit;
use crate::output::{self, Changes, WriteError, WriteOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "\
Only files that fleetc wrote before, and that nobody changed since, are overwritten or deleted.

Examples:
  fleetc build
  fleetc build --check        fail if out/ is not what fleet.kdl says: for CI
  fleetc build --out /tmp/x   write somewhere else")]
pub struct Options {
    /// The folder that is written
    #[arg(short, long, default_value = "out", value_name = "DIR")]
    out: PathBuf,
    /// Write nothing; exit with 1 and show a diff where the folder is not up to date
    #[arg(long)]
    check: bool,
    /// Overwrite files that were changed by hand
    #[arg(long, conflicts_with = "check")]
    force: bool,
}

/// Writes the output, or says how it would change.
pub fn run(global: &Global, options: &Options) -> Exit {
    let run = match disk::load(global) {
        Ok(run) => run,
        Err(reason) => return Exit::Failed(reason),
    };
    if let Err(exit) = report::findings(global, &run) {
        return exit;
    }
    let Some(fleet) = run.fleet.as_ref().filter(|_| !run.diagnostics.has_errors()) else {
        return Exit::Wrong;
    };
    let progress = Progress::start("writing");
    let tree = match emit::render(fleet, run.objects) {
        Ok(tree) => tree,
        Err(error) => return Exit::Failed(error.to_string()),
    };
    let quiet = global.format != Format::Human;
    if options.check {
        return check(&options.out, &tree, quiet);
    }
    let written = output::write(&options.out, &tree, WriteOptions { force: options.force });
    drop(progress);
    match written {
        Ok(changes) => {
            if !quiet {
                print(&options.out, &changes);
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

fn check(out: &std::path::Path, tree: &output::Tree, quiet: bool) -> Exit {
    let stale = match output::compare(out, tree) {
        Ok(stale) => stale,
        Err(error) => return Exit::Failed(error.to_string()),
    };
    if !stale.is_stale() {
        if !quiet {
            report::say(format_args!("{} is up to date: {} files", out.display(), tree.len()));
        }
        return Exit::Fine;
    }
    if !quiet {
        report::say(&stale);
    }
    Exit::Wrong
}

/// Most paths that are listed one by one.
const LISTED: usize = 20;

/// Lists what became of a folder's files.
pub(super) fn print(out: &std::path::Path, changes: &Changes) {
    let lists = [('+', &changes.written), ('~', &changes.updated), ('-', &changes.deleted)];
    let total: usize = lists.iter().map(|(_, paths)| paths.len()).sum();
    let listed = lists.iter().flat_map(|(sign, paths)| paths.iter().map(move |path| (sign, path)));
    for (sign, path) in listed.take(LISTED) {
        report::say(format_args!("{sign} {}/{path}", out.display()));
    }
    if total > LISTED {
        report::say(format_args!("  and {} more", total - LISTED));
    }
    report::say(format_args!(
        "{}: {} written, {} updated, {} deleted, {} unchanged",
        out.display(),
        changes.written.len(),
        changes.updated.len(),
        changes.deleted.len(),
        changes.unchanged
    ));
}
