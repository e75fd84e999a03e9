//! A file without its blanks: nodes and comments as they will be written.
//!
//! The text has no syntax errors here, so reading it is a walk; anything unexpected is kept as it is.

use super::super::cursor::Cursor;
use super::super::lex::{Kind, Token};
use super::spelling;

/// What stands on lines of its own.
#[derive(Debug, PartialEq)]
pub enum Item {
    /// One empty line.
    Blank,
    /// A comment, or a node that `/-` takes out: written as it is.
    Verbatim(String),
    /// A node.
    Node(Node),
}

/// A node, spelled out.
#[derive(Debug, Default, PartialEq)]
pub struct Node {
    /// The word, spelled as KDL allows it.
    pub spelled: String,
    /// The word itself.
    pub word: String,
    /// What stands between the word and the block.
    pub parts: Vec<Part>,
    /// What stands between the braces.
    pub block: Option<Block>,
    /// Comments and taken-out blocks behind the block.
    pub after: Vec<String>,
    /// `// …` at the end of the line.
    pub comment: Option<String>,
}

/// A piece of a node's line.
#[derive(Debug, PartialEq)]
pub enum Part {
    /// An argument.
    Arg(String),
    /// A property: its name, and the whole as it is written.
    Prop(String, String),
    /// A comment or a taken-out block: entries are not moved across it.
    Fixed(String),
    /// `\` and a comment behind it: the node goes on in the next line.
    Break(Option<String>),
}

/// The children of a node.
#[derive(Debug, Default, PartialEq)]
pub struct Block {
    /// `// …` behind the opening brace.
    pub comment: Option<String>,
    /// The lines.
    pub items: Vec<Item>,
    /// Opened and closed on one line.
    pub one_line: bool,
}

/// Reads a whole file.
pub fn read(text: &str) -> Vec<Item> {
    let mut reader = Reader { text, cursor: Cursor::new(text, 0, text.len()) };
    let mut items = reader.items(false).items;
    while reader.cursor.next().is_some() {
        // Not reached in a text without a stray brace.
        items.extend(reader.items(false).items);
    }
    items
}

struct Reader<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
}

impl<'a> Reader<'a> {
    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    /// Up to a `}` or the end of the file, neither of which is taken. `braces` is false for the file.
    fn items(&mut self, braces: bool) -> Block {
        let mut block = Block { one_line: true, ..Block::default() };
        // Newlines since the last item: none means that a comment belongs to it.
        let mut lines = 0;
        while let Some(token) = self.cursor.peek().filter(|token| token.kind != Kind::Close) {
            match token.kind {
                Kind::Newline => {
                    lines += 1;
                    block.one_line = false;
                }
                Kind::Space | Kind::Semicolon => {}
                _ => {
                    if lines > 1 && !block.items.is_empty() {
                        block.items.push(Item::Blank);
                    }
                    self.item(token, lines == 0, braces, &mut block);
                    lines = 0;
                    continue;
                }
            }
            self.cursor.next();
        }
        block
    }

    fn item(&mut self, token: Token, same_line: bool, braces: bool, block: &mut Block) {
        match token.kind {
            Kind::LineComment => {
                self.cursor.next();
                let comment = self.slice(token.start, token.end).trim_end().to_string();
                match block.items.last_mut() {
                    Some(Item::Node(node)) if same_line && node.comment.is_none() => {
                        node.comment = Some(comment)
                    }
                    None if same_line && braces => block.comment = Some(comment),
                    _ => block.items.push(Item::Verbatim(comment)),
                }
            }
            Kind::BlockComment(_) => {
                self.cursor.next();
                block.items.push(Item::Verbatim(spelling::comment(self.slice(token.start, token.end))));
            }
            Kind::Slashdash => {
                self.cursor.next();
                self.cursor.pass_slashdashed(true);
                let taken = self.slice(token.start, self.cursor.at());
                block.items.push(Item::Verbatim(spelling::newlines(taken.trim_end())));
            }
            _ => {
                let (mut node, loose) = self.node(token);
                // A comment behind the last `\` has no line of its own any more.
                block.items.extend(loose.into_iter().map(Item::Verbatim));
                node.word = spelling::value_of(self.text, token);
                block.items.push(Item::Node(node));
            }
        }
    }

    fn node(&mut self, word: Token) -> (Node, Vec<String>) {
        self.cursor.next();
        let mut node = Node { spelled: spelling::name(self.text, word), ..Node::default() };
        while let Some(token) = self.cursor.peek() {
            match token.kind {
                Kind::Newline | Kind::Semicolon | Kind::Close => break,
                _ => {}
            }
            self.cursor.next();
            match token.kind {
                Kind::Space => {}
                Kind::LineComment => {
                    node.comment = Some(self.slice(token.start, token.end).trim_end().to_string())
                }
                Kind::BlockComment(_) => {
                    node.fixed(spelling::comment(self.slice(token.start, token.end)));
                }
                Kind::Continuation => self.line_break(&mut node),
                Kind::Slashdash => self.taken_out(token, &mut node),
                Kind::Open => {
                    node.block = Some(self.items(true));
                    self.cursor.next();
                }
                _ => {
                    let part = self.entry(token);
                    node.parts.push(part);
                }
            }
        }
        let loose = node.trim_breaks();
        (node, loose)
    }

    fn line_break(&mut self, node: &mut Node) {
        let mut comment = None;
        while let Some(token) = self.cursor.peek() {
            match token.kind {
                Kind::Space => {}
                Kind::BlockComment(_) => node.fixed(spelling::comment(self.slice(token.start, token.end))),
                Kind::LineComment => {
                    comment = Some(self.slice(token.start, token.end).trim_end().to_string())
                }
                Kind::Newline => {
                    self.cursor.next();
                    break;
                }
                _ => break,
            }
            self.cursor.next();
        }
        match node.parts.last() {
            // Behind the block there is nothing to go on with.
            _ if node.block.is_some() => node.comment = node.comment.take().or(comment),
            Some(Part::Break(_)) if comment.is_none() => {}
            _ => node.parts.push(Part::Break(comment)),
        }
    }

    fn taken_out(&mut self, slashdash: Token, node: &mut Node) {
        let mut ahead = self.cursor.clone();
        ahead.pass(|t| t.is_blank() || matches!(t.kind, Kind::Newline | Kind::LineComment));
        let first = ahead.next();
        self.cursor.pass_slashdashed(false);
        let taken = spelling::newlines(self.slice(slashdash.start, self.cursor.at()));
        let name = first.filter(|first| first.is_value() && first.end < self.cursor.at());
        match (first.map(|first| first.kind), name) {
            (Some(Kind::Open), _) => node.fixed(taken),
            (_, Some(name)) => node.parts.push(Part::Prop(spelling::value_of(self.text, name), taken)),
            (_, None) => node.parts.push(Part::Arg(taken)),
        }
    }

    fn entry(&mut self, first: Token) -> Part {
        let gap = |token: Token| token.is_blank() || token.kind == Kind::Continuation;
        let mut ahead = self.cursor.clone();
        let mut joined = false;
        let mut inner = String::new();
        let mut equals = false;
        let value = loop {
            let Some(token) = ahead.next() else { break None };
            match token.kind {
                Kind::Equals if !equals => {
                    equals = true;
                    inner.push('=');
                }
                Kind::BlockComment(_) => {
                    inner.push_str(&spelling::comment(self.slice(token.start, token.end)))
                }
                Kind::Newline | Kind::LineComment if joined => {}
                _ if gap(token) => joined |= token.kind == Kind::Continuation,
                _ => break Some(token).filter(|token| equals && token.is_value()),
            }
        };
        let Some(value) = value else {
            return Part::Arg(spelling::value(self.text, first));
        };
        self.cursor = ahead;
        let name = spelling::value_of(self.text, first);
        let written = if joined {
            spelling::newlines(self.slice(first.start, value.end))
        } else {
            format!("{}{inner}{}", spelling::name(self.text, first), spelling::value(self.text, value))
        };
        Part::Prop(name, written)
    }
}

impl Node {
    fn fixed(&mut self, text: String) {
        match self.block {
            Some(_) => self.after.push(text),
            None => self.parts.push(Part::Fixed(text)),
        }
    }

    /// Takes away a `\` that nothing follows; its comments become loose, except one that can stand
    /// at the end of the line.
    fn trim_breaks(&mut self) -> Vec<String> {
        let mut loose = Vec::new();
        while let (None, Some(Part::Break(_))) = (&self.block, self.parts.last()) {
            if let Some(Part::Break(Some(comment))) = self.parts.pop() {
                match self.comment {
                    None => self.comment = Some(comment),
                    Some(_) => loose.insert(0, comment),
                }
            }
        }
        loose
    }
}
