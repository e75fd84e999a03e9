//! What README.md and docs/ show is true: commands print what stands below them, KDL compiles, and links lead
//! somewhere.
//!
//! A document is worked through from its start in an empty folder of its own:
//!
//! - A block of `kdl`, `yaml` or `hcl` whose first line is a comment with a path (`// fleet.kdl`) is written to
//!   that file, with the comment, so that messages name the lines that a reader sees.
//! - Any other block of `kdl` must compile, after a header is put in front where it has none. `kdl ignore`
//!   excuses it.
//! - In a block of `console`, each line `$ fleetc …` is run, and the lines below it are what it prints to a
//!   terminal. `…` alone on a line stands for any lines. Commands of other programs are not run.

use fleetc::check::example;
use fleetc::diagnostic::Severity;
use std::fs;
use std::io::{Read, pipe};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Set to write what commands print rather than to compare it.
const REWRITE: &str = "FLEETC_REWRITE";

const REPAIR: &str =
    "if that is right, run `FLEETC_REWRITE=1 cargo test --test transcripts`, read the diff and commit it";

/// Documents that other tests hold to the truth.
const ELSEWHERE: [&str; 2] = ["gallery.md", "reference.md"];

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("docs")];
    let mut documents = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of documents") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() && name != "rules" {
                folders.push(path);
            } else if name.ends_with(".md") && !ELSEWHERE.contains(&name.as_str()) {
                documents.push(path);
            }
        }
    }
    documents.sort();
    documents
}

/// A part of a document.
enum Part<'a> {
    /// Lines that are not in a block, and the marks of blocks.
    Text(&'a str),
    Block(Block<'a>),
}

struct Block<'a> {
    /// What stands behind the opening mark.
    info: &'a str,
    /// Number of its first line.
    line: usize,
    lines: Vec<&'a str>,
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut block: Option<Block<'_>> = None;
    for (at, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut block) {
            (Some(info), None) => {
                parts.push(Part::Text(line));
                block = Some(Block { info: info.trim(), line: at + 2, lines: Vec::new() });
            }
            (Some(_), Some(_)) => {
                parts.extend(block.take().map(Part::Block));
                parts.push(Part::Text(line));
            }
            (None, Some(block)) => block.lines.push(line),
            (None, None) => parts.push(Part::Text(line)),
        }
    }
    parts
}

/// The path that the first line of a block names.
fn title<'a>(block: &Block<'a>) -> Option<&'a str> {
    let first = block.lines.first()?;
    let path = first.strip_prefix("// ").or_else(|| first.strip_prefix("# "))?;
    let is_path = [".kdl", ".yaml", ".hcl"].iter().any(|end| path.ends_with(end));
    (is_path && !path.contains(' ')).then_some(path)
}

fn write(folder: &Path, path: &str, lines: &[&str]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
    fs::write(path, lines.join("\n") + "\n").expect("the file can be written");
}

/// What is wrong with a fragment of a fleet.
fn errors(block: &Block<'_>) -> Vec<String> {
    let run = example::run(&(block.lines.join("\n") + "\n"));
    let errors = run.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| format!("{}: {}", found.code, found.message)).collect()
}

/// What a command prints to a terminal: both streams as they come.
fn run(folder: &Path, command: &str) -> Vec<String> {
    let arguments = command.split_whitespace().skip(1);
    let (mut reader, writer) = pipe().expect("a pipe");
    let mut child = Command::new(env!("CARGO_BIN_EXE_fleetc"));
    child.args(arguments).current_dir(folder);
    child.env("FLEETC_TODAY", "2026-11-24").env("COLUMNS", "88").env("NO_COLOR", "1");
    child.stdout(writer.try_clone().expect("a second writer")).stderr(writer);
    let mut started = child.spawn().expect("fleetc starts");
    // It holds the writers, and the pipe ends when the last one is gone.
    drop(child);
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("fleetc prints text");
    started.wait().expect("fleetc ends");
    let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Whether the lines are those that are expected, where `…` stands for any.
fn matches(expected: &[&str], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((&"…", rest)) => (0..=found.len()).any(|at| matches(rest, &found[at..])),
        Some((first, rest)) => {
            found.first().is_some_and(|line| line == first.trim_end()) && matches(rest, &found[1..])
        }
    }
}

/// Runs the commands of a block; gives the block as it should be, and where it is not that.
fn replay(folder: &Path, block: &Block<'_>) -> (Vec<String>, Vec<String>) {
    let mut right = Vec::new();
    let mut wrong = Vec::new();
    let mut at = 0;
    while at < block.lines.len() {
        let command = block.lines[at];
        let rest = &block.lines[at + 1..];
        let end = rest.iter().position(|line| line.starts_with("$ ")).unwrap_or(rest.len());
        let expected = &rest[..end];
        let blank = expected.iter().rev().take_while(|line| line.is_empty()).count();
        let (expected, blank) = expected.split_at(expected.len() - blank);
        right.push(command.to_owned());
        match command.strip_prefix("$ ").filter(|command| command.split(' ').next() == Some("fleetc")) {
            Some(command) => {
                let found = run(folder, command);
                if matches(expected, &found) {
                    right.extend(expected.iter().map(|line| (*line).to_owned()));
                } else {
                    wrong.push(format!("line {}: `{command}` prints\n{}", block.line + at, found.join("\n")));
                    right.extend(found);
                }
            }
            None => right.extend(expected.iter().map(|line| (*line).to_owned())),
        }
        right.extend(blank.iter().map(|line| (*line).to_owned()));
        at += 1 + end;
    }
    (right, wrong)
}

#[test]
fn documents_show_what_fleetc_does() {
    let rewrite = std::env::var_os(REWRITE).is_some();
    let mut wrong = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document is text");
        let folder = tempfile::tempdir().expect("a folder");
        let mut right = Vec::new();
        for part in parts(&text) {
            let block = match part {
                Part::Text(line) => {
                    right.push(line.to_owned());
                    continue;
                }
                Part::Block(block) => block,
            };
            let mut lines: Vec<String> = block.lines.iter().map(|line| (*line).to_owned()).collect();
            match (block.info, title(&block)) {
                ("kdl" | "yaml" | "hcl", Some(path)) => write(folder.path(), path, &block.lines),
                ("kdl", None) => {
                    let errors = errors(&block);
                    if !errors.is_empty() {
                        wrong.push(format!("{}:{}: {}", path.display(), block.line, errors.join("\n")));
                    }
                }
                ("console", _) => {
                    let (replayed, differs) = replay(folder.path(), &block);
                    lines = replayed;
                    let differs = if rewrite { Vec::new() } else { differs };
                    wrong.extend(differs.into_iter().map(|text| format!("{}, {text}", path.display())));
                }
                _ => {}
            }
            right.extend(lines);
        }
        let right = right.join("\n") + "\n";
        if rewrite && right != text {
            fs::write(&path, right).expect("the document can be written");
        }
    }
    assert!(wrong.is_empty(), "{}\n\n{REPAIR}", wrong.join("\n\n"));
}

#[test]
fn nothing_is_found_in_the_examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in fs::read_dir(&folder).expect("the examples") {
        let name = entry.expect("an example").file_name().to_string_lossy().into_owned();
        for command in ["check", "fmt --check"] {
            let found = run(&folder, &format!("fleetc {command} --file {name}"));
            let quiet = if command == "check" { found.len() == 1 } else { found.is_empty() };
            assert!(quiet, "fleetc {command} examples/{name}:\n{}", found.join("\n"));
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let mut dead = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document is text");
        let folder = path.parent().expect("a folder");
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        for (link, _) in links {
            let file = link.split('#').next().unwrap_or("");
            if !link.contains("://") && !file.is_empty() && !folder.join(file).exists() {
                dead.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "these links lead nowhere:\n{}", dead.join("\n"));
}
