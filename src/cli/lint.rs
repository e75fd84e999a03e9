//! `fleetc lint`

use super::{Exit, Format, Global, disk, report};
use crate::diagnostic::Severity;
use crate::lint::{Looked, RepositoryText, lint};
use clap::Args;
use repository::Found;
use std::io::Read;
use std::path::{Path, PathBuf};

pub(super) mod repository;

#[derive(Args)]
#[command(after_help = "\
A repository's name decides what is known of it: its runner group, its visibility, its callers. It is taken from the
Git remote `origin`, or from --repository.

Examples:
  fleetc lint                                       the repository that you are in
  fleetc lint --file ci-fleet/fleet.kdl app tools   two repositories at once: calls between them are followed
  fleetc lint --repository my-org/app=checkout/app
  fleetc lint .github/workflows/ci.yml --format github
  git show main:.github/workflows/ci.yml | fleetc lint -")]
pub struct Options {
    /// Repositories, folders of repositories, workflows; `-` reads a workflow from the input
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// The name of the repository at a path; without a path, of all that is given
    #[arg(long, value_name = "OWNER/NAME[=PATH]")]
    repository: Vec<String>,
    /// Fail on warnings too
    #[arg(long)]
    deny_warnings: bool,
}

/// Reads workflows against the fleet.
pub fn run(global: &Global, options: &Options) -> Exit {
    let found = match find(options) {
        Ok(found) => found,
        Err(reason) => return Exit::Failed(reason),
    };
    let today = match disk::today(global) {
        Ok(today) => today,
        Err(reason) => return Exit::Failed(reason),
    };
    let mut run = match disk::load(global) {
        Ok(run) => run,
        Err(reason) => return Exit::Failed(reason),
    };
    // What is wrong with the fleet itself is for `fleetc check`; only errors can make a verdict on workflows wrong.
    run.diagnostics.keep(|found| found.severity == Severity::Error);
    let count = found.len();
    let readers: Vec<_> = found.iter().map(Found::reader).collect();
    let texts = found.iter().zip(&readers).map(|(found, read)| RepositoryText {
        name: found.name.clone(),
        root: found.shown.clone(),
        files: found.files.clone(),
        read,
    });
    let looked = lint(&mut run, texts.collect(), today);
    if let Err(exit) = report::findings(global, &run) {
        return exit;
    }
    if global.format == Format::Human && !run.diagnostics.has_errors() {
        report::say(summary(looked, count, run.diagnostics.silenced().len()));
    }
    let warned = options.deny_warnings && run.diagnostics.count(Severity::Warning) > 0;
    if warned { Exit::Wrong } else { report::exit(&run) }
}

fn summary(looked: Looked, repositories: usize, silenced: usize) -> String {
    let number = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let mut text = format!(
        "{} in {}: {} read against the fleet",
        number(looked.files, "workflow or action", "workflows and actions"),
        number(repositories, "repository", "repositories"),
        number(looked.jobs, "job", "jobs"),
    );
    if silenced > 0 {
        text += &format!(", {} allowed with a reason", number(silenced, "finding", "findings"));
    }
    text
}

/// Finds the repositories that the command line names.
fn find(options: &Options) -> Result<Vec<Found>, String> {
    let mut names: Vec<(String, Option<PathBuf>)> = Vec::new();
    for named in &options.repository {
        let (name, path) = match named.split_once('=') {
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (named.as_str(), None),
        };
        if !repository::is_name(name) {
            return Err(format!("--repository {named}: write OWNER/NAME or OWNER/NAME=PATH"));
        }
        names.push((name.to_owned(), path));
    }
    let mut paths: Vec<&str> = options.paths.iter().map(String::as_str).collect();
    let named: Vec<_> = names.iter().filter_map(|(_, path)| path.as_ref()?.to_str()).collect();
    paths.extend(named.iter().filter(|path| !options.paths.iter().any(|given| given == *path)));
    if paths.is_empty() {
        paths.push(".");
    }
    let mut found = Vec::new();
    for path in paths {
        if path == "-" {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| format!("can't read the input: {error}"))?;
            found.push(Found::of_text("<stdin>", text));
        } else {
            repository::find(Path::new(path), &mut found)?;
        }
    }
    for (name, path) in names {
        let is_it = |one: &&mut Found| match &path {
            Some(path) => one.is_at(path),
            None => true,
        };
        let mut any = false;
        for one in found.iter_mut().filter(is_it) {
            one.name = Some(name.clone());
            any = true;
        }
        if let (Some(path), false) = (path, any) {
            return Err(format!("--repository {name}: there is no repository at {}", path.display()));
        }
    }
    if found.iter().all(|one| one.files.is_empty()) {
        return Err(
            "there is no workflow: name a repository with .github/workflows/, or a workflow".to_owned()
        );
    }
    Ok(found)
}
