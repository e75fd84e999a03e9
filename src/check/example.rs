//! Examples of rules are parts of a fleet; this completes them.

use crate::compile::{Compilation, Files, compile};
use crate::contract::runner::Day;
use crate::lint::{self, RepositoryText};

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
    let example = of_fleet(example);
    let has_header = example.lines().any(|line| line.starts_with("fleet "));
    if has_header { example.to_owned() } else { format!("{}{example}", HEADER.trim_start()) }
}

/// The part of an example that is in the fleet file.
pub fn of_fleet(example: &str) -> &str {
    example.find(FILE).map_or(example, |at| &example[..at])
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
            let text = files(self.example).find(|(name, _)| *name == path).map(|(_, text)| text.to_owned());
            text.ok_or_else(|| "there is no such file".to_owned())
        }
    }
    let files = Beside { fleet: whole(example), example };
    let mut run = compile(&files, "fleet.kdl", DAY).unwrap_or_default();
    let nothing = |_: &str| None;
    let workflows = workflows(example, &nothing);
    if !workflows.is_empty() {
        lint::lint(&mut run, workflows, DAY);
    }
    run
}

/// The repository of workflows whose path names no other.
const REPOSITORY: &str = "my-org/app";

/// Files beside an example, as path and text.
pub fn files(example: &str) -> impl Iterator<Item = (&str, &str)> {
    example.split(FILE).skip(1).filter_map(|file| file.split_once('\n'))
}

/// The workflows and actions beside an example, by repository: that is what stands in front of `/.github/` in
/// their path.
fn workflows<'a>(example: &str, read: &'a dyn Fn(&str) -> Option<String>) -> Vec<RepositoryText<'a>> {
    let mut repositories: Vec<RepositoryText<'a>> = Vec::new();
    for (path, text) in files(example) {
        let action = path.ends_with("action.yml");
        let (name, inner) = match path.find(".github/") {
            Some(0) => (REPOSITORY, path),
            Some(at) => (path[..at].trim_end_matches('/'), &path[at..]),
            None if action => (REPOSITORY, path),
            None => continue,
        };
        let (name, file) = (Some(name.to_owned()), (inner.to_owned(), text.to_owned()));
        let root = path[..path.len() - inner.len()].to_owned();
        match repositories.iter_mut().find(|one| one.name == name) {
            Some(known) => known.files.push(file),
            None => repositories.push(RepositoryText { name, root, files: vec![file], read }),
        }
    }
    repositories
}
