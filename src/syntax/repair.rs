//! The text that the kdl crate gets to read: one node without comments, without what `/-` takes
//! out, with slips repaired, and with a map back to the places in the file.
//!
//! The kdl crate is slow on blanks and comments, recurses per `*` of a comment and takes
//! exponential time in nested `/-`: it sees none of them.

use super::cursor::Cursor;
use super::lex::{Kind, Token};

/// Replaces a stretch of text: what a person would do to fix a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// First byte that goes.
    pub start: usize,
    /// One past the last byte that goes.
    pub end: usize,
    /// What comes instead.
    pub text: String,
}

impl Repair {
    /// Text put in, nothing taken away.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { start: at, end: at, text: text.into() }
    }

    /// Text taken away.
    pub fn remove(start: usize, end: usize) -> Self {
        Self { start, end, text: String::new() }
    }
}

/// A text made from parts of another one.
#[derive(Debug, Default)]
pub struct Clean {
    /// The text.
    pub text: String,
    /// Starts of the parts: offset in [`Clean::text`], offset in the file.
    parts: Vec<(usize, usize)>,
}

impl Clean {
    /// Makes the text of the node between two offsets. Repairs are in order of place and do not overlap.
    pub fn new(file: &str, start: usize, end: usize, repairs: &[Repair]) -> Self {
        let mut clean = Self { text: String::with_capacity(end.saturating_sub(start)), parts: Vec::new() };
        let mut repairs = repairs.iter().peekable();
        let mut tokens = Cursor::new(file, start, end);
        let mut node_start = true;
        let mut skip_to = start;
        while let Some(token) = tokens.next() {
            while let Some(repair) = repairs.next_if(|repair| repair.start <= token.start) {
                clean.push(&repair.text, repair.start);
                skip_to = skip_to.max(repair.end);
            }
            if token.start < skip_to {
                continue;
            }
            match token.kind {
                Kind::Slashdash => {
                    tokens.skip_slashdashed(node_start);
                    clean.blank(" ", token.start);
                    continue;
                }
                Kind::Space | Kind::BlockComment(_) => {
                    clean.blank(" ", token.start);
                    continue;
                }
                Kind::Continuation => {
                    tokens.skip_line_end();
                    clean.blank(" ", token.start);
                    continue;
                }
                Kind::LineComment => continue,
                Kind::Newline => clean.blank("\n", token.start),
                _ => clean.token(file, token, &mut repairs),
            }
            node_start = matches!(token.kind, Kind::Newline | Kind::Semicolon | Kind::Open);
        }
        for repair in repairs {
            clean.push(&repair.text, repair.start);
        }
        clean
    }

    /// A token; repairs may lie within it.
    fn token<'r>(
        &mut self,
        file: &str,
        token: Token,
        repairs: &mut std::iter::Peekable<impl Iterator<Item = &'r Repair>>,
    ) {
        let mut at = token.start;
        while let Some(repair) = repairs.next_if(|repair| repair.end <= token.end && repair.start < token.end)
        {
            self.push(file.get(at..repair.start).unwrap_or(""), at);
            self.push(&repair.text, repair.start);
            at = repair.end.max(at);
        }
        self.push(file.get(at..token.end).unwrap_or(""), at);
    }

    fn push(&mut self, text: &str, from: usize) {
        if !text.is_empty() {
            self.parts.push((self.text.len(), from));
            self.text.push_str(text);
        }
    }

    /// Blanks are one character however many they were; a newline wins over a space.
    fn blank(&mut self, blank: &str, from: usize) {
        match self.text.as_bytes().last() {
            None | Some(b'\n') => {}
            Some(b' ') if blank == " " => {}
            _ => self.push(blank, from),
        }
    }

    /// The place in the file of an offset in the text.
    pub fn place(&self, offset: usize) -> usize {
        let part = self.parts.partition_point(|(start, _)| *start <= offset);
        let part = part.checked_sub(1).and_then(|part| self.parts.get(part));
        part.map_or(0, |(start, from)| from + (offset - start))
    }
}
