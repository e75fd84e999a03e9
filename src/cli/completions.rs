//! `fleetc completions`

use super::{Cli, Exit, report};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Args)]
#[command(after_help = "\
Examples:
  fleetc completions bash > /etc/bash_completion.d/fleetc
  fleetc completions zsh > \"${fpath[1]}/_fleetc\"
  fleetc completions fish > ~/.config/fish/completions/fleetc.fish")]
pub struct Options {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints what a shell needs to complete the command line.
pub fn run(options: &Options) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "fleetc", &mut script);
    report::say(String::from_utf8_lossy(&script).trim_end());
    Exit::Fine
}
