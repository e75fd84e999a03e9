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
    /// Repositories by their names in lower case.
    by_name: HashMap<String, usize>,
    /// Jobs that call a workflow, by the called one.
    callers: HashMap<FileId, Vec<JobId>>,
}

/// A file of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId {
    /// Index of the repository.
    pub repository: usize,
    /// Index of the file in it.
    pub file: usize,
}

/// A job of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobId {
    /// The file.
    pub file: FileId,
    /// Index of the job in its workflow.
    pub job: usize,
}

/// A repository.
#[derive(Debug)]
pub struct Repository {
    /// Owner and name, where they are known.
    pub name: Option<String>,
    /// Its workflows and actions.
    pub files: Vec<File>,
    /// Indexes of these by path.
    by_path: HashMap<String, usize>,
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
            let read = repository(text, sources, diagnostics);
            if let Some(name) = &read.name {
                world.by_name.entry(name.to_lowercase()).or_insert(world.repositories.len());
            }
            world.repositories.push(read);
        }
        world.find_callers();
        world
    }

    /// A file.
    pub fn file(&self, id: FileId) -> &File {
        &self.repositories[id.repository].files[id.file]
    }

    /// The repository of a file.
    pub fn repository_of(&self, id: FileId) -> &Repository {
        &self.repositories[id.repository]
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let repositories = self.repositories.iter().enumerate();
        repositories
            .flat_map(|(repository, one)| (0..one.files.len()).map(move |file| FileId { repository, file }))
    }

    /// A workflow or action by what refers to it in a file.
    pub fn find(&self, from: FileId, uses: &UsesKind) -> Option<FileId> {
        let (repository, path) = match uses {
            UsesKind::Local(path) => (from.repository, path),
            UsesKind::Remote { repository, path, .. } => {
                (*self.by_name.get(&repository.to_lowercase())?, path)
            }
            UsesKind::Docker(_) => return None,
        };
        let by_path = &self.repositories[repository].by_path;
        let of_folder =
            ["action.yml", "action.yaml"].iter().find_map(|name| by_path.get(&joined(path, name)));
        Some(FileId { repository, file: *by_path.get(path).or(of_folder)? })
    }

    /// The jobs that call a workflow.
    pub fn callers(&self, called: FileId) -> &[JobId] {
        self.callers.get(&called).map_or(&[], Vec::as_slice)
    }

    fn find_callers(&mut self) {
        let mut callers: HashMap<_, Vec<_>> = HashMap::new();
        for file in self.files() {
            for (job, read) in self.file(file).workflow().iter().flat_map(|it| &it.jobs).enumerate() {
                if let Some(called) = read.uses.as_ref().and_then(|uses| self.find(file, &uses.kind)) {
                    callers.entry(called).or_default().push(JobId { file, job });
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
    let mut repository = Repository { name: text.name, files: Vec::new(), by_path: HashMap::new() };
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
        repository.by_path.insert(file.path.clone(), repository.files.len());
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
