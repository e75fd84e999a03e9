//! Examples of rules are parts of a fleet; this completes them.

use super::{Check, Rule};
use crate::compile::{Compilation, Files, compile, compile_base};
use crate::contract::runner::Day;
use crate::diff;
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

/// Compiles an example of a rule; one of a change is compared with what it was.
pub fn of(rule: &Rule, example: &str) -> Compilation {
    if !matches!(rule.check, Check::Change(_)) {
        return run(example);
    }
    let (old, new) = (side(example, '+'), side(example, '-'));
    let mut after = run(&new);
    let nothing = |_: &str| None;
    let uses = match &after.fleet {
        Some(fleet) => lint::uses_of_pools(workflows(&new, &nothing), fleet, &mut after.sources),
        None => Vec::new(),
    };
    let files = Beside { fleet: whole(&old), example: &old };
    let before = compile_base(&files, "fleet.kdl", after.sources.clone(), "before:").unwrap_or_default();
    diff::compare("before", Some(&before), &mut after, &uses, DAY);
    after
}

/// The fleet of an example; the new one of a change.
pub fn text(rule: &Rule, example: &str) -> String {
    if matches!(rule.check, Check::Change(_)) { side(example, '-') } else { example.to_owned() }
}

/// One side of an example that is a change: all lines but those that start with the other side's mark.
fn side(example: &str, other: char) -> String {
    let lines = example.lines().filter(|line| !line.starts_with(other));
    lines.map(|line| format!("{}\n", line.get(1..).unwrap_or(""))).collect()
}

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

/// Compiles an example.
pub fn run(example: &str) -> Compilation {
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
