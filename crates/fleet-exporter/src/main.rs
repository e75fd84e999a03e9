//! `fleet-exporter`.

use std::process::ExitCode;

fn main() -> ExitCode {
    fleet_exporter::cli::main()
}
