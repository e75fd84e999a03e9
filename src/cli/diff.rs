//! `fleetc diff`

use super::git::{self, Commit};
use super::lint::repository::{self, Found};
use super::progress::Progress;
use super::{Exit, Format, Global, disk, report};
use crate::compile::{Compilation, Files, compile_base};
use crate::diagnostic::Severity;
use crate::diff::{self, Diff, Effect, render};
use crate::language::suggest::{nearest, one_of};
use crate::lint::{RepositoryText, Use, uses_of_pools};
use clap::Args;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "\
Effects, from harmless to fatal: nothing, in-place, next-jobs, added, listener-restarts, runners-roll,
pool-drains, pool-removed, scale-set-recreated, pool-stalls, refused, data-lost.

Examples:
  fleetc diff                          against where this branch left the main one
  fleetc diff v1.4                     against a tag, a branch, a commit
  fleetc diff ../fleet-of-last-week    against a folder or a file
  fleetc diff --workflows ../app       and which jobs of a repository name pools that change
  fleetc diff --fail-on pool-drains    fail where a pool stops taking jobs, or worse
  fleetc diff --format markdown        for a comment on the pull request")]
pub struct Options {
    /// A Git revision, a folder or a file; absent: where this branch left the main one
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// Repositories, or folders of them, whose workflows may name the pools; may be given several times
    #[arg(long, value_name = "PATH")]
    workflows: Vec<PathBuf>,
    /// Exit with 1 where this effect or a worse one is found; `access-gained`: where somebody gains access to a secret
    #[arg(long, value_name = "EFFECT", value_parser = fail_on)]
    fail_on: Vec<FailOn>,
    /// Longest comment that `--format markdown` may write; GitHub takes 65,536 characters
    #[arg(long, value_name = "BYTES", default_value_t = 60_000, value_parser = clap::value_parser!(u32).range(2000..))]
    max_bytes: u32,
}

/// What makes the command fail though the fleet is fine.
#[derive(Clone, Copy)]
enum FailOn {
    /// This effect, or a worse one.
    Effect(Effect),
    /// Somebody can do something with a secret who could not.
    AccessGained,
}

const ACCESS_GAINED: &str = "access-gained";

fn fail_on(word: &str) -> Result<FailOn, String> {
    let words = || Effect::ALL.iter().map(|effect| effect.word()).chain([ACCESS_GAINED]);
    match Effect::of_word(word) {
        Some(effect) => Ok(FailOn::Effect(effect)),
        None if word == ACCESS_GAINED => Ok(FailOn::AccessGained),
        None => Err(match nearest(word, words()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("write {}", one_of(words())),
        }),
    }
}

impl FailOn {
    /// Why the command fails, if it does.
    fn reason(self, diff: &Diff) -> Option<String> {
        match self {
            Self::Effect(most) if diff.effect >= most => {
                Some(format!("--fail-on {}: the worst effect is {}", most.word(), diff.effect.word()))
            }
            Self::AccessGained => {
                let gains = diff.access.iter().find(|change| !change.gained.is_empty())?;
                Some(format!("--fail-on {ACCESS_GAINED}: role {} gains access", gains.role))
            }
            Self::Effect(_) => None,
        }
    }
}

/// Says what a change of the fleet does.
pub fn run(global: &Global, options: &Options) -> Exit {
    let found = disk::today(global).and_then(|today| {
        let mut after = disk::load(global)?;
        // A reviewer wants to know what goes wrong; what is merely worth knowing is for `fleetc check`.
        after.diagnostics.keep(|found| found.severity > Severity::Info);
        let uses = uses(&options.workflows, &mut after)?;
        let base = base(global, options, &after)?;
        let _progress = Progress::start("comparing");
        let diff = diff::compare(&base.title, base.fleet.as_ref(), &mut after, &uses, today);
        Ok((after, diff))
    });
    let (after, diff) = match found {
        Ok(found) => found,
        Err(reason) => return Exit::Failed(reason),
    };
    if let Err(error) = print(global, options, &after, diff.as_ref()) {
        return error;
    }
    let reasons = options.fail_on.iter().filter_map(|one| one.reason(diff.as_ref()?));
    let reasons: Vec<_> = reasons.collect();
    for reason in &reasons {
        eprintln!("{reason}");
    }
    if !reasons.is_empty() {
        return Exit::Wrong;
    }
    report::exit(&after)
}

/// The runners that jobs of these repositories ask for. What else is wrong with the workflows is for `fleetc lint`.
fn uses(paths: &[PathBuf], after: &mut Compilation) -> Result<Vec<Use>, String> {
    let mut found = Vec::new();
    for path in paths {
        repository::find(path, &mut found)?;
    }
    let Some(fleet) = &after.fleet else { return Ok(Vec::new()) };
    let readers: Vec<_> = found.iter().map(Found::reader).collect();
    let texts = found.iter().zip(&readers).map(|(found, read)| RepositoryText {
        name: found.name.clone(),
        root: found.shown.clone(),
        files: found.files.clone(),
        read,
    });
    Ok(uses_of_pools(texts.collect(), fleet, &mut after.sources))
}

/// What the fleet is compared with.
struct Base {
    title: String,
    /// None where there was no fleet.
    fleet: Option<Compilation>,
}

fn base(global: &Global, options: &Options, after: &Compilation) -> Result<Base, String> {
    let folder = match global.file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let Some(name) = options.base.as_deref() else {
        return of_commit(global, &Commit::merge_base(folder)?, after);
    };
    // A path is meant where it can't be a revision, or is none.
    let path = Path::new(name);
    let looks_like_path =
        name.starts_with('.') || path.is_absolute() || path.extension().is_some_and(|e| e == "kdl");
    if !looks_like_path || !path.exists() {
        match (Commit::of(folder, name), path.exists()) {
            (Ok(commit), _) => return of_commit(global, &commit, after),
            (Err(_), true) => {}
            (Err(reason), false) => {
                git::inside(folder)
                    .map_err(|none| format!("there is no file or folder \"{name}\", and {none}"))?;
                return Err(reason);
            }
        }
    }
    of_path(global, path, after)
}

fn of_commit(global: &Global, commit: &Commit, after: &Compilation) -> Result<Base, String> {
    let name = disk::name(global);
    let title = commit.title();
    if !commit.has(&name)? {
        return Ok(Base { title: format!("{title}, which has no {name}"), fleet: None });
    }
    let fleet = compile(commit, &name, after, &commit.mark())?;
    Ok(Base { title, fleet: Some(fleet) })
}

fn of_path(global: &Global, path: &Path, after: &Compilation) -> Result<Base, String> {
    let file = if path.is_dir() {
        let same: PathBuf = path.join(&global.file);
        match global.file.file_name() {
            Some(name) if !same.is_file() => path.join(name),
            _ => same,
        }
    } else {
        path.to_owned()
    };
    let name = file.to_string_lossy().replace('\\', "/");
    if !file.exists() {
        return Ok(Base { title: format!("{}, which has no fleet file", path.display()), fleet: None });
    }
    let fleet = compile(&disk::Disk, &name, after, "")?;
    Ok(Base { title: name, fleet: Some(fleet) })
}

fn compile(files: &dyn Files, name: &str, after: &Compilation, mark: &str) -> Result<Compilation, String> {
    let _progress = Progress::start("compiling what it was");
    compile_base(files, name, after.sources.clone(), mark)
        .map_err(|reason| format!("can't read {mark}{name}: {reason}"))
}

fn print(global: &Global, options: &Options, after: &Compilation, diff: Option<&Diff>) -> Result<(), Exit> {
    let (found, sources) = (&after.diagnostics, &after.sources);
    match (global.format, diff) {
        (Format::Markdown, diff) => {
            report::say(render::markdown(diff, found, sources, options.max_bytes as usize).trim_end());
            Ok(())
        }
        (Format::Json, diff) => {
            let text = serde_json::to_string_pretty(&render::document(diff, found, sources));
            text.map(report::say).map_err(|error| Exit::Failed(error.to_string()))
        }
        (Format::Human, Some(diff)) => {
            let _gone = write!(std::io::stdout(), "{}", render::terminal(diff, coloured(global)));
            if !found.is_empty() {
                report::say("");
            }
            report::findings(global, after)
        }
        (Format::Github, Some(diff)) => {
            let _gone = write!(std::io::stdout(), "{}", render::github(diff));
            report::findings(global, after)
        }
        (Format::Sarif, _) | (_, None) => report::findings(global, after),
    }
}

/// The diff goes to the output stream, which need not be where findings go.
fn coloured(global: &Global) -> bool {
    match global.color {
        super::Colour::Auto => std::io::stdout().is_terminal() && global.coloured(),
        _ => global.coloured(),
    }
}
