//! `gh` for jobs: a stand-in that keeps comments and pull requests.

use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The stand-in, and what it was told.
pub struct Gh {
    folder: tempfile::TempDir,
}

impl Gh {
    /// Makes one, without comments and pull requests.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("gh");
        fs::write(&program, include_str!("gh.sh")).expect("the program can be written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be started");
        for name in ["comments", "pulls"] {
            fs::write(folder.path().join(name), "[]").expect("a file");
        }
        fs::write(folder.path().join("calls"), "").expect("a file");
        Self { folder }
    }

    /// The folder to put in front of `PATH`; also the value of `GH_STATE`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the API answers at a path.
    pub fn answer(&self, path: &str, value: &Value) {
        let file: PathBuf = self.folder.path().join(format!("{}.json", path.replace('/', "-")));
        fs::write(file, value.to_string()).expect("a file");
    }

    /// The comments or pull requests that there are.
    pub fn list(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join(name)).expect("a list");
        serde_json::from_str(&text).expect("a list")
    }

    /// Puts a comment there.
    pub fn comment(&self, comment: &Value) {
        let mut all = self.list("comments");
        all.push(comment.clone());
        fs::write(self.folder.path().join("comments"), Value::Array(all).to_string()).expect("a file");
    }

    /// Every call, one on a line.
    pub fn calls(&self) -> String {
        fs::read_to_string(self.folder.path().join("calls")).expect("calls")
    }
}
