//! Files of the machine.

use super::Global;
use super::progress::Progress;
use crate::compile::{Compilation, Files, compile};
use crate::contract::runner::Day;
use std::io::Write;
use std::path::Path;

/// Reads files by their paths from the folder that fleetc was started in.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        read(Path::new(path))
    }
}

/// The fleet file that the command line names, with `/` on every system.
pub fn name(global: &Global) -> String {
    global.file.to_string_lossy().replace('\\', "/")
}

/// The text of a file, or why there is none.
pub fn read(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| {
        format!("it is not UTF-8: the byte at {} is no part of a character", error.utf8_error().valid_up_to())
    })
}

/// The day that releases are judged by.
pub fn today(global: &Global) -> Result<Day, String> {
    match &global.today {
        Some(text) => Day::parse(text).ok_or_else(|| format!("--today {text}: write a day as 2026-11-24")),
        None => Ok(Day::today()),
    }
}

/// Compiles the fleet file that the command line names.
pub fn load(global: &Global) -> Result<Compilation, String> {
    let today = today(global)?;
    let name = name(global);
    let _progress = Progress::start("compiling");
    compile(&Disk, &name, today).map_err(|reason| {
        let hint = if global.file.exists() {
            ""
        } else {
            "; `fleetc init` writes one to start from, `--file` names another"
        };
        format!("can't read {name}: {reason}{hint}")
    })
}

/// Puts a text in place of a file: a kill at any moment leaves the old text or the new.
pub fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = std::fs::metadata(path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.persist(path)?;
    Ok(())
}
