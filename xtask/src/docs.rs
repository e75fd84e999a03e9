//! `cargo xtask docs`: what the documentation says of rules, words and kinds is
//! made from the code that it is about, and checked in so that it can be read
//! without building anything.

use std::process::Command;

use crate::step::run as run_command;
use crate::subcommand::{Outcome, Subcommand, Workspace};

pub const SUBCOMMAND: Subcommand = Subcommand {
    name: "docs",
    summary: "Write the generated documentation and schemas",
    details: "\
Usage: cargo xtask docs

Builds fleetc and has it write docs/reference.md, docs/rules/ and schema/. A test fails
where they are not what the code says.",
    run,
};

fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    if let Some(argument) = arguments.first() {
        return Err(format!("takes no arguments, got '{argument}'"));
    }
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(["run", "--quiet", "--locked", "--bin", "fleetc", "--", "docs"]);
    run_command(command.arg(workspace.root()).current_dir(workspace.root()))
}
