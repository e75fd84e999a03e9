//! `fleetc schema`

use super::{Exit, report};
use crate::language::suggest::nearest;
use crate::schema::{SCHEMAS, find};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
The schemas are strict: they allow no property that fleetc does not know.

Examples:
  fleetc schema                       list all schemas
  fleetc schema AutoscalingRunnerSet  the schema of a kind
  fleetc schema fleet                 the schema of a fleet file, as JSON")]
pub struct Options {
    /// The schema that is printed
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Prints a JSON Schema, or the list of all.
pub fn run(options: &Options) -> Exit {
    let Some(name) = options.name.as_deref() else {
        for schema in SCHEMAS {
            report::say(format_args!("{:21}  {}", schema.name, schema.summary));
        }
        return Exit::Fine;
    };
    let Some(schema) = find(name) else {
        let near = nearest(name, SCHEMAS.iter().map(|schema| schema.name));
        let hint = near.map_or_else(
            || "`fleetc schema` lists all schemas".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Exit::Failed(format!("there is no schema `{name}`; {hint}"));
    };
    report::say(schema.text().trim_end());
    Exit::Fine
}
