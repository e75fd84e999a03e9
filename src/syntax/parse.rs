//! Text to tree.

use super::chunk::{Chunk, chunks};
use super::grammar;
use super::trouble::{NOT_KDL, span};
use super::{Node, SourceId, Sources};
use crate::diagnostic::{Diagnostic, Diagnostics};
use rayon::prelude::*;

/// Files larger than this are parsed on all cores.
const PARALLEL_FROM: usize = 64 * 1024;

/// Reads a KDL 2 file. Every mistake is one diagnostic, and the tree has everything that could be
/// read: a slip is read as what was meant, and a mistake in one node never hides another node.
pub fn parse(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Vec<Node> {
    let text: &str = &sources.get(id).text;
    if let Some(diagnostic) = json(text, id) {
        diagnostics.push(diagnostic);
        return Vec::new();
    }
    let chunks = chunks(text, id);
    let read = |chunk| read(text, id, chunk);
    let parsed: Vec<_> = if text.len() > PARALLEL_FROM {
        chunks.into_par_iter().with_min_len(64).map(read).collect()
    } else {
        chunks.into_iter().map(read).collect()
    };
    let mut nodes = Vec::with_capacity(parsed.len());
    for (found, troubles) in parsed {
        nodes.extend(found);
        troubles.into_iter().for_each(|trouble| diagnostics.push(trouble));
    }
    nodes
}

fn read(text: &str, source: SourceId, mut chunk: Chunk) -> (Vec<Node>, Vec<Diagnostic>) {
    if chunk.hopeless {
        return (Vec::new(), chunk.troubles);
    }
    let (nodes, found) = grammar::read(text, source, &chunk);
    if !chunk.swallowed {
        chunk.troubles.extend(found);
    }
    (nodes, chunk.troubles)
}

/// A JSON file: one message instead of one for each of its lines.
fn json(text: &str, id: SourceId) -> Option<Diagnostic> {
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let behind = text.get(start..)?.strip_prefix(['{', '['])?.trim_start();
    behind.starts_with(['"', '{', '}', ']']).then(|| {
        Diagnostic::new(NOT_KDL, "This file is JSON, not KDL.")
            .label(span(id, start, start + 1), "a KDL file starts with a word")
            .help("a node is written: pool \"name\" { runners min=1 max=10 }")
    })
}
<<<<<<< HEAD

fn read(text: &str, source: SourceId, mut chunk: Chunk) -> (Vec<Node>, Vec<Diagnostic>) {
    // Behind a quote that is not closed nothing is what it seems: only that is told.
    let swallowed =
        chunk.troubles.iter().any(|t| t.code.starts_with("unclosed-") && t.code != "unclosed-brace");
    if !swallowed && !chunk.hopeless {
        grammar::check(text, source, &mut chunk);
    }
    if chunk.hopeless {
        return (Vec::new(), chunk.troubles);
    }
    chunk.repairs.sort_by_key(|repair| repair.start);
    let clean = Clean::new(text, chunk.start, chunk.end, &chunk.repairs);
    let place = Place { clean: &clean, source };
    match KdlDocument::parse_v2(&clean.text) {
        Ok(document) => {
            let nodes = document.nodes().iter().map(|node| place.node(node)).collect();
            (nodes, chunk.troubles)
        }
        Err(error) => {
            if chunk.troubles.is_empty() {
                let first = error.diagnostics.iter().min_by_key(|d| (d.span.offset(), d.span.len()));
                chunk.troubles.extend(first.map(|first| place.trouble(first)));
            }
            (Vec::new(), chunk.troubles)
        }
    }
}

/// Where things of the cleaned text are in the file.
struct Place<'a> {
    clean: &'a Clean,
    source: SourceId,
}

impl Place<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        let last = end.checked_sub(1).filter(|last| *last >= start);
        let from = self.clean.place(start);
        span(self.source, from, last.map_or(from, |last| self.clean.place(last) + 1))
    }

    fn node(&self, node: &KdlNode) -> Node {
        let (mut args, mut props) = (Vec::new(), Vec::new());
        for entry in node.entries() {
            let value = self.value(entry);
            match entry.name() {
                Some(name) => {
                    let at = name.span().offset();
                    let span = self.span(at, at + name.repr().map_or(0, str::len));
                    props.push(Property { name: Spanned::new(name.value().to_string(), span), value });
                }
                None => args.push(value),
            }
        }
        let children = node.children().map_or(&[][..], |document| document.nodes());
        let children = children.iter().map(|child| self.node(child)).collect();
        let start = node.span().offset();
        let text = self.clean.text.get(start..start + node.span().len()).unwrap_or("");
        let end = start + text.trim_end_matches([' ', '\n', ';']).len();
        let word = self.span(start, start + node.name().repr().map_or(0, str::len));
        Node {
            word: Spanned::new(node.name().value().to_string(), word),
            args,
            props,
            children,
            span: self.span(start, end),
        }
    }

    fn value(&self, entry: &KdlEntry) -> Spanned<Scalar> {
        let end = entry.span().offset() + entry.span().len();
        let length = entry.format().map_or(0, |format| format.value_repr.len());
        let span = self.span(end.saturating_sub(length), end);
        let value = match entry.value() {
            KdlValue::String(text) => Scalar::String(text.clone()),
            KdlValue::Integer(number) => Scalar::Integer(*number),
            KdlValue::Float(number) => Scalar::Float(*number),
            KdlValue::Bool(value) => Scalar::Bool(*value),
            KdlValue::Null => Scalar::Null,
        };
        Spanned::new(value, span)
    }

    /// The kdl crate's words, for what only it can see: escapes and the inside of strings.
    fn trouble(&self, found: &KdlDiagnostic) -> Diagnostic {
        let start = found.span.offset();
        let span = self.span(start, start + found.span.len());
        let message = found.message.clone().unwrap_or_else(|| "This is not KDL.".into());
        let message = format!("{}.", message.trim_end_matches('.'));
        let diagnostic =
            Diagnostic::new(KDL_SYNTAX, message).label(span, found.label.clone().unwrap_or_default());
        match &found.help {
            Some(help) => diagnostic.help(help.clone()),
            None => diagnostic,
        }
    }
}
=======
>>>>>>> h-syntax
