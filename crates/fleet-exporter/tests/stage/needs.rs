//! What a test against real things needs, and what happens without it: it says that it skipped, and in CI it
//! fails.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file under the folder that `cargo xtask tools` fills.
pub fn tool(name: &str) -> Option<PathBuf> {
    let folder = env::var_os("FLEETC_TOOLS").filter(|value| !value.is_empty()).map(PathBuf::from);
    let found = folder.map(|folder| folder.join(name)).filter(|path| path.exists());
    let found = found.or_else(|| in_path(Path::new(name).file_name()?.to_str()?));
    if found.is_none() {
        let reason =
            format!("{name} is not in FLEETC_TOOLS: run the tests as `cargo xtask test`, which installs it");
        assert!(env::var("CI").as_deref() != Ok("true"), "{reason}");
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let _ = std::io::stderr().write_all(format!("skipped {test}: {reason}\n").as_bytes());
    }
    found
}

fn in_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}
