//! A Python of the tests' own, with the packages that `requirements.txt` pins
//! by hash: a virtual environment, so that nothing the person has installed
//! can change what a test reads.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Tool, read};
use crate::step::run;
use crate::subcommand::Outcome;

const REQUIREMENTS: &str = "python/requirements.txt";

pub struct Python;

impl Tool for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn pin(&self, pins: &Path) -> Result<String, String> {
        read(&pins.join(REQUIREMENTS))
    }

    fn program(&self) -> &'static str {
        "python/bin/python"
    }

    fn install(&self, pins: &Path, tools: &Path) -> Outcome {
        let environment = tools.join("python");
        // A package that an older pin brought must not linger.
        if environment.exists() {
            fs::remove_dir_all(&environment)
                .map_err(|error| format!("{}: {error}", environment.display()))?;
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        run(Command::new(tools.join(self.program()))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(["--require-hashes", "--only-binary=:all:", "--requirement"])
            .arg(pins.join(REQUIREMENTS)))
    }
}
