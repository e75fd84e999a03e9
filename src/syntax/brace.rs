//! Which brace is missing, by the indentation, and where it belongs.

use super::SourceId;
use super::chunk::{Chunk, Opener};
use super::lex::{Kind, Lexer, Token};
use super::trouble::{UNCLOSED_BRACE, span};
use crate::diagnostic::Diagnostic;

/// What is wrong with a node that misses a `}`, and what makes it readable.
#[derive(Debug, Default)]
pub struct Found {
    /// One finding per brace, at most three.
    pub troubles: Vec<Diagnostic>,
    /// Where a `}` is to be read although none is written, in order. Blocks that are still open
    /// at the end of the node need none.
    pub closers: Vec<usize>,
}

/// Finds the braces of a node that were never closed. `open` are those left open at its end;
/// `next` is the top-level node that starts although they are, or none at the file's end.
pub fn unclosed(text: &str, source: SourceId, chunk: &Chunk, open: &[Opener], next: Option<Token>) -> Found {
    let suspects = suspects(text, chunk);
    let mut found = Found::default();
    for suspect in suspects.iter().take(open.len()) {
        let outer = word_of(text, suspect.outer.at);
        let told = format!("by its indentation this closes `{outer}`, so a `}}` is missing above it");
        let diagnostic = diagnostic(text, source, suspect.inner)
            .label(span(source, suspect.closer, suspect.closer + 1), told);
        found.troubles.push(diagnostic);
        found.closers.push(suspect.belongs);
    }
    // Where the indentation tells nothing, the outermost blocks are the ones that stay open.
    let rest = open.len().saturating_sub(suspects.len());
    for opener in open.iter().take(rest) {
        let diagnostic = diagnostic(text, source, *opener);
        found.troubles.push(match next {
            Some(word) => {
                let name = text.get(word.start..word.end).unwrap_or("");
                let told = format!("`{name}` starts at the left margin while the block is open");
                diagnostic.label(span(source, word.start, word.end), told)
            }
            None => {
                let end = text.trim_end().len();
                let last =
                    text.get(..end).and_then(|text| text.chars().next_back()).map_or(0, char::len_utf8);
                diagnostic.label(span(source, end - last, end), "the file ends here")
            }
        });
    }
    found.closers.sort_unstable();
    found.troubles.sort_by_key(|trouble| trouble.labels.first().map(|label| label.span));
    found.troubles.truncate(3);
    found
}

fn diagnostic(text: &str, source: SourceId, opener: Opener) -> Diagnostic {
    let message = format!("the block of `{}` is not closed", word_of(text, opener.at));
    Diagnostic::new(UNCLOSED_BRACE, message)
        .label(span(source, opener.at, opener.at + 1), "this `{` has no `}`")
        .help("add a line with `}` where the block ends")
}

/// The first word of the line that a brace stands on: nearly always the node that it belongs to.
fn word_of(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or("");
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let node = before.get(line..).unwrap_or("");
    let node = node.rsplit([';', '{', '}']).next().unwrap_or("");
    node.split_whitespace().next().unwrap_or("{")
}

struct Suspect {
    inner: Opener,
    outer: Opener,
    closer: usize,
    belongs: usize,
}

/// A `}` that starts a line and is indented like an outer block, not like the one that it closes,
/// shows that the inner one was never closed.
fn suspects(text: &str, chunk: &Chunk) -> Vec<Suspect> {
    let mut found = Vec::new();
    // Every open brace with the first line behind it that is indented no deeper.
    let mut stack: Vec<(Opener, Option<usize>)> = Vec::new();
    let (mut indent, mut margin) = (0, true);
    let line = text.get(..chunk.start).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
    for token in Lexer::new(text, line, chunk.end) {
        let starts_line = std::mem::replace(&mut margin, token.kind == Kind::Newline);
        match token.kind {
            Kind::Newline => {
                indent = 0;
                continue;
            }
            Kind::Space if starts_line => {
                indent = token.end - token.start;
                margin = true;
                continue;
            }
            _ => {}
        }
        if starts_line && token.kind != Kind::Close {
            let line = token.start - indent;
            for (opener, back) in stack.iter_mut().rev().take_while(|(opener, _)| opener.indent >= indent) {
                if opener.indent >= indent {
                    back.get_or_insert(line);
                }
            }
        }
        match token.kind {
            Kind::Open => stack.push((Opener { at: token.start, indent }, None)),
            Kind::Close => {
                let Some((inner, back)) = stack.pop() else { continue };
                let outer = stack.last().map(|(opener, _)| *opener);
                if let Some(outer) =
                    outer.filter(|outer| starts_line && inner.indent > indent && outer.indent >= indent)
                {
                    let belongs = back.unwrap_or(token.start - indent);
                    found.push(Suspect { inner, outer, closer: token.start, belongs });
                    // The brace closed the outer block; with the inner one closed before it.
                    stack.pop();
                }
            }
            _ => {}
        }
    }
    found
}
