//! A Git repository in a folder of its own.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

pub struct Repository {
    folder: tempfile::TempDir,
}

/// What a run of fleetc came to.
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Repository {
    pub fn new() -> Self {
        let repository = Self::without_git();
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    pub fn without_git() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Runs git, without what this machine or its user has set.
    pub fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.folder.path()).args(arguments);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "t").env(format!("GIT_{who}_EMAIL"), "t@example.com");
        }
        let output = command.output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn commit(&self, files: &[(&str, &str)], message: &str) {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    pub fn fleetc(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fleetc"));
        command.current_dir(self.folder.path()).args(arguments);
        command.env("FLEETC_TODAY", "2026-11-24").env("GIT_CEILING_DIRECTORIES", parent(self.folder.path()));
        let output = command.output().expect("fleetc runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Run {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code().unwrap_or(-1),
        }
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let run = self.fleetc(&all);
        serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr))
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}
