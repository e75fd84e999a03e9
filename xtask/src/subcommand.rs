//! What a subcommand is, and what each of them is handed.

use std::path::{Path, PathBuf};

/// How a subcommand ends: the error is a sentence for the person who ran it.
pub type Outcome = Result<(), String>;

/// One `cargo xtask NAME`.
pub struct Subcommand {
    pub name: &'static str,
    /// One line for the overview.
    pub summary: &'static str,
    /// What `cargo xtask help NAME` prints below the summary.
    pub details: &'static str,
    pub run: fn(&Workspace, &[String]) -> Outcome,
}

/// Where this repository's parts are, whatever folder cargo was called from.
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Known since compile time: an xtask is only ever run from the checkout
    /// that it was built in.
    pub fn locate() -> Self {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: xtask.parent().unwrap_or(xtask).to_owned() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Installed tools: built on this machine, ignored by git.
    pub fn tools(&self) -> PathBuf {
        self.root.join(".tools")
    }

    /// The manifests that pin those tools, under version control.
    pub fn pins(&self) -> PathBuf {
        self.root.join("tests/tools")
    }
}
