//! Checks the order of tokens in one top-level node, before the kdl crate reads it: each slip is
//! told once, in this project's words, and repaired so that the rest of the node can be read.

use super::SourceId;
use super::chunk::Chunk;
use super::cursor::Cursor;
use super::lex::{Kind, Token};
use super::repair::Repair;
use super::slip::{Slip, path, slip};
use super::trouble::{KDL_SYNTAX, NOT_KDL, TYPE_ANNOTATION, span};
use crate::diagnostic::Diagnostic;

/// Checks a node; what is wrong and the repairs go into the chunk.
pub fn check(text: &str, source: SourceId, chunk: &mut Chunk) {
    let (start, end) = (chunk.start, chunk.end);
    let cursor = Cursor::new(text, start, end);
    let mut checker = Checker {
        text,
        source,
        chunk,
        end,
        cursor,
        place: Place::Node,
        spaced: true,
        word: None,
        last: None,
    };
    checker.run();
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

struct Checker<'a, 'c> {
    text: &'a str,
    source: SourceId,
    chunk: &'c mut Chunk,
    end: usize,
    cursor: Cursor<'a>,
    place: Place,
    /// A blank came since the last value.
    spaced: bool,
    /// The word of this node.
    word: Option<Token>,
    /// The last entry, if `=` may follow it.
    last: Option<Token>,
}

impl Checker<'_, '_> {
    fn run(&mut self) {
        while let Some(token) = self.cursor.next() {
            self.step(token);
        }
    }

    fn step(&mut self, token: Token) {
        match token.kind {
            Kind::Space | Kind::BlockComment(_) | Kind::LineComment => self.spaced = true,
            Kind::Newline | Kind::Semicolon => self.enter(Place::Node),
            Kind::Continuation => self.continuation(token),
            Kind::Slashdash => self.slashdash(token),
            Kind::Open => match self.place {
                Place::Entries => self.enter(Place::Node),
                Place::Node => {
                    self.stop(token, "A block has no word in front.", "write the node's word before `{`")
                }
                Place::Closed => {
                    self.stop(token, "A node has two blocks.", "put everything into one `{ … }`")
                }
            },
            Kind::Close => self.enter(Place::Closed),
            Kind::Equals => self.equals(token),
            Kind::Word | Kind::Quoted(_) | Kind::Keyword => self.value(token),
            Kind::Other => self.other(token),
        }
    }

    fn enter(&mut self, place: Place) {
        (self.place, self.spaced, self.word, self.last) = (place, true, None, None);
    }

    fn source_text(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or("")
    }

    fn tell(&mut self, code: &'static str, at: (usize, usize), message: String, help: impl Into<String>) {
        let diagnostic = Diagnostic::new(code, message).label(span(self.source, at.0, at.1), "").help(help);
        self.chunk.troubles.push(diagnostic);
    }

    /// Something that has no repair: the rest of the line is not looked at.
    fn stop(&mut self, token: Token, message: &str, help: &str) {
        self.tell(KDL_SYNTAX, (token.start, token.end), message.into(), help);
        self.chunk.hopeless = true;
        let mut depth = 0usize;
        self.cursor.pass(|token| {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close if depth == 0 => return false,
                Kind::Close => depth -= 1,
                _ => {}
            }
            token.kind != Kind::Newline || depth > 0
        });
        self.enter(Place::Closed);
    }

    fn apply(&mut self, start: usize, slip: Slip) {
        self.tell(slip.code, (start, slip.end), slip.message, slip.help);
        self.chunk.repairs.push(Repair { start, end: slip.end, text: slip.meant });
        self.cursor.jump(self.text, slip.end, self.end);
    }

    fn value(&mut self, token: Token) {
        let node = self.place == Place::Node;
        if !self.spaced && self.adjacent(token) {
            return;
        }
        if self.place == Place::Closed {
            if self.text.get(token.start..token.end) == Some(",") {
                self.tell(NOT_KDL, (token.start, token.end), "KDL has no commas.".into(), "remove the comma");
                self.chunk.repairs.push(Repair::remove(token.start, token.end));
                return;
            }
            let message = "Something stands behind the block of a node.".into();
            let help = "start the next node on a new line; arguments and properties come before the block";
            self.tell(KDL_SYNTAX, (token.start, token.end), message, help);
            self.chunk.repairs.push(Repair::insert(token.start, "\n"));
            self.enter(Place::Node);
            return self.value(token);
        }
        let found = slip(self.text, token, self.end, node);
        let mut read = Token { end: found.as_ref().map_or(token.end, |slip| slip.end), ..token };
        let comment = node && token.kind == Kind::Keyword;
        let nothing = found.as_ref().is_some_and(|slip| slip.meant.is_empty());
        if let Some(slip) = found {
            // `name: value` becomes a whole property: its value is read next, as behind `=`.
            let property = slip.meant.ends_with('=');
            if property {
                read.end = slip.end;
            }
            self.apply(token.start, slip);
            if property {
                return self.after_equals(read);
            }
        }
        if comment || nothing {
            return;
        }
        self.spaced = false;
        if node {
            (self.word, self.place, self.last) = (Some(read), Place::Entries, None);
        } else {
            self.last = Some(read).filter(|_| token.kind != Kind::Keyword);
        }
    }

    /// A value that touches the one before it. True where that is dealt with.
    fn adjacent(&mut self, token: Token) -> bool {
        let word = self.source_text(token);
        let (message, help, text) = match word {
            ":" => (
                "KDL has no colon between a name and its value.",
                "write a space, or `=` for a property",
                " ",
            ),
            "," => ("KDL has no commas between values.", "remove the comma; a space is enough", " "),
            _ => ("A space is missing between two values.", "put a space between them", ""),
        };
        let code = if text.is_empty() { KDL_SYNTAX } else { NOT_KDL };
        self.tell(code, (token.start, token.end), message.into(), help);
        self.spaced = true;
        if text.is_empty() {
            self.chunk.repairs.push(Repair::insert(token.start, " "));
            return false;
        }
        self.chunk.repairs.push(Repair { start: token.start, end: token.end, text: text.into() });
        true
    }

    fn equals(&mut self, token: Token) {
        if let (None, Some(word)) = (self.last, self.word) {
            let name = self.source_text(word).to_string();
            let message = format!("`{name}` is a node: its value follows without `=`.");
            let help = "a node is a word and its values, such as: namespace \"arc\"";
            self.tell(NOT_KDL, (token.start, token.end), message, help);
            self.chunk.repairs.push(Repair { start: token.start, end: token.end, text: " ".into() });
            self.spaced = true;
            return;
        }
        match self.last.take() {
            Some(name) => self.after_equals(Token { end: token.end, ..name }),
            None => self.stop(token, "An `=` has no name in front.", "a property is written name=value"),
        }
    }

    /// Reads the value behind `name=`; `name` spans both.
    fn after_equals(&mut self, name: Token) {
        self.cursor.pass(Token::is_blank);
        match self.cursor.peek() {
            Some(token) if token.is_value() => {
                self.cursor.next();
                self.spaced = true;
                self.value(token);
                self.last = None;
            }
            Some(token) if token.kind == Kind::Other => {
                self.spaced = true;
                self.cursor.next();
                self.other(token);
                self.last = None;
            }
            _ => {
                let property = self.source_text(name).to_string();
                let message = format!("`{property}` has no value.");
                self.tell(
                    KDL_SYNTAX,
                    (name.start, name.end),
                    message,
                    "write the value behind the `=`, or remove it",
                );
                self.chunk.repairs.retain(|repair| repair.start < name.start);
                self.chunk.repairs.push(Repair::remove(name.start, name.end));
            }
        }
    }

    fn continuation(&mut self, token: Token) {
        self.spaced = true;
        self.cursor.pass(|t| t.is_blank() || t.kind == Kind::LineComment);
        match self.cursor.peek().map(|t| t.kind) {
            None => {}
            Some(Kind::Newline) => {
                self.cursor.next();
            }
            Some(_) => self.stop(
                token,
                "A `\\` outside of a string must end its line.",
                "it joins the node with the next line; a backslash in a value needs quotes: \"\\\\\"",
            ),
        }
    }

    fn slashdash(&mut self, token: Token) {
        if !self.spaced && self.place == Place::Entries {
            self.tell(
                KDL_SYNTAX,
                (token.start, token.end),
                "A space is missing before `/-`.".into(),
                "add a space",
            );
        }
        let (before, node) = (self.cursor.clone(), self.place == Place::Node);
        let next =
            self.cursor.find(|t| !t.is_blank() && !matches!(t.kind, Kind::Newline | Kind::LineComment));
        let takes = next.is_some_and(|t| match t.kind {
            Kind::Open => !node,
            _ => t.is_value() || t.kind == Kind::Other,
        });
        self.cursor = before;
        if takes {
            self.cursor.skip_slashdashed(node);
            self.spaced = true;
        } else {
            self.stop(
                token,
                "Nothing stands behind `/-`.",
                "`/-` takes out the node, value or block behind it",
            );
        }
    }

    fn other(&mut self, token: Token) {
        match self.source_text(token) {
            "(" => self.annotation(token),
            "/" => {
                let slip = path(self.text, token.start);
                let end = slip.end;
                self.apply(token.start, slip);
                if self.place == Place::Node {
                    self.word = Some(Token { end, ..token });
                    self.place = Place::Entries;
                }
                self.spaced = false;
            }
            "[" if self.place == Place::Node => self.stop(
                token,
                "`[…]` is TOML; KDL has no tables.",
                "a node holds others in braces: pool \"name\" { … }",
            ),
            "[" | "]" => {
                self.stop(token, "KDL has no lists in brackets.", "write the values one after another")
            }
            ")" => self.stop(token, "A `)` closes nothing.", "put the value in quotes"),
            character => {
                let code = character.chars().next().map_or(0, u32::from);
                let message = format!("The character U+{code:04X} is not allowed in a KDL file.");
                self.stop(token, &message, "remove it; in a string it can be written as \\u{…}");
            }
        }
    }

    fn annotation(&mut self, open: Token) {
        let mut end = None;
        self.cursor.pass(|token| {
            let inside = token.is_blank() || token.is_value() || token.kind == Kind::Other;
            if token.kind == Kind::Other && token.end - token.start == 1 && end.is_none() {
                end = Some(token);
            }
            inside && end.is_none()
        });
        let close = end.filter(|token| self.source_text(*token) == ")");
        let Some(close) = close else {
            return self.stop(open, "A `(` is not closed.", "put the value in quotes");
        };
        self.cursor.jump(self.text, close.end, self.end);
        let name = self.text.get(open.start..close.end).unwrap_or("").to_string();
        let message = format!("The type annotation `{name}` means nothing in a fleet file.");
        let help = "remove it: fleetc knows the type of every value; a value with `(` needs quotes";
        self.tell(TYPE_ANNOTATION, (open.start, close.end), message, help);
        self.chunk.repairs.push(Repair::remove(open.start, close.end));
    }
}
