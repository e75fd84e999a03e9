//! `fleetc docs`

use super::{Exit, report};
use crate::manual;
use clap::Args;
use std::path::{Path, PathBuf};
use std::{fs, io};

#[derive(Args)]
pub struct Options {
    /// The folder that docs/ and schema/ are in
    #[arg(default_value = ".", value_name = "DIR")]
    root: PathBuf,
}

/// Brings the generated documents and schemas below a folder up to date.
pub fn run(options: &Options) -> Exit {
    match update(&options.root) {
        Ok(0) => report::say("docs/ and schema/ are up to date"),
        Ok(changed) => report::say(format_args!("{changed} files changed in docs/ and schema/")),
        Err(reason) => return Exit::Failed(reason),
    }
    Exit::Fine
}

fn update(root: &Path) -> Result<usize, String> {
    let stale = manual::stale(root).map_err(|error| format!("can't read the documents: {error}"))?;
    for (path, text) in &stale {
        let path = root.join(path);
        let done = match text {
            Some(text) => write(&path, text),
            None => fs::remove_file(&path),
        };
        done.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(stale.len())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}
