//! Files of the machine.

use super::Global;
use crate::compile::{Compilation, Files, compile};
use crate::contract::runner::Day;
use std::path::{Path, PathBuf};

/// Reads files below the folder that the fleet file is in.
pub struct Disk {
    /// That folder.
    root: PathBuf,
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        read(&self.root.join(path))
    }
}

/// The text of a file, or why there is none.
pub fn read(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| {
        format!("it is not UTF-8: the byte at {} is no part of a character", error.utf8_error().valid_up_to())
    })
}

/// Compiles the fleet file that the command line names.
pub fn load(global: &Global) -> Result<Compilation, String> {
    let today = match &global.today {
        Some(text) => Day::parse(text).ok_or_else(|| format!("--today {text}: write a day as 2026-11-24"))?,
        None => Day::today(),
    };
    let name = global.file.to_string_lossy().replace('\\', "/");
    let disk = Disk { root: PathBuf::new() };
    compile(&disk, &name, today).map_err(|reason| {
        let hint = if global.file.exists() {
            ""
        } else {
            "; `fleetc init` writes one to start from, `--file` names another"
        };
        format!("can't read {name}: {reason}{hint}")
    })
}
