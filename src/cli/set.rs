//! `fleetc set`

use super::{Exit, Format, Global, disk, edited};
use crate::edit::{self, Draft};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
A path is words and names joined by dots, as `fleetc explain` takes it; a name with dots in it stands in quotes. A node's
own value is set by the path to the node. Values of a list are separated by blanks.

Comments, blanks and everything else of the file stay. A fleet that compiled must still compile, or nothing is written
and the exit code is 1. A path that leads nowhere is exit code 2.

Examples:
  fleetc set versions.arc 0.14.2
  fleetc set versions.runner ghcr.io/actions/actions-runner:2.337.0 --dry-run
  fleetc set pool.runner-gpu.runners.min 1 pool.runner-gpu.runners.max 4
  fleetc set pool.runner-gpu.cache 'huggingface uv'
  fleetc set 'pool.runner-gpu.tolerate.\"example.com/spot\".effect' NoSchedule
  fleetc set pool.runner-gpu.work 30Gi --template
  fleetc set --unset pool.runner-gpu.priority")]
pub struct Options {
    /// Paths and values, in turn
    #[arg(value_name = "PATH VALUE", num_args = 0.., allow_hyphen_values = false)]
    pairs: Vec<String>,
    /// Take a value away, or a whole node
    #[arg(long, value_name = "PATH")]
    unset: Vec<String>,
    /// Where a pool has the value from a template, change it there
    #[arg(long)]
    template: bool,
    /// Make a node of a name that is not there yet
    #[arg(long)]
    create: bool,
    #[command(flatten)]
    writing: edited::Writing,
}

/// Changes values of the fleet.
pub fn run(global: &Global, options: &Options) -> Exit {
    if global.format != Format::Human && global.format != Format::Json {
        return Exit::Failed("set prints for people or as JSON".to_owned());
    }
    let (pairs, rest) = options.pairs.as_chunks::<2>();
    if let [path] = rest {
        return Exit::Failed(format!("`{path}` has no value: write a path and a value in turn"));
    }
    if pairs.is_empty() && options.unset.is_empty() {
        return Exit::Failed("nothing to set: write a path and a value, or --unset and a path".to_owned());
    }
    let mut draft = Draft::new(&disk::Disk, disk::name(global));
    let how = edit::Options { template: options.template, create: options.create };
    if let Err(exit) = edited::readable(global, &draft) {
        return exit;
    }
    let mut notes = Vec::new();
    let mut apply = |found: Result<Vec<String>, String>| match found {
        Ok(found) => {
            notes.extend(found);
            Ok(())
        }
        Err(reason) => Err(Exit::Failed(reason)),
    };
    for [path, value] in pairs {
        if let Err(exit) = apply(edit::set(&mut draft, path, value, how)) {
            return exit;
        }
    }
    for path in &options.unset {
        if let Err(exit) = apply(edit::unset(&mut draft, path, how)) {
            return exit;
        }
    }
    edited::finish(global, &draft, &notes, options.writing)
}
