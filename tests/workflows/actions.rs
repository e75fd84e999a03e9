//! Actions: the fleet's own, those of others that are run for real, and those that the test stands in for.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a stand-in makes of the inputs, or why it fails.
pub type StandIn = Box<dyn Fn(&BTreeMap<String, String>) -> Result<Outcome, String>>;

/// What an action gives.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Outputs of its step.
    pub outputs: BTreeMap<String, String>,
    /// What it has masked.
    pub masks: Vec<String>,
}

/// Where actions are found.
#[derive(Default)]
pub struct Actions {
    /// The emitted folder `.github`.
    pub own: PathBuf,
    /// The folder of the action that `OWNER/NAME@root` means.
    pub root: PathBuf,
    /// `dist/index.js` of actions that are run for real, by owner and name.
    pub real: BTreeMap<String, PathBuf>,
    /// What stands in for others, by owner and name.
    pub stand_ins: BTreeMap<String, StandIn>,
}

/// An action that a step used, with its inputs.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Owner and name, without the commit.
    pub action: String,
    /// Its inputs.
    pub with: BTreeMap<String, String>,
}

/// The script of `actions/github-script` runs in a function with these; fleetc's use none but `require` and `process`.
pub const SCRIPT: &str = "const run = Object.getPrototypeOf(async function () {}).constructor; \
    new run('require', 'process', process.env.INPUT_SCRIPT)(require, process) \
    .catch((error) => { console.log(`::error::${error.message}`); process.exitCode = 1; });";

impl Actions {
    /// Uses the code of an action of others where a variable names it: the file, or the folder of its repository.
    ///
    /// No package registry carries them, so neither this repository nor its CI can install them: a test says that it
    /// skips what needs one, and does not fail for that.
    pub fn real_from(&mut self, action: &str, variable: &str) -> bool {
        let Some(path) = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
        else {
            eprintln!("skipped what needs {action}: {variable} is not set to its dist/index.js");
            return false;
        };
        let file = if path.is_dir() { path.join("dist/index.js") } else { path };
        assert!(file.is_file(), "{variable}: there is no {}", file.display());
        self.real.insert(action.to_owned(), file);
        true
    }
}
