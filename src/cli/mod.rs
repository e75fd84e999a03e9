//! The command line, one file for each subcommand.

mod access;
mod alerts;
mod build;
mod capacity;
mod check;
mod completions;
mod diff;
mod disk;
mod docs;
mod edited;
mod explain;
mod fmt;
mod git;
mod import;
mod init;
mod lint;
mod markdown;
mod progress;
mod rename;
mod report;
mod schema;
mod set;
mod show;
mod vault;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// What a command comes to.
pub enum Exit {
    /// The fleet is fine and the command did what it was asked.
    Fine,
    /// The fleet is wrong, or the output is not what it should be.
    Wrong,
    /// The command or its surroundings are wrong; the text says how.
    Failed(String),
}

#[derive(Parser)]
#[command(name = "fleetc", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Exit codes: 0 all is well, 1 the fleet is wrong or its output is stale, 2 the command or its surroundings are.

Examples:
  fleetc init                 write a small fleet to start from
  fleetc check                say what would go wrong
  fleetc build                write out/ for Argo CD
  fleetc diff                 what a change does, before it is merged
  fleetc show runner-gpu      what a pool really gets, and which line each value comes from
  fleetc explain name-too-long")]
/// Compiles fleet.kdl into a fleet of GitHub Actions runners on Kubernetes.
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Args)]
struct Global {
    /// The fleet file
    #[arg(short, long, global = true, default_value = "fleet.kdl", value_name = "FILE")]
    file: PathBuf,
    /// How findings are printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
    /// Judge releases as of this day rather than of today, as 2026-11-24
    #[arg(long, global = true, value_name = "DAY", env = "FLEETC_TODAY", hide_env = true)]
    today: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// For code scanning
    Sarif,
    /// Annotations in a GitHub workflow
    Github,
    /// A comment or a job summary on GitHub
    Markdown,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// Where the output is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Global {
    fn coloured(&self) -> bool {
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Write a small fleet to start from
    Init(init::Options),
    /// Say what would go wrong with the fleet
    Check(check::Options),
    /// Write the output
    Build(build::Options),
    /// Show what a pool really gets, and where each value comes from
    Show(show::Options),
    /// Say whether all pools at their max fit on the hardware
    Capacity(capacity::Options),
    /// Say what a change of the fleet does
    Diff(diff::Options),
    /// Read workflows of repositories against the fleet
    Lint(lint::Options),
    /// Say who can do what with which secret
    Access(access::Options),
    /// List the alerts, or write them for other programs
    Alerts(alerts::Options),
    /// Explain a finding, or a word of the language
    Explain(explain::Options),
    /// Format fleet files, keeping their comments
    Fmt(fmt::Options),
    /// Make a fleet file of Helm values, manifests or live resources
    Import(import::Options),
    /// Change values of the fleet file, keeping all else of it
    Set(set::Options),
    /// Rename a pool, a template or anything else that has a name, and all that names it
    Rename(rename::Options),
    /// Print a JSON Schema of a fleet file, or of what is made from it
    Schema(schema::Options),
    /// Export what a Vault server should hold, and look up numbers of repositories
    Vault(vault::Options),
    /// Print a script by which a shell completes the command line
    Completions(completions::Options),
    /// Write the generated part of the documentation
    #[command(hide = true)]
    Docs(docs::Options),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let exit = match &cli.command {
        Command::Access(options) => access::run(&cli.global, options),
        Command::Alerts(options) => alerts::run(&cli.global, options),
        Command::Check(options) => check::run(&cli.global, options),
        Command::Build(options) => build::run(&cli.global, options),
        Command::Diff(options) => diff::run(&cli.global, options),
        Command::Explain(options) => explain::run(&cli.global, options),
        Command::Lint(options) => lint::run(&cli.global, options),
        Command::Init(options) => init::run(&cli.global, options),
        Command::Schema(options) => schema::run(options),
        Command::Completions(options) => completions::run(options),
        Command::Docs(options) => docs::run(options),
        Command::Fmt(options) => fmt::run(&cli.global, options),
        Command::Import(options) => import::run(&cli.global, options),
        Command::Set(options) => set::run(&cli.global, options),
        Command::Rename(options) => rename::run(&cli.global, options),
        Command::Capacity(options) => capacity::run(&cli.global, options),
        Command::Show(options) => show::run(&cli.global, options),
        Command::Vault(options) => vault::run(&cli.global, options),
    };
    match exit {
        Exit::Fine => ExitCode::SUCCESS,
        Exit::Wrong => ExitCode::from(1),
        Exit::Failed(reason) => {
            eprintln!("fleetc: {reason}");
            ExitCode::from(2)
        }
    }
}
