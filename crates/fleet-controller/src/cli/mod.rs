//! The command line, one file for each function.

mod backup;
mod run;
mod vault;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What a command comes to.
pub enum Exit {
    /// It did what it was asked.
    Fine,
    /// It did a part of it, or found what should not be; the report says which.
    Wrong,
    /// It could not do its work; the text says why.
    Failed(String),
}

/// Keeps the live systems of a fleet true to its file.
#[derive(Parser)]
#[command(name = "fleet-controller", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Exit codes: 0 all is well, 1 a part failed or is not as it should be, 2 the command or its surroundings are wrong.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Copies of a Vault server's data
    Backup(backup::Options),
    /// Keep the live systems true to the file, until told to end
    Run(run::Options),
    /// What the controller needs on Vault servers
    Vault(vault::Options),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let exit = match &cli.command {
        Command::Backup(options) => backup::run(options),
        Command::Run(options) => run::run(options),
        Command::Vault(options) => vault::run(options),
    };
    match exit {
        Exit::Fine => ExitCode::SUCCESS,
        Exit::Wrong => ExitCode::from(1),
        Exit::Failed(reason) => {
            eprintln!("fleet-controller: {reason}");
            ExitCode::from(2)
        }
    }
}
