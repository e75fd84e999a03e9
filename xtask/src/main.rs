//! The repository's own commands, run as `cargo xtask NAME`.
//!
//! They are Rust so that a contributor needs nothing but cargo to start, and
//! plain std so that starting them costs a second of compiling, not a minute.
//! Each subcommand is one file in this folder with a [`Subcommand`] in it;
//! `SUBCOMMANDS` below is the only other place that knows its name.

mod docs;
mod help;
mod step;
mod subcommand;
mod test;
mod tools;

use std::process::ExitCode;

use subcommand::{Subcommand, Workspace};

const SUBCOMMANDS: &[Subcommand] = &[test::SUBCOMMAND, tools::SUBCOMMAND, docs::SUBCOMMAND, help::SUBCOMMAND];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| help::SUBCOMMAND.name.to_owned());
    let arguments: Vec<String> = arguments.collect();

    let wanted = match name.as_str() {
        "-h" | "--help" => help::SUBCOMMAND.name,
        name => name,
    };
    let Some(subcommand) = SUBCOMMANDS.iter().find(|subcommand| subcommand.name == wanted) else {
        eprintln!("xtask: there is no '{name}'\n");
        eprint!("{}", help::overview(SUBCOMMANDS));
        return ExitCode::from(2);
    };

    match (subcommand.run)(&Workspace::locate(), &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask {wanted}: {reason}");
            ExitCode::FAILURE
        }
    }
}
