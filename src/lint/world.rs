//! The repositories that are looked at.

use super::problems;
use super::workflow::{Action, Step, UsesKind, Workflow, read_action, read_workflow};
use crate::diagnostic::Diagnostics;
use crate::syntax::{SourceId, Sources};
use crate::yaml::{self, Comment, Schema, Value};
use std::collections::{HashMap, HashSet};

/// A repository as text.
pub struct RepositoryText<'a> {
    /// Owner and name, where they are known.
    pub name: Option<String>,
    /// What is printed in front of its paths: empty, or a folder with a slash behind.
    pub root: String,
    /// Paths and texts of workflows and actions.
    pub files: Vec<(String, String)>,
    /// Gives the text of another file of it: actions that workflows use are read by this.
    pub read: &'a dyn Fn(&str) -> Option<String>,
}

/// All repositories of a run.
#[derive(Debug, Default)]
pub struct World {
    /// The repositories.
    pub repositories: Vec<Repository>,
    /// Jobs that call a workflow: repository, file and job, by repository and file of the called one.
    callers: HashMap<(usize, usize), Vec<(usize, usize, usize)>>,
}

/// A repository.
#[derive(Debug)]
pub struct Repository {
    /// Owner and name, where they are known.
    pub name: Option<String>,
    /// Its workflows and actions.
    pub files: Vec<File>,
}

/// A workflow or action.
#[derive(Debug)]
pub struct File {
    /// Its text.
    pub source: SourceId,
    /// Its path in the repository.
    pub path: String,
    /// The document.
    pub root: Value,
    /// Its comments.
    pub comments: Vec<Comment>,
    /// What it is.
    pub kind: Kind,
}

/// What a file is.
#[derive(Debug)]
pub enum Kind {
    /// A workflow.
    Workflow(Workflow),
    /// An action.
    Action(Action),
}

impl File {
    /// The workflow, if it is one.
    pub fn workflow(&self) -> Option<&Workflow> {
        match &self.kind {
            Kind::Workflow(workflow) => Some(workflow),
            Kind::Action(_) => None,
        }
    }

    /// The action, if it is one.
    pub fn action(&self) -> Option<&Action> {
        match &self.kind {
            Kind::Action(action) => Some(action),
            Kind::Workflow(_) => None,
        }
    }

    /// All steps of it.
    pub fn steps(&self) -> Vec<&Step> {
        match &self.kind {
            Kind::Workflow(workflow) => workflow.jobs.iter().flat_map(|job| &job.steps).collect(),
            Kind::Action(action) => action.steps().iter().collect(),
        }
    }
}

impl World {
    /// Reads the repositories; what is no workflow is reported.
    pub fn read(
        texts: Vec<RepositoryText<'_>>,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut world = Self::default();
        for text in texts {
            world.repositories.push(repository(text, sources, diagnostics));
        }
        world.find_callers();
        world
    }

    /// A workflow or action by what refers to it.
    pub fn find(&self, from: usize, uses: &UsesKind) -> Option<(usize, usize)> {
        let (repository, path) = match uses {
            UsesKind::Local(path) => (from, path),
            UsesKind::Remote { repository, path, .. } => {
                let named = |one: &Repository| {
                    one.name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(repository))
                };
                (self.repositories.iter().position(named)?, path)
            }
            UsesKind::Docker(_) => return None,
        };
        let names = |file: &File| {
            file.path == *path
                || ["action.yml", "action.yaml"].iter().any(|name| file.path == joined(path, name))
        };
        Some((repository, self.repositories[repository].files.iter().position(names)?))
    }

    /// The jobs that call a workflow, as repository, file and job.
    pub fn callers(&self, repository: usize, file: usize) -> &[(usize, usize, usize)] {
        self.callers.get(&(repository, file)).map_or(&[], Vec::as_slice)
    }

    fn find_callers(&mut self) {
        let mut callers: HashMap<_, Vec<_>> = HashMap::new();
        for (at, repository) in self.repositories.iter().enumerate() {
            for (file_at, file) in repository.files.iter().enumerate() {
                for (job_at, job) in file.workflow().iter().flat_map(|workflow| &workflow.jobs).enumerate() {
                    if let Some(called) = job.uses.as_ref().and_then(|uses| self.find(at, &uses.kind)) {
                        callers.entry(called).or_default().push((at, file_at, job_at));
                    }
                }
            }
        }
        self.callers = callers;
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn repository(text: RepositoryText<'_>, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Repository {
    let mut repository = Repository { name: text.name, files: Vec::new() };
    let mut seen: HashSet<String> = HashSet::new();
    let mut waiting: Vec<(String, String)> = text.files;
    waiting.reverse();
    while let Some((path, content)) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let source = sources.add(format!("{}{path}", text.root), content);
        let Some(file) = file(path, source, sources, diagnostics) else { continue };
        for step in file.steps() {
            let Some(UsesKind::Local(folder)) = step.uses.as_ref().map(|uses| &uses.kind) else { continue };
            for name in ["action.yml", "action.yaml"] {
                let path = joined(folder, name);
                // A path that leaves the repository is none of its actions.
                if !seen.contains(&path)
                    && !path.split('/').any(|part| part == "..")
                    && let Some(content) = (text.read)(&path)
                {
                    waiting.push((path, content));
                }
            }
        }
        repository.files.push(file);
    }
    repository
}

fn file(path: String, source: SourceId, sources: &Sources, diagnostics: &mut Diagnostics) -> Option<File> {
    let stream = yaml::read(sources, source, Schema::Core);
    problems::of_yaml(&stream, source, diagnostics);
    let root = stream.documents.into_iter().next()?;
    let comments = stream.comments;
    let is_action = path.rsplit('/').next().is_some_and(|name| name == "action.yml" || name == "action.yaml");
    let action = if is_action || root.get("jobs").is_none() { read_action(&root) } else { None };
    let kind = match action {
        Some(action) => Kind::Action(action),
        // Metadata of an action that does not run is nobody's workflow.
        None if is_action => return None,
        None => {
            let mut wrong = Vec::new();
            let workflow = read_workflow(&root, &mut wrong);
            problems::of_shape(wrong, diagnostics);
            Kind::Workflow(workflow)
        }
    };
    problems::of_expressions(&root, &kind, sources, diagnostics);
    Some(File { source, path, root, comments, kind })
}
