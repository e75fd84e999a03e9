//! `cargo xtask test`: the one command that says whether a change may land. CI
//! runs exactly this, so that green here means green there.

use std::process::Command;

use crate::step::{run as run_command, step};
use crate::subcommand::{Outcome, Subcommand, Workspace};
use crate::tools;

pub const SUBCOMMAND: Subcommand = Subcommand {
    name: "test",
    summary: "Check and test the whole workspace: what CI runs",
    details: "\
Usage: cargo xtask test

Installs the tools (see 'cargo xtask help tools'), then runs rustfmt, clippy and all tests,
and stops at the first that fails.

The tests read these variables:
  FLEETC_TOOLS        the folder of the tools; set by this command
  FLEETC_CRDS         a folder with the CustomResourceDefinitions of ARC, Argo CD and the
                      Prometheus operator, passed on if you set it. Tests that need it say so
                      and skip without it; with CI=true they fail instead.
  FLEETC_ARC_MANAGER  the manager program of ARC 0.14.2, if you have it. No package registry
                      carries it, so tests of what it does skip without it, in CI too.
  FLEETC_VAULT_ACTION, FLEETC_GITHUB_SCRIPT
                      clones of hashicorp/vault-action and actions/github-script, at the commits
                      of src/contract/actions.rs. No package registry carries them: without them
                      tests of workflows run stand-ins that make the same requests.",
    run,
};

fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    if let Some(argument) = arguments.first() {
        return Err(format!("takes no arguments, got '{argument}'"));
    }
    step("install the tools that tests need", || tools::install(workspace, &[]))?;
    for arguments in [
        "fmt --all --check",
        "clippy --workspace --all-targets --locked -- -D warnings",
        "test --workspace --locked",
    ] {
        step(&format!("cargo {arguments}"), || run_command(&mut cargo(workspace, arguments)))?;
    }
    Ok(())
}

/// The cargo that runs this very xtask, so that a toolchain chosen with
/// `cargo +NAME xtask test` holds for every step.
fn cargo(workspace: &Workspace, arguments: &str) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments.split(' ')).current_dir(workspace.root()).env("FLEETC_TOOLS", workspace.tools());
    command
}
