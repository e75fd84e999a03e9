//! `cargo xtask help`: what there is, so that nobody has to read this folder.

use crate::subcommand::{Outcome, Subcommand, Workspace};

pub const SUBCOMMAND: Subcommand = Subcommand {
    name: "help",
    summary: "Say what there is, or what one subcommand does",
    details: "Usage: cargo xtask help [NAME]",
    run,
};

fn run(_: &Workspace, arguments: &[String]) -> Outcome {
    match arguments {
        [] => print!("{}", overview(crate::SUBCOMMANDS)),
        [name, ..] => {
            let subcommand = crate::SUBCOMMANDS
                .iter()
                .find(|subcommand| subcommand.name == name)
                .ok_or_else(|| format!("there is no '{name}'"))?;
            println!("{}\n\n{}", subcommand.summary, subcommand.details);
        }
    }
    Ok(())
}

/// The list of all subcommands, one a line.
pub fn overview(subcommands: &[Subcommand]) -> String {
    let mut text = String::from("Usage: cargo xtask NAME\n\n");
    for subcommand in subcommands {
        text += &format!("  {:<8} {}\n", subcommand.name, subcommand.summary);
    }
    text + "\n'cargo xtask help NAME' tells more.\n"
}
