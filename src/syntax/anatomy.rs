//! Where the parts of a node stand that the tree does not keep: braces, ends of lines, comments.
//! What edits a file needs these, so as to leave everything else as it is.

use super::Node;
use super::cursor::Cursor;
use super::lex::Kind;
use std::ops::Range;

/// The braces of a node: offsets of `{` and of `}`. None where it has no block, or only one that `/-` takes out.
pub fn block(text: &str, node: &Node) -> Option<(usize, usize)> {
    let (start, end) = (node.span.start as usize, node.span.end as usize);
    let mut cursor = Cursor::new(text, start, end);
    while let Some(token) = cursor.next() {
        match token.kind {
            Kind::Slashdash => cursor.pass_slashdashed(false),
            Kind::Open => return Some((token.start, end.saturating_sub(1))),
            _ => {}
        }
    }
    None
}

/// Offset behind all that belongs to a node and stands on its lines, but for comments: behind its entries,
/// its block, and what `/-` takes out of them.
pub fn end(text: &str, node: &Node) -> usize {
    let mut end = node.span.end as usize;
    let mut cursor = Cursor::new(text, end, text.len());
    while let Some(token) = cursor.next() {
        match token.kind {
            Kind::Space | Kind::BlockComment(_) => {}
            Kind::Slashdash => {
                cursor.pass_slashdashed(false);
                end = cursor.at();
            }
            _ => break,
        }
    }
    end
}

/// What stands behind an offset on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// Blanks and comments only: the offset is the start of the next line.
    Nothing(usize),
    /// Something else, or the end of the file.
    More,
}

/// Looks behind an offset that lies between two tokens.
pub fn behind(text: &str, at: usize) -> Behind {
    for token in Cursor::new(text, at, text.len()) {
        match token.kind {
            Kind::Space | Kind::BlockComment(_) | Kind::LineComment | Kind::Semicolon => {}
            Kind::Newline => return Behind::Nothing(token.end),
            _ => return Behind::More,
        }
    }
    Behind::More
}

/// The line that an offset stands on, up to the offset: its start, and whether only blanks come before.
pub fn margin(text: &str, at: usize) -> (usize, bool) {
    let before = text.get(..at).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (start, before.get(start..).unwrap_or("").trim().is_empty())
}

/// The lines of a node that stands on lines of its own, with the comment at their end and the newline.
pub fn lines(text: &str, node: &Node) -> Option<Range<usize>> {
    let (start, own) = margin(text, node.span.start as usize);
    let end = end(text, node);
    match behind(text, end) {
        Behind::Nothing(next) if own => Some(start..next),
        Behind::More if own && text.get(end..).is_some_and(|rest| rest.trim().is_empty()) => {
            Some(start..text.len())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::syntax::{Sources, parse};

    fn first(text: &str) -> Node {
        let mut sources = Sources::default();
        let id = sources.add("a.kdl", text);
        parse(&sources, id, &mut Diagnostics::default()).remove(0)
    }

    #[test]
    fn blocks_are_found_past_what_is_taken_out() {
        let text = "a \"{\" /-{ x } /-b=1 { c }\n";
        let (open, close) = block(text, &first(text)).expect("a block");
        assert_eq!(&text[open..=close], "{ c }");
        assert_eq!(block("a /-{ b }\n", &first("a /-{ b }\n")), None);
        let text = "a 1 /-2 // c\n";
        assert_eq!(&text[..end(text, &first(text))], "a 1 /-2");
        assert_eq!(lines(text, &first(text)), Some(0..text.len()));
    }
}
