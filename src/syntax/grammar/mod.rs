//! Reads one top-level node. Each mistake is told once, and reading goes on with what was meant.

mod marks;

use super::build::{Builder, meant, scalar};
use super::chunk::Chunk;
use super::cursor::Cursor;
use super::lex::{Kind, Token};
use super::slip::{Slip, slip};
use super::trouble::{KDL_SYNTAX, NOT_KDL, span};
use super::{Node, Scalar, SourceId, Span, Spanned};
use crate::diagnostic::Diagnostic;

/// The nodes of a chunk (two where a node starts behind another's block) and what is wrong.
pub fn read(text: &str, source: SourceId, chunk: &Chunk) -> (Vec<Node>, Vec<Diagnostic>) {
    let mut reader = Reader {
        text,
        source,
        end: chunk.end,
        cursor: Cursor::new(text, chunk.start, chunk.end),
        place: Place::Node,
        spaced: true,
        muted: false,
        named: false,
        tree: Builder::new(source),
        troubles: Vec::new(),
    };
    let mut closers = chunk.closers.iter().peekable();
    while let Some(token) = reader.cursor.next() {
        while let Some(at) = closers.next_if(|at| **at <= token.start) {
            reader.close(*at);
            reader.enter(Place::Node);
        }
        reader.step(token);
    }
    (reader.tree.end(chunk.end), reader.troubles)
}

/// What can come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The word of a node.
    Node,
    /// Arguments, properties, a block.
    Entries,
    /// Nothing but the end of the node: its block is closed.
    Closed,
}

struct Reader<'a> {
    text: &'a str,
    source: SourceId,
    end: usize,
    cursor: Cursor<'a>,
    place: Place,
    /// A blank came since the last value.
    spaced: bool,
    /// The line cannot be read, or a quote is out of place on it: what else looks wrong on it
    /// follows from that.
    muted: bool,
    /// The last entry is an argument that `=` makes the name of a property.
    named: bool,
    tree: Builder,
    troubles: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn step(&mut self, token: Token) {
        match token.kind {
            Kind::Space | Kind::BlockComment(_) | Kind::LineComment => self.spaced = true,
            Kind::Newline => {
                self.muted = false;
                self.enter(Place::Node);
            }
            Kind::Semicolon => self.enter(Place::Node),
            Kind::Continuation => self.continuation(token),
            Kind::Slashdash => self.slashdash(token),
            Kind::Open => self.block(token),
            Kind::Close => self.close(token.end),
            Kind::Equals => self.equals(token),
            Kind::Word | Kind::Quoted(_) | Kind::Keyword => self.word_or_value(token),
            Kind::Other => self.other(token),
        }
    }

    fn enter(&mut self, place: Place) {
        if place == Place::Node {
            self.tree.finish();
        }
        (self.place, self.spaced, self.named) = (place, true, false);
    }

    fn written(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or("")
    }

    fn span(&self, token: Token) -> Span {
        span(self.source, token.start, token.end)
    }

    fn tell(&mut self, code: &'static str, at: Token, message: impl Into<String>, help: impl Into<String>) {
        if !self.muted {
            self.troubles.push(Diagnostic::new(code, message).label(self.span(at), "").help(help));
        }
    }

    /// Something that cannot be read: the rest of the line, or of the block, is not looked at.
    fn stop(&mut self, token: Token, message: &str, help: &str) {
        self.tell(KDL_SYNTAX, token, message, help);
        self.muted = true;
        let mut depth = usize::from(token.kind == Kind::Open);
        self.cursor.pass(|token| {
            match token.kind {
                Kind::Close if depth == 0 => return false,
                Kind::Newline if depth == 0 => return false,
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                _ => {}
            }
            true
        });
        self.enter(Place::Closed);
    }

    fn block(&mut self, token: Token) {
        match self.place {
            Place::Entries => {
                self.tree.open();
                self.enter(Place::Node);
            }
            Place::Node => {
                self.stop(token, "a block has no word in front", "write the node's word before `{`")
            }
            Place::Closed => self.stop(token, "a node has two blocks", "put everything into one `{ … }`"),
        }
    }

    fn close(&mut self, end: usize) {
        self.tree.close(end);
        self.enter(Place::Closed);
    }

    /// A value where an entry or the word of a node stands.
    fn word_or_value(&mut self, token: Token) {
        if self.punctuation(token) {
            return;
        }
        if self.place == Place::Closed {
            let help = "start the next node on a new line; arguments and properties come before the block";
            self.tell(KDL_SYNTAX, token, "something stands behind the block of a node", help);
            self.muted = true;
            self.enter(Place::Node);
        } else if !self.spaced {
            self.touching(token);
        }
        if self.place == Place::Node {
            return self.word(token);
        }
        self.value(token, false);
    }

    /// `of_property` is true behind `name=`.
    fn value(&mut self, token: Token, of_property: bool) {
        match self.slip(token) {
            // `name: value` becomes a property.
            Some((at, slip)) if slip.meant.ends_with('=') && !of_property => {
                let name = slip.meant.trim_end_matches('=').to_string();
                self.property(Spanned::new(name, self.span(at)), at);
            }
            Some((_, slip)) if slip.meant.is_empty() => {}
            Some((at, slip)) => self.arg(at, meant(&slip.meant)),
            None => {
                let value = self.scalar(token);
                self.arg(token, value);
            }
        }
    }

    /// Two values without a blank between them.
    fn touching(&mut self, token: Token) {
        let quote = |byte: Option<&u8>| byte == Some(&b'"');
        let bytes = self.text.as_bytes();
        let before = token.start.checked_sub(1).and_then(|at| bytes.get(at));
        let message = "a space is missing between two values";
        if quote(before) || quote(bytes.get(token.start)) {
            let help =
                "put a space between them; if there is one, a quote is missing or too much on this line";
            self.tell(KDL_SYNTAX, token, message, help);
            self.muted = true;
        } else {
            self.tell(KDL_SYNTAX, token, message, "put a space between them");
        }
    }

    fn word(&mut self, token: Token) {
        let (at, value) = match self.slip(token) {
            Some((_, slip)) if slip.meant.is_empty() => return,
            Some((at, slip)) => (at, meant(&slip.meant)),
            None => (token, self.scalar(token)),
        };
        let word = match value {
            Scalar::String(word) => word,
            _ => self.written(at).to_string(),
        };
        self.tree.start(word, at.start, at.end);
        (self.place, self.spaced, self.named) = (Place::Entries, false, false);
    }

    fn arg(&mut self, at: Token, value: Scalar) {
        self.named = matches!(value, Scalar::String(_));
        self.spaced = false;
        let span = self.span(at);
        self.tree.arg(Spanned::new(value, span));
    }

    /// Tells a slip, if the token is one, and goes on behind it.
    fn slip(&mut self, token: Token) -> Option<(Token, Slip)> {
        let slip = slip(self.text, token, self.place == Place::Node)?;
        let at = Token { end: slip.end, ..token };
        self.tell(slip.code, at, slip.message.as_str(), slip.help.as_str());
        if at.end != token.end {
            self.cursor.jump(self.text, at.end, self.end);
        }
        Some((at, slip))
    }

    fn scalar(&mut self, token: Token) -> Scalar {
        let (value, bad) = scalar(self.text, token);
        if let Some(bad) = bad {
            let at = Token { start: token.start + bad.start, end: token.start + bad.end, ..token };
            self.tell(KDL_SYNTAX, at, bad.message, bad.help);
        }
        value
    }

    /// A colon or comma by itself. True where it is dealt with.
    fn punctuation(&mut self, token: Token) -> bool {
        let (message, help) = match self.written(token) {
            ":" => ("KDL has no colon between a name and its value", "write a space, or `=` for a property"),
            "," => ("KDL has no commas between values", "remove the comma; a space is enough"),
            _ => return false,
        };
        self.tell(NOT_KDL, token, message, help);
        self.spaced = true;
        true
    }

    fn equals(&mut self, token: Token) {
        let named = std::mem::take(&mut self.named);
        let entries = self.place == Place::Entries;
        let Some(node) = self.tree.current().filter(|_| entries) else {
            return self.stop(token, "an `=` has no name in front", "a property is written name=value");
        };
        if named && let Some(arg) = node.args.pop() {
            let name = match arg.value {
                Scalar::String(name) => name,
                _ => String::new(),
            };
            let at = Token { start: arg.span.start as usize, ..token };
            return self.property(Spanned::new(name, arg.span), at);
        }
        if node.args.is_empty() && node.props.is_empty() {
            let message = format!("`{}` is a node: its value follows without `=`", node.word.value);
            let help = "a node is a word and its values, such as: namespace \"arc\"";
            self.tell(NOT_KDL, token, message, help);
        } else if !self.follows_trouble(token) {
            self.tell(KDL_SYNTAX, token, "an `=` has no name in front", "a property is written name=value");
        }
        self.spaced = true;
    }

    /// Whether what stands directly in front was told already: `2cpu=96` lacks a space, not a name.
    fn follows_trouble(&self, token: Token) -> bool {
        let last = self.troubles.last().and_then(|trouble| trouble.labels.first());
        last.is_some_and(|label| label.span.end as usize == token.start)
    }

    /// Reads the value behind `name=`; `at` spans both.
    fn property(&mut self, name: Spanned<String>, at: Token) {
        self.gap();
        self.spaced = true;
        while let Some(open) = self.cursor.peek().filter(|token| self.written(*token) == "(") {
            self.cursor.next();
            if !self.annotation(open) {
                return;
            }
            self.gap();
        }
        let value = self.cursor.peek().filter(|token| token.is_value() || token.kind == Kind::Other);
        let Some(token) = value.filter(|token| !self.is_name(*token)) else {
            let message = format!("`{}=` has no value", name.value);
            return self.tell(KDL_SYNTAX, at, message, "write the value behind the `=`, or remove it");
        };
        self.cursor.next();
        let before = self.tree.current().map_or(0, |node| node.args.len());
        match token.kind {
            Kind::Other => self.other(token),
            _ if self.punctuation(token) => {}
            _ => self.value(token, true),
        }
        self.named = false;
        // What was read as an argument is the value.
        let value =
            self.tree.current().filter(|node| node.args.len() > before).and_then(|node| node.args.pop());
        if let Some(value) = value {
            self.tree.prop(name, value);
        }
    }

    /// Blanks, and `\` with the end of its line.
    fn gap(&mut self) {
        self.cursor.pass(Token::is_blank);
        while let Some(token) = self.cursor.peek().filter(|token| token.kind == Kind::Continuation) {
            self.cursor.next();
            self.continuation(token);
            self.cursor.pass(Token::is_blank);
        }
    }

    /// Whether an `=` follows: `a= b=1` lacks the first value.
    fn is_name(&self, token: Token) -> bool {
        let mut ahead = self.cursor.clone();
        ahead.next();
        ahead.pass(Token::is_blank);
        let blank_before = self.text.get(..token.start).is_some_and(|text| text.ends_with(' '));
        blank_before && ahead.peek().is_some_and(|token| token.kind == Kind::Equals)
    }
}
