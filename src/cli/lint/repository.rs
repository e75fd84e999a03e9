//! Repositories on disk.

use crate::cli::disk;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository that was found.
pub struct Found {
    /// Owner and name.
    pub name: Option<String>,
    /// Its folder; none for a text from the input.
    root: Option<PathBuf>,
    /// What is printed in front of its paths.
    pub shown: String,
    /// Paths in it, and texts.
    pub files: Vec<(String, String)>,
}

/// How far below a path repositories are looked for: owner, name, and one more.
const DEEPEST: usize = 3;

/// Folders that hold other people's code.
const SKIPPED: [&str; 4] = [".git", "node_modules", "target", "vendor"];

/// Whether this is a repository's name: owner, `/`, name.
pub fn is_name(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    text.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name))
}

impl Found {
    /// A workflow that belongs to no folder.
    pub fn of_text(name: &str, text: String) -> Self {
        Self { name: None, root: None, shown: String::new(), files: vec![(name.to_owned(), text)] }
    }

    /// Whether this is the repository at a path.
    pub fn is_at(&self, path: &Path) -> bool {
        let real = |path: &Path| fs::canonicalize(path).ok();
        self.root.as_deref().and_then(real).is_some_and(|root| Some(root) == real(path))
    }

    /// Reads other files of it.
    pub fn reader(&self) -> impl Fn(&str) -> Option<String> + use<'_> {
        |path| disk::read(&self.root.as_ref()?.join(path)).ok()
    }
}

/// Finds the repository of a file, or those at or below a folder.
pub fn find(path: &Path, found: &mut Vec<Found>) -> Result<(), String> {
    let kind = fs::metadata(path).map_err(|error| format!("can't read {}: {error}", path.display()))?;
    if kind.is_file() {
        return of_file(path, found);
    }
    let before = found.len();
    below(path, 0, found)?;
    if found.len() == before {
        // A folder of workflows that is no repository.
        let files = yaml_files(path)?;
        if !files.is_empty() {
            found.push(Found { name: None, root: Some(path.to_owned()), shown: shown(path), files });
        }
    }
    Ok(())
}

fn below(path: &Path, depth: usize, found: &mut Vec<Found>) -> Result<(), String> {
    let workflows = path.join(".github/workflows");
    if path.join(".github").is_dir() || path.join(".git").exists() {
        let mut files = Vec::new();
        if workflows.is_dir() {
            let in_folder = yaml_files(&workflows)?.into_iter();
            files.extend(in_folder.map(|(name, text)| (format!(".github/workflows/{name}"), text)));
        }
        actions(path, Path::new(".github/actions"), 0, &mut files);
        for name in ["action.yml", "action.yaml"] {
            if let Ok(text) = disk::read(&path.join(name)) {
                files.push((name.to_owned(), text));
            }
        }
        found.push(Found { name: remote(path), root: Some(path.to_owned()), shown: shown(path), files });
        return Ok(());
    }
    if depth < DEEPEST {
        for folder in entries(path)?.into_iter().filter(|entry| entry.is_dir()) {
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if !SKIPPED.contains(&name.as_str()) {
                below(&folder, depth + 1, found)?;
            }
        }
    }
    Ok(())
}

/// A file belongs to the nearest folder above it with a `.github` or `.git` in it.
fn of_file(path: &Path, found: &mut Vec<Found>) -> Result<(), String> {
    let unreadable = |reason| format!("can't read {}: {reason}", path.display());
    let text = disk::read(path).map_err(unreadable)?;
    let real = fs::canonicalize(path).map_err(|error| unreadable(error.to_string()))?;
    let root =
        real.ancestors().skip(1).find(|above| above.join(".github").is_dir() || above.join(".git").exists());
    let inner =
        root.and_then(|root| Some(real.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/")));
    let written = path.to_string_lossy().replace('\\', "/");
    let (Some(root), Some(inner)) = (root, inner) else {
        found.push(Found {
            name: None,
            root: path.parent().map(Path::to_owned),
            ..Found::of_text(&written, text)
        });
        return Ok(());
    };
    // Messages name the file as it was named here.
    let shown = written.strip_suffix(&inner).map_or_else(|| format!("{}/", root.display()), str::to_owned);
    match found.iter_mut().find(|one| one.is_at(root)) {
        Some(known) => known.files.push((inner, text)),
        None => found.push(Found {
            name: remote(root),
            root: Some(root.to_owned()),
            shown,
            files: vec![(inner, text)],
        }),
    }
    Ok(())
}

/// Actions below `.github/actions`.
fn actions(root: &Path, folder: &Path, depth: usize, files: &mut Vec<(String, String)>) {
    let Ok(entries) = entries(&root.join(folder)) else { return };
    for entry in entries {
        let Some(name) = entry.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        let inner = folder.join(&name);
        if entry.is_dir() && depth < DEEPEST && !SKIPPED.contains(&name.as_str()) {
            actions(root, &inner, depth + 1, files);
        } else if (name == "action.yml" || name == "action.yaml")
            && let Ok(text) = disk::read(&entry)
        {
            files.push((inner.to_string_lossy().replace('\\', "/"), text));
        }
    }
}

/// Names and texts of a folder's YAML files, by name.
fn yaml_files(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        let is_yaml = path.extension().is_some_and(|end| end == "yml" || end == "yaml");
        if let (true, Some(name)) = (is_yaml && path.is_file(), path.file_name()) {
            let text =
                disk::read(&path).map_err(|reason| format!("can't read {}: {reason}", path.display()))?;
            files.push((name.to_string_lossy().into_owned(), text));
        }
    }
    Ok(files)
}

/// What a folder holds, in the order of names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("can't read {}: {error}", folder.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    match text.trim_end_matches('/') {
        "" | "." => String::new(),
        text => format!("{}/", text.strip_prefix("./").unwrap_or(text)),
    }
}

/// The name of a repository by its Git remote `origin`: the last two parts of the address.
fn remote(root: &Path) -> Option<String> {
    // Git would look above a folder that is no repository, and find another one.
    if !root.join(".git").exists() {
        return None;
    }
    let printed = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["config", "--get", "remote.origin.url"])
        .output()
        .ok()
        .filter(|printed| printed.status.success())?;
    let address = String::from_utf8(printed.stdout).ok()?;
    let address = address.trim().trim_end_matches('/').trim_end_matches(".git");
    let mut parts = address.rsplit(['/', ':']);
    let (name, owner) = (parts.next()?, parts.next()?);
    Some(format!("{owner}/{name}")).filter(|name| is_name(name) && address.contains(':'))
}
