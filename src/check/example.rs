//! Examples of rules are parts of a fleet; this completes them.

use crate::compile::{Compilation, Files, compile};
use crate::contract::runner::Day;

/// The day on which examples are judged: rules about releases would otherwise change with time.
pub const DAY: Day = Day::new(2026, 11, 24);

const HEADER: &str = r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
}
"#;

/// A line that starts so is followed by the text of a file beside the fleet file, whose path it ends with.
const FILE: &str = "// file ";

/// The example as a whole fleet: with a header in front where it has none, without the files beside it.
pub fn whole(example: &str) -> String {
    let example = example.find(FILE).map_or(example, |at| &example[..at]);
    let has_header = example.lines().any(|line| line.starts_with("fleet "));
    if has_header { example.to_owned() } else { format!("{}{example}", HEADER.trim_start()) }
}

/// Compiles an example.
pub fn run(example: &str) -> Compilation {
    struct Beside<'a> {
        fleet: String,
        example: &'a str,
    }
    impl Files for Beside<'_> {
        fn read(&self, path: &str) -> Result<String, String> {
            if path == "fleet.kdl" {
                return Ok(self.fleet.clone());
            }
            let files = self.example.split(FILE).skip(1).filter_map(|file| file.split_once('\n'));
            let text = files.into_iter().find(|(name, _)| *name == path).map(|(_, text)| text.to_owned());
            text.ok_or_else(|| "there is no such file".to_owned())
        }
    }
    let files = Beside { fleet: whole(example), example };
    compile(&files, "fleet.kdl", DAY).unwrap_or_default()
}
