//! `fleetc fmt`

use super::{Exit, Format, Global, disk, report};
use crate::compile::Compilation;
use crate::edit::rank;
use crate::syntax;
use clap::Args;
use similar::TextDiff;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "\
Indentation, blank lines and the order of properties are set; comments, strings and the order of nodes stay.

Examples:
  fleetc fmt                    format fleet.kdl
  fleetc fmt --check            fail, with a diff, if it is not formatted
  fleetc fmt pools/*.kdl        format other files")]
pub struct Options {
    /// Write nothing; exit with 1 and show a diff where a file is not formatted
    #[arg(long)]
    check: bool,
    /// Files, instead of the fleet file
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Formats fleet files.
pub fn run(global: &Global, options: &Options) -> Exit {
    let files = if options.files.is_empty() { std::slice::from_ref(&global.file) } else { &options.files };
    let mut exit = Exit::Fine;
    for path in files {
        match format(global, options, path) {
            Ok(true) => {}
            Ok(false) => exit = Exit::Wrong,
            Err(failed) => return failed,
        }
    }
    exit
}

/// Formats a file; whether all is well with it.
fn format(global: &Global, options: &Options, path: &Path) -> Result<bool, Exit> {
    let name = path.to_string_lossy();
    let text = disk::read(path).map_err(|reason| Exit::Failed(format!("can't read {name}: {reason}")))?;
    let mut run = Compilation::default();
    let id = run.sources.add(name.clone(), text.clone());
    let formatted = match syntax::format(&run.sources, id, &rank) {
        Ok(formatted) => formatted,
        Err(diagnostics) => {
            run.diagnostics = diagnostics;
            run.diagnostics.settle();
            report::findings(global, &run)?;
            return Ok(false);
        }
    };
    if formatted == text {
        return Ok(true);
    }
    if options.check {
        if global.format == Format::Human {
            let diff = TextDiff::from_lines(&text, &formatted);
            report::say(diff.unified_diff().header(&name, &format!("{name}, formatted")));
        }
        return Ok(false);
    }
    disk::replace(path, &formatted).map_err(|error| Exit::Failed(format!("can't write {name}: {error}")))?;
    if global.format == Format::Human {
        report::say(format_args!("formatted {name}"));
    }
    Ok(true)
}
