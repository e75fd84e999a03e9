//! The fleetc command.

use std::process::ExitCode;

fn main() -> ExitCode {
    fleetc::cli::main()
}
