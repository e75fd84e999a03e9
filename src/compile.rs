//! The pipeline from text to objects, as every command runs it.

use crate::check::{self, Context};
use crate::contract::runner::Day;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::{self, Objects};
use crate::language;
use crate::model::{self, Fleet, Names};
use crate::syntax::{self, Node, Scalar, SourceId, Sources};
use std::collections::HashSet;

/// Gives the text of files.
pub trait Files {
    /// The text of a file, by the path that a fleet file names it with; or why it can't be read.
    fn read(&self, path: &str) -> Result<String, String>;
}

/// What became of a fleet file.
#[derive(Default)]
pub struct Compilation {
    /// The files that were read.
    pub sources: Sources,
    /// All that there is to say, in order of place.
    pub diagnostics: Diagnostics,
    /// The fleet; none where its header is unusable.
    pub fleet: Option<Fleet>,
    /// Its objects.
    pub objects: Objects,
}

/// Compiles the fleet file at a path. Nothing is written.
pub fn compile(files: &dyn Files, path: &str, today: Day) -> Result<Compilation, String> {
    compile_with(files, path, Compilation::default(), &|fleet, objects, sources, diagnostics| {
        let context = Context { fleet, objects, sources, today };
        let silenced = check::check(&context, diagnostics);
        diagnostics.silence(silenced);
    })
}

/// Compiles what a fleet file was before. Its files stand behind those of `sources` and keep their places
/// there, so that one finding can point into both; `mark` stands in front of their names. It is not checked:
/// what has been merged is no longer up for review.
pub fn compile_base(
    files: &dyn Files,
    path: &str,
    sources: Sources,
    mark: &str,
) -> Result<Compilation, String> {
    let first = sources.iter().count();
    let start = Compilation { sources, ..Compilation::default() };
    let mut run = compile_with(files, path, start, &|_, _, _, _| {})?;
    run.sources.mark(first, mark);
    Ok(run)
}

/// What is done with a fleet and its objects, before the findings are sorted.
type Finish<'a> = &'a dyn Fn(&Fleet, &Objects, &Sources, &mut Diagnostics);

fn compile_with(
    files: &dyn Files,
    path: &str,
    mut run: Compilation,
    finish: Finish<'_>,
) -> Result<Compilation, String> {
    let nodes = read(files, path, &mut run)?;
    // Where text could not be read, declarations are missing: references to them are not wrong.
    let whole = !run.diagnostics.has_errors();
    let diagnostics = &mut run.diagnostics;
    let names = Names::collect(&nodes, whole);
    let flat = language::flatten(&nodes, whole, diagnostics);
    drop(nodes);
    if let Some(file) = language::decode_file(flat, whole, diagnostics) {
        let folder = folder_of(path);
        let read = |path: &str| files.read(&format!("{folder}{path}"));
        let fleet = model::build(file, &names, &read, diagnostics);
        run.objects = emit::emit(&fleet, diagnostics);
        finish(&fleet, &run.objects, &run.sources, diagnostics);
        run.fleet = Some(fleet);
    }
    run.diagnostics.settle();
    Ok(run)
}

/// The top level of a fleet file and of all that it includes.
pub fn read(files: &dyn Files, path: &str, run: &mut Compilation) -> Result<Vec<Node>, String> {
    let id = run.sources.add(path, files.read(path)?);
    let mut seen = HashSet::from([path.to_owned()]);
    let mut nodes = Vec::new();
    read_nodes(files, id, &mut seen, run, &mut nodes);
    Ok(nodes)
}

/// Folder of a file, with a slash behind; empty for the folder that fleetc was started in.
fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// Reads the nodes of a file, and of those that it includes where they are included.
fn read_nodes(
    files: &dyn Files,
    id: SourceId,
    seen: &mut HashSet<String>,
    run: &mut Compilation,
    out: &mut Vec<Node>,
) {
    let nodes = syntax::parse(&run.sources, id, &mut run.diagnostics);
    let folder = folder_of(&run.sources.get(id).path).to_owned();
    for node in nodes {
        let Some(wanted) = included(&node) else {
            out.push(node);
            continue;
        };
        let path = format!("{folder}{wanted}");
        if !seen.insert(path.clone()) {
            let found = Diagnostic::new("include-twice", format!("{path} is included twice"))
                .label(node.head(), "included again here")
                .help("remove this line");
            run.diagnostics.push(found);
            continue;
        }
        match files.read(&path) {
            Ok(text) => {
                let id = run.sources.add(path, text);
                read_nodes(files, id, seen, run, out);
            }
            Err(reason) => {
                let found = Diagnostic::new("include-unreadable", format!("{path} can't be read: {reason}"))
                    .label(node.head(), "named here")
                    .help("name a file relative to this one");
                run.diagnostics.push(found);
            }
        }
    }
}

/// The path that an `include` names, if that is well formed; a wrong one is reported by the decoder.
fn included(node: &Node) -> Option<&str> {
    match (node.word.as_str(), node.args.as_slice()) {
        ("include", [path]) if node.props.is_empty() && node.children.is_empty() => match &path.value {
            Scalar::String(path) if language::value::FilePath::parse(path).is_some() => Some(path),
            _ => None,
        },
        _ => None,
    }
}
