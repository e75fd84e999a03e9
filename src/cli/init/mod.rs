//! `fleetc init`

use super::{Exit, Global, report};
use clap::Args;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A small fleet that compiles.
const START: &str = include_str!("fleet.kdl");

#[derive(Args)]
#[command(after_help = "\
An existing file is never overwritten.

Examples:
  fleetc init            ./fleet.kdl
  fleetc init my-fleet   my-fleet/fleet.kdl")]
pub struct Options {
    /// The folder that the fleet file is written to; it is made where it is missing
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
}

/// Writes a small fleet to start from.
pub fn run(global: &Global, options: &Options) -> Exit {
    let path = options.dir.join(&global.file);
    if let Err(reason) = write(&path) {
        return Exit::Failed(reason);
    }
    report::say(format_args!(
        "{} written. Put in your organization, then run `fleetc check`.",
        path.display()
    ));
    Exit::Fine
}

fn write(path: &Path) -> Result<(), String> {
    let explain = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} is there already; it is left as it is", path.display()),
        _ => format!("can't write {}: {error}", path.display()),
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(explain)?;
    }
    let mut file = fs::File::create_new(path).map_err(explain)?;
    file.write_all(START.as_bytes()).map_err(explain)
}
