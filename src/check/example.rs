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

/// Files beside the fleet file that examples may name.
const BESIDE: &[(&str, &str)] = &[
    ("pools/docs.kdl", "pool \"docs\" {\n    mode \"dind\"\n    runners max=1\n}\n"),
    (
        "manifests/extra.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: extra\n  namespace: arc-runners\ndata:\n  a: b\n",
    ),
];

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
            if path == "fleet.kdl" {
                return Ok(self.0.clone());
            }
            let beside = BESIDE.iter().find(|(name, _)| *name == path);
            beside.map(|(_, text)| (*text).to_owned()).ok_or_else(|| "there is no such file".to_owned())
        }
    }
    compile(&One(whole(example)), "fleet.kdl", DAY).unwrap_or_default()
}
