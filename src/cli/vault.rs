//! `fleetc vault`

use super::{Exit, Format, Global, build, disk, report};
use crate::compile::Compilation;
use crate::emit::vault::{Target, export};
use crate::model::Fleet;
use crate::output::{self, WriteError, WriteOptions};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write policies and roles as files for the command line or for Terraform
    Export(Export),
    /// Print the commands that look up the numbers of owners and repositories which the file lacks
    Ids,
}

#[derive(Args)]
#[command(after_help = "\
Only files that fleetc wrote before, and that nobody changed since, are overwritten or deleted.

Examples:
  fleetc vault export                   policies as HCL, roles as JSON, and a script that writes them
  fleetc vault export --for terraform   resources of the provider hashicorp/vault
  fleetc vault export --stdout          all of it as one JSON document, for other programs")]
struct Export {
    /// The folder that is written
    #[arg(short, long, default_value = "vault", value_name = "DIR")]
    dir: PathBuf,
    /// What the files are for
    #[arg(long = "for", value_enum, default_value_t = For::Cli)]
    target: For,
    /// Write no files: print them as one JSON document, by path
    #[arg(long)]
    stdout: bool,
    /// Overwrite files that were changed by hand
    #[arg(long, conflicts_with = "stdout")]
    force: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum For {
    /// The programs `vault` and `bao`
    Cli,
    /// Terraform and OpenTofu
    Terraform,
}

/// Does what the subcommand says.
pub fn run(global: &Global, options: &Options) -> Exit {
    let run = match disk::load(global) {
        Ok(run) => run,
        Err(reason) => return Exit::Failed(reason),
    };
    match &options.command {
        Command::Export(options) => export_to(global, &run, options),
        Command::Ids => ids(global, &run),
    }
}

fn export_to(global: &Global, run: &Compilation, options: &Export) -> Exit {
    // Of a document for programs, findings are no part.
    if (!options.stdout || run.diagnostics.has_errors())
        && let Err(exit) = report::findings(global, run)
    {
        return exit;
    }
    let Some(fleet) = run.fleet.as_ref().filter(|_| !run.diagnostics.has_errors()) else {
        return Exit::Wrong;
    };
    if fleet.vaults.is_empty() {
        return Exit::Failed("the fleet has no `vault`; `fleetc explain vault` shows one".to_owned());
    }
    let target = match options.target {
        For::Cli => Target::CommandLine,
        For::Terraform => Target::Terraform,
    };
    let tree = match export(fleet, target) {
        Ok(tree) => tree,
        Err(reason) => return Exit::Failed(reason),
    };
    if options.stdout {
        let files = tree.iter().map(|(path, bytes)| {
            (path.as_str().to_owned(), Value::from(String::from_utf8_lossy(bytes).into_owned()))
        });
        report::say(format_args!("{:#}", Value::Object(files.collect::<Map<_, _>>())));
        return Exit::Fine;
    }
    match output::write(&options.dir, &tree, WriteOptions { force: options.force }) {
        Ok(changes) => {
            if global.format == Format::Human {
                build::print(&options.dir, &tree, &changes);
            }
            Exit::Fine
        }
        Err(error @ WriteError::Refused { .. }) => {
            eprintln!("{error}");
            Exit::Wrong
        }
        Err(error) => Exit::Failed(error.to_string()),
    }
}

/// The numbers that are not there yet. They can't be looked up here: compiling uses no network.
fn ids(global: &Global, run: &Compilation) -> Exit {
    let Some(fleet) = &run.fleet else {
        return report::findings(global, run).err().unwrap_or(Exit::Wrong);
    };
    let missing = missing(fleet);
    if global.format == Format::Json {
        let list: Vec<_> = missing
            .iter()
            .map(|one| json!({ "owner": one.owner, "repository": one.repository, "command": one.command() }))
            .collect();
        report::say(Value::from(list));
        return Exit::Fine;
    }
    if missing.is_empty() {
        report::say("the file has the numbers of all owners and repositories that roles name");
    }
    for one in missing {
        match &one.repository {
            Some(repository) => report::say(format_args!(
                "# owner \"{0}\" id=SECOND {{ repository \"{repository}\" id=FIRST }}\n{1}",
                one.owner,
                one.command()
            )),
            None => report::say(format_args!("# owner \"{}\" id=NUMBER\n{}", one.owner, one.command())),
        }
    }
    Exit::Fine
}

fn missing(fleet: &Fleet) -> Vec<crate::model::vault::Unidentified> {
    let of_vaults = fleet.vaults.iter().flat_map(|vault| vault.unidentified(&fleet.ids));
    let mut missing: Vec<_> = of_vaults.map(|(one, _)| one).collect();
    missing.sort();
    missing.dedup();
    missing
}
