//! `fleetc rename`

use super::{Exit, Format, Global, disk, edited};
use crate::edit::{self, Draft};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
The declaration and all that names it change; comments, blanks and everything else of the file stay. Texts that say the
name, such as expressions of alerts, are listed and left as they are.

Examples:
  fleetc rename pool runner-gpu runner-h100
  fleetc rename hardware gpu h100 --dry-run
  fleetc rename template in-container kube")]
pub struct Options {
    /// The word: pool, template, hardware, cache, priority, cluster, namespace, secret, role, auth, policy
    kind: String,
    /// Its name
    old: String,
    /// Its new name
    new: String,
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
    match edit::rename(&mut draft, &options.kind, &options.old, &options.new) {
        Ok(notes) => edited::finish(global, &draft, &notes, options.writing),
        Err(reason) => Exit::Failed(reason),
    }
}
