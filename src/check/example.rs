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

/// The example as a whole fleet: with a header in front where it has none.
pub fn whole(example: &str) -> String {
    let has_header = example.lines().any(|line| line.starts_with("fleet "));
    if has_header { example.to_owned() } else { format!("{}{example}", HEADER.trim_start()) }
}

/// Compiles an example.
pub fn run(example: &str) -> Compilation {
    struct One(String);
    impl Files for One {
        fn read(&self, path: &str) -> Result<String, String> {
            if path == "fleet.kdl" { Ok(self.0.clone()) } else { Err("there is no such file".to_owned()) }
        }
    }
    compile(&One(whole(example)), "fleet.kdl", DAY).unwrap_or_default()
}
