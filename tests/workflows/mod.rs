//! Runs jobs of emitted workflows on this machine, as GitHub's runner does: step by step, with its environment files, its
//! commands in the output, its masks, and its rule for outputs that hold a secret.
//!
//! It knows the forms that fleetc emits, and panics on any other. Actions of others are run where their code is here
//! ([`Actions`]), or stood in for by the test.

// Each test binary uses a part of this.
#![allow(dead_code, unused_imports)]

mod actions;
mod commands;
mod expression;
mod files;
mod gh;
mod job;
mod masks;

pub use actions::{Actions, Outcome, Ran, SCRIPT, StandIn};
pub use commands::Annotation;
pub use gh::Gh;
pub use job::{Done, Runner};
pub use masks::Masks;

use serde_json::Value;
use std::path::Path;

/// A workflow or an action, as its file says it.
pub fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse(&text)
}

/// The same for a text.
pub fn parse(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("YAML")
}

/// None, with the reason printed, where one of these programs is not installed; in CI that is a failure.
pub fn needs(programs: &[&str]) -> Option<()> {
    let found = |program: &&&str| {
        std::process::Command::new(program)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    };
    match programs.iter().find(|program| !found(program)) {
        None => Some(()),
        Some(program) => {
            let reason = format!("{program} is not installed");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{reason}");
            let test = std::thread::current().name().unwrap_or("a test").to_owned();
            let line = format!("skipped {test}: {reason}\n");
            let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
            None
        }
    }
}
