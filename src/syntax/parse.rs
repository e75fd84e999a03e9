//! Text to tree.

use super::chunk::{Chunk, chunks};
use super::grammar;
use super::trouble::{NOT_KDL, UNCLOSED_BRACE, span};
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
    // A brace that a misplaced quote laid bare is not what is wrong.
    let line = |trouble: &Diagnostic| {
        let at = trouble.labels.first().map_or(0, |label| label.span.start as usize);
        text.get(..at).and_then(|text| text.rfind('\n'))
    };
    chunk.troubles.retain(|brace| {
        brace.code != UNCLOSED_BRACE || !found.iter().any(|other| line(other) == line(brace))
    });
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
        Diagnostic::new(NOT_KDL, "this file is JSON, not KDL")
            .label(span(id, start, start + 1), "a KDL file starts with a word")
            .help("a node is written: pool \"name\" { runners min=1 max=10 }")
    })
}
