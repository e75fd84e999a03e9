//! `fleetc build`

use super::progress::Progress;
use super::{Exit, Format, Global, disk, report};
use crate::emit;
use crate::output::{self, Changes, Tree, WriteError, WriteOptions};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "\
Only files that fleetc wrote before, and that nobody changed since, are overwritten or deleted.

Examples:
  fleetc build
  fleetc build --check        fail if out/ or .github/ is not what fleet.kdl says: for CI
  fleetc build --out x/out    write to x/out, and workflows to x/.github")]
pub struct Options {
    /// The folder that Kubernetes objects are written to
    #[arg(short, long, default_value = "out", value_name = "DIR")]
    out: PathBuf,
    /// The folder that workflows are written to; .github beside the other where it is absent
    #[arg(long, value_name = "DIR")]
    github: Option<PathBuf>,
    /// Write nothing; exit with 1 and show a diff where a folder is not up to date
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
    let github = options.github.clone().unwrap_or_else(|| options.out.with_file_name(".github"));
    let trees =
        emit::workflows::tree(fleet).and_then(|workflows| Ok((emit::render(fleet, run.objects)?, workflows)));
    let (objects, workflows) = match trees {
        Ok(trees) => trees,
        Err(error) => return Exit::Failed(error.to_string()),
    };
    let roots = [(options.out.as_path(), objects), (github.as_path(), workflows)];
    let quiet = global.format != Format::Human;
    if options.check {
        return check(&roots, quiet);
    }
    let written = write(&roots, options.force);
    drop(progress);
    match written {
        Ok(changes) => {
            if !quiet {
                for ((root, tree), changes) in roots.iter().zip(&changes) {
                    print(root, tree, changes);
                }
            }
            Exit::Fine
        }
        Err(exit) => exit,
    }
}

/// Writes both roots, or neither where one of them is refused.
fn write(roots: &[(&Path, Tree); 2], force: bool) -> Result<[Changes; 2], Exit> {
    let failed = |error: WriteError| match error {
        WriteError::Refused { .. } => {
            eprintln!("{error}");
            Exit::Wrong
        }
        error => Exit::Failed(error.to_string()),
    };
    let [(out, objects), (github, workflows)] = roots;
    // The small one is looked at first, so that the large one is looked at once.
    if let Some(refused) = output::conflicts(github, workflows, force).map_err(failed)? {
        let also = output::conflicts(out, objects, force).map_err(failed)?;
        return Err(also.into_iter().chain([refused]).map(failed).last().unwrap_or(Exit::Wrong));
    }
    let options = WriteOptions { force };
    Ok([
        output::write(out, objects, options).map_err(failed)?,
        output::write(github, workflows, options).map_err(failed)?,
    ])
}

fn check(roots: &[(&Path, Tree)], quiet: bool) -> Exit {
    let mut exit = Exit::Fine;
    for (root, tree) in roots {
        let stale = match output::compare(root, tree) {
            Ok(stale) => stale,
            Err(error) => return Exit::Failed(error.to_string()),
        };
        if stale.is_stale() {
            exit = Exit::Wrong;
            if !quiet {
                report::say(&stale);
            }
        } else if !quiet && !tree.is_empty() {
            report::say(format_args!("{} is up to date: {} files", root.display(), tree.len()));
        }
    }
    exit
}

/// Most paths that are listed one by one.
const LISTED: usize = 20;

/// Lists what became of a folder's files.
pub(super) fn print(out: &Path, tree: &Tree, changes: &Changes) {
    if tree.is_empty() && changes.deleted.is_empty() {
        return;
    }
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
