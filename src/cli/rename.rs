//! `fleetc rename`

use super::{Exit, Format, Global, disk, edited};
use crate::edit::{self, Draft};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
The declaration and all that names it change; comments, blanks and everything else of the file stay. In expressions of
alerts, labels that equal a pool's name change too. Other texts that say the name are listed and left as they are.

Examples:
  fleetc rename pool runner-gpu runner-h100 --retire
  fleetc rename hardware gpu h100 --dry-run
  fleetc rename template in-container kube")]
pub struct Options {
    /// The word: pool, template, hardware, cache, priority, cluster, namespace, runner-group, secret, role, auth, policy
    kind: String,
    /// Its name
    old: String,
    /// Its new name
    new: String,
    /// Leave `retired` behind for a pool's old name, so that `fleetc lint` names the new one
    #[arg(long)]
    retire: bool,
    #[command(flatten)]
    writing: edited::Writing,
}

/// Renames a node and all that names it.
pub fn run(global: &Global, options: &Options) -> Exit {
    if global.format != Format::Human && global.format != Format::Json {
        return Exit::Failed("rename prints for people or as JSON".to_owned());
    }
    let mut draft = Draft::new(&disk::Disk, disk::name(global));
    if let Err(exit) = edited::readable(global, &draft) {
        return exit;
    }
    if options.retire && options.kind != "pool" {
        return Exit::Failed("--retire is for pools: workflows name those".to_owned());
    }
    let renamed = edit::rename(&mut draft, &options.kind, &options.old, &options.new).and_then(|mut notes| {
        if options.retire {
            edit::retire(&mut draft, &options.old, &options.new)?;
        } else if options.kind == "pool" {
            notes.push("--retire leaves the old name behind, so that `fleetc lint` says which pool to use instead".to_owned());
        }
        Ok(notes)
    });
    match renamed {
        Ok(notes) => edited::finish(global, &draft, &notes, options.writing),
        Err(reason) => Exit::Failed(reason),
    }
}
