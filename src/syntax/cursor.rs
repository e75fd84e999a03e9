//! Walking over tokens, and over what `/-` and `\` take out.

use super::lex::{Kind, Lexer, Token};

/// A lexer that can put one token back.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    lexer: Lexer<'a>,
    ahead: Option<Token>,
}

impl<'a> Cursor<'a> {
    /// Starts between two token boundaries.
    pub fn new(text: &'a str, start: usize, end: usize) -> Self {
        Self { lexer: Lexer::new(text, start, end), ahead: None }
    }

    /// The next token, which stays.
    pub fn peek(&mut self) -> Option<Token> {
        if self.ahead.is_none() {
            self.ahead = self.lexer.next();
        }
        self.ahead
    }

    /// Offset behind the last token taken.
    pub fn at(&self) -> usize {
        self.ahead.map_or(self.lexer.at(), |token| token.start)
    }

    /// Goes on at a later offset, whatever token that falls into.
    pub fn jump(&mut self, text: &'a str, at: usize, end: usize) {
        *self = Self::new(text, at, end);
    }

    /// Leaves the first token that is not skipped for later.
    pub fn pass(&mut self, mut skip: impl FnMut(Token) -> bool) {
        while let Some(token) = self.next() {
            if !skip(token) {
                self.ahead = Some(token);
                return;
            }
        }
    }

    /// Behind `/-`: the node, the entry or the block that it takes out.
    pub fn pass_slashdashed(&mut self, node: bool) {
        self.pass(|t| t.is_blank() || matches!(t.kind, Kind::Newline | Kind::LineComment));
        if node {
            return self.pass_node();
        }
        let Some(first) = self.next() else { return };
        match first.kind {
            Kind::Open => self.pass_block(),
            _ if first.is_value() => {
                // `name = value` is taken out as one.
                let mark = self.lexer.clone();
                self.pass(Token::is_blank);
                if self.ahead.take_if(|token| token.kind == Kind::Equals).is_some() {
                    self.pass(Token::is_blank);
                    let mut once = true;
                    self.pass(|token| token.is_value() && std::mem::take(&mut once));
                } else {
                    (self.lexer, self.ahead) = (mark, None);
                }
            }
            _ => self.ahead = Some(first),
        }
    }

    /// Behind `{`, through its `}`.
    fn pass_block(&mut self) {
        let mut depth = 1usize;
        self.pass(|token| {
            let inside = depth > 0;
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            inside
        });
    }

    /// Up to the end of the node, which is not taken.
    fn pass_node(&mut self) {
        let (mut depth, mut joined) = (0usize, None);
        self.pass(|token| {
            let ends = match token.kind {
                Kind::Newline => {
                    let ends = joined.is_none();
                    joined.take_if(|kind| *kind == Kind::Continuation);
                    ends
                }
                Kind::Semicolon | Kind::Close => true,
                _ => false,
            };
            if depth == 0 && ends {
                return false;
            }
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Continuation | Kind::Slashdash => joined = Some(token.kind),
                Kind::Space | Kind::BlockComment(_) | Kind::LineComment | Kind::Newline => {}
                _ => joined = None,
            }
            true
        });
    }
}

impl Iterator for Cursor<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.ahead.take().or_else(|| self.lexer.next())
    }
}
