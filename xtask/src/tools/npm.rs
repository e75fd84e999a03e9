//! Packages of npm: what others publish as data, and no program of them is run to install it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Tool, read};
use crate::step::run;
use crate::subcommand::Outcome;

/// What GitHub publishes of its API and webhooks.
pub const GITHUB: NpmTool =
    NpmTool { name: "github", program: "github/node_modules/@octokit/openapi/package.json" };

/// Packages that one lock pins by hash.
pub struct NpmTool {
    /// Its name, and that of its folder under `tests/tools/` and `.tools/`.
    name: &'static str,
    /// A file that is there once they are installed.
    program: &'static str,
}

impl Tool for NpmTool {
    fn name(&self) -> &'static str {
        self.name
    }

    fn pin(&self, pins: &Path) -> Result<String, String> {
        read(&pins.join(self.name).join("package-lock.json"))
    }

    fn program(&self) -> &'static str {
        self.program
    }

    fn install(&self, pins: &Path, tools: &Path) -> Outcome {
        let folder = tools.join(self.name);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(pins.join(self.name).join(file), folder.join(file))
                .map_err(|error| format!("{file}: {error}"))?;
        }
        // `ci` installs what the lock says, by its hashes, or nothing.
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
            .arg(&folder))
    }
}
