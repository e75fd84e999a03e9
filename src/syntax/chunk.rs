//! Cuts a file into its top-level nodes, so that an error in one cannot hide errors in another.
//!
//! Braces are balanced here: a brace that is missing is looked for by the indentation, and the
//! next top-level node is found again.

use super::lex::{Kind, Lexer, Token};
use super::{SourceId, brace, trouble};
use crate::diagnostic::Diagnostic;
use std::collections::HashSet;

/// Deepest nesting of braces. The language needs six levels; code that walks the tree recurses.
pub const MAX_DEPTH: usize = 64;

/// The text of one top-level node.
#[derive(Debug, Default)]
pub struct Chunk {
    /// First byte.
    pub start: usize,
    /// One past the last byte; the terminator is not part of it.
    pub end: usize,
    /// What is wrong with its braces, quotes and comments.
    pub troubles: Vec<Diagnostic>,
    /// Where a missing `}` belongs, in order.
    pub closers: Vec<usize>,
    /// Behind a quote that is not closed nothing is what it seems: other mistakes are not told.
    pub swallowed: bool,
    /// Nothing in it can be read.
    pub hopeless: bool,
}

/// A `{` that is not closed yet.
#[derive(Clone, Copy, Debug)]
pub struct Opener {
    /// Offset of the brace.
    pub at: usize,
    /// Indentation of the line that it stands on, in bytes.
    pub indent: usize,
}

/// Cuts a whole file.
pub fn chunks(text: &str, source: SourceId) -> Vec<Chunk> {
    let mut cutter =
        Cutter { text, source, recover: false, words: HashSet::new(), chunks: Vec::new(), at: 0 };
    while cutter.at < text.len() {
        cutter.next_chunk();
    }
    cutter.chunks
}

struct Cutter<'a> {
    text: &'a str,
    source: SourceId,
    /// A brace is missing somewhere: the left margin tells where nodes start.
    recover: bool,
    words: HashSet<&'a str>,
    chunks: Vec<Chunk>,
    at: usize,
}

impl<'a> Cutter<'a> {
    fn next_chunk(&mut self) {
        let start = self.at;
        let mut walk = Walk::default();
        let mut tokens = Lexer::new(self.text, start, self.text.len());
        let mut resync = None;
        for token in tokens.by_ref() {
            if self.recover && walk.may_resync(token) && self.starts_node(&walk, token) {
                resync = Some(token);
                break;
            }
            if walk.step(token) {
                break;
            }
        }
        if walk.open.is_empty() || walk.comment_open {
            self.at = resync.map_or(tokens.at(), |token| token.start);
        } else if !self.recover {
            // Nothing is kept of this attempt: the node is cut again with the margin's help.
            self.recover = true;
            return;
        } else {
            self.at = resync.map_or(self.text.len(), |token| token.start);
        }
        self.keep(walk, resync);
    }

    /// In recovery, whether a word at the left margin starts a new top-level node: it looks like a
    /// node, and the block above is indented or the word is known from the top level.
    fn starts_node(&self, walk: &Walk, word: Token) -> bool {
        let mut after = Lexer::new(self.text, word.end, self.text.len());
        let next = after.next().map(|t| t.kind);
        let next = if next == Some(Kind::Space) { after.next().map(|t| t.kind) } else { next };
        let like_node = matches!(next, Some(Kind::Open | Kind::Word | Kind::Quoted(_) | Kind::Keyword));
        let name = self.text.get(word.start..word.end).unwrap_or("");
        like_node && (walk.indented || self.words.contains(name))
    }

    fn keep(&mut self, walk: Walk, resync: Option<Token>) {
        let Some(first) = walk.first else {
            self.strays(walk.strays, None);
            return;
        };
        if first.kind == Kind::Word {
            self.words.insert(self.text.get(first.start..first.end).unwrap_or(""));
        }
        let end = walk.end.min(self.at);
        let mut chunk = Chunk { start: first.start, end, ..Chunk::default() };
        if let Some(token) = walk.broken {
            chunk.swallowed = true;
            chunk.troubles.push(trouble::unclosed(self.text, self.source, token));
        }
        if let Some(at) = walk.too_deep {
            chunk.hopeless = true;
            chunk.troubles = vec![trouble::too_deep(self.source, at)];
        } else if !walk.open.is_empty() {
            let found = brace::unclosed(self.text, self.source, &chunk, &walk.open, resync);
            chunk.closers = found.closers;
            if !chunk.swallowed {
                chunk.troubles.extend(found.troubles);
            }
        }
        let broken = !chunk.troubles.is_empty();
        self.chunks.push(chunk);
        if !broken {
            self.strays(walk.strays, walk.closed);
        }
    }

    /// A `}` that closes nothing belongs to no node: it is a chunk of its own.
    fn strays(&mut self, strays: Vec<usize>, closed: Option<usize>) {
        let previous = self.chunks.iter().rev().find(|chunk| chunk.troubles.is_empty());
        let closed = closed.or_else(|| {
            let chunk = previous?;
            let text = self.text.get(chunk.start..chunk.end)?;
            text.ends_with('}').then(|| chunk.end - 1)
        });
        // After a string that lost its closing quote, braces are no longer what they seem.
        let follows_trouble = self.chunks.last().is_some_and(|chunk| !chunk.troubles.is_empty());
        if let (Some(at), false) = (strays.first(), follows_trouble) {
            let trouble = trouble::stray_brace(self.text, self.source, *at, closed);
            self.chunks.push(Chunk {
                start: *at,
                end: at + 1,
                troubles: vec![trouble],
                hopeless: true,
                ..Chunk::default()
            });
        }
    }
}

/// What is known on the way through one node.
#[derive(Default)]
struct Walk {
    open: Vec<Opener>,
    first: Option<Token>,
    end: usize,
    /// The last token of weight was `/-` or `\`, so a newline does not end the node.
    joined: Option<Kind>,
    /// The last token was a newline.
    margin: bool,
    /// Indentation of this line.
    indent: usize,
    /// A line inside of the braces is indented.
    indented: bool,
    comment_open: bool,
    too_deep: Option<usize>,
    closed: Option<usize>,
    broken: Option<Token>,
    strays: Vec<usize>,
}

impl Walk {
    fn may_resync(&self, token: Token) -> bool {
        self.margin && !self.open.is_empty() && token.kind == Kind::Word
    }

    /// Takes a token in; true where it ended the node.
    fn step(&mut self, token: Token) -> bool {
        let margin = std::mem::replace(&mut self.margin, token.kind == Kind::Newline);
        match token.kind {
            Kind::Space => {
                if margin {
                    self.indent = token.end - token.start;
                    self.indented |= !self.open.is_empty();
                }
                return false;
            }
            Kind::Newline => {
                self.indent = 0;
                let joined = self.joined.is_some();
                self.joined.take_if(|kind| *kind == Kind::Continuation);
                return self.open.is_empty() && !joined && (self.first.is_some() || !self.strays.is_empty());
            }
            Kind::LineComment | Kind::BlockComment(true) => return false,
            Kind::Semicolon if self.open.is_empty() => return true,
            Kind::Close if self.open.is_empty() => {
                self.strays.push(token.start);
                return false;
            }
            _ => {}
        }
        self.first.get_or_insert(token);
        self.end = token.end;
        self.joined = Some(token.kind).filter(|kind| matches!(kind, Kind::Slashdash | Kind::Continuation));
        match token.kind {
            Kind::BlockComment(_) => {
                self.comment_open = true;
                self.broken.get_or_insert(token);
            }
            Kind::Quoted(quotes) if !quotes.closed => {
                self.broken.get_or_insert(token);
            }
            Kind::Open => {
                self.open.push(Opener { at: token.start, indent: self.indent });
                if self.open.len() > MAX_DEPTH {
                    self.too_deep.get_or_insert(token.start);
                }
            }
            Kind::Close => {
                self.open.pop();
                self.closed = Some(token.start);
            }
            _ => {}
        }
        false
    }
}
