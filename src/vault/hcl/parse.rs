//! Tokens to a tree.

use super::Refusal;
use super::lex::{Lexeme, Lexer, Token};
use crate::syntax::{SourceId, Span};
use std::ops::Range;

/// `key "key" = value`, or `key "key" { … }`.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// At least one.
    pub keys: Vec<(String, Span)>,
    /// What it is.
    pub value: Value,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// The value.
    pub kind: Kind,
    /// Its place.
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    String(String),
    /// As it is written.
    Number(String),
    Bool(bool),
    List(Vec<Value>),
    Object(Vec<Item>),
}

/// Levels that a text may have: it is read by recursion.
const DEEPEST: usize = 64;

/// Reads a text.
pub(super) fn parse(text: &str, source: SourceId, json: bool) -> Result<Vec<Item>, Refusal> {
    let mut lexer = Lexer::new(text, json);
    let next = lexer.next();
    let mut parser = Parser { lexer, source, next, depth: 0, json };
    if json {
        let Kind::Object(items) = parser.value()?.kind else {
            return Err(parser.refuse("a policy in JSON is an object".to_owned()));
        };
        return Ok(items);
    }
    let items = parser.items()?;
    match parser.next.0 {
        Ok(Token::End) => Ok(items),
        _ => Err(parser.unexpected("a key")),
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    source: SourceId,
    next: Lexeme,
    depth: usize,
    json: bool,
}

impl Parser<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        Span { source: self.source, start: range.start as u32, end: range.end as u32 }
    }

    fn refuse(&self, message: String) -> Refusal {
        Refusal { span: self.span(&self.next.1), message }
    }

    fn unexpected(&self, wanted: &str) -> Refusal {
        let found = match &self.next.0 {
            Err(reason) => return self.refuse((*reason).to_owned()),
            Ok(Token::End) => "the end",
            Ok(Token::Mark(mark)) => return self.refuse(format!("{wanted} has to stand here, not `{mark}`")),
            Ok(Token::Word(_)) => "a word",
            Ok(Token::String(_)) => "a string",
            Ok(Token::Heredoc(_)) => "a heredoc",
            Ok(Token::Number(_)) => "a number",
            Ok(Token::Bool(_)) => "a truth value",
        };
        self.refuse(format!("{wanted} has to stand here, not {found}"))
    }

    /// Goes on; the place of what is left behind.
    fn advance(&mut self) -> Span {
        let next = self.lexer.next();
        let (_, range) = std::mem::replace(&mut self.next, next);
        self.span(&range)
    }

    fn is(&self, mark: char) -> bool {
        matches!(&self.next.0, Ok(Token::Mark(found)) if *found == mark)
    }

    /// Items up to a brace or the end. A comma may stand between any two.
    fn items(&mut self) -> Result<Vec<Item>, Refusal> {
        let mut items = Vec::new();
        loop {
            match &self.next.0 {
                Ok(Token::End | Token::Mark('}')) => return Ok(items),
                _ => items.push(self.item()?),
            }
            if self.is(',') {
                self.advance();
            }
        }
    }

    fn item(&mut self) -> Result<Item, Refusal> {
        let mut keys = Vec::new();
        loop {
            match &self.next.0 {
                Ok(Token::Word(key) | Token::String(key)) => {
                    let key = key.clone();
                    let span = self.advance();
                    keys.push((key, span));
                }
                // `true = 1` has a key too.
                Ok(Token::Mark('{')) if !keys.is_empty() => break,
                Ok(Token::Mark('=')) if keys.len() == 1 => {
                    self.advance();
                    break;
                }
                Ok(Token::Mark('=')) if keys.len() > 1 => {
                    return Err(self.refuse("a block with a label has no `=`".to_owned()));
                }
                _ => return Err(self.unexpected(if keys.is_empty() { "a key" } else { "`{` or `=`" })),
            }
        }
        let value = self.value()?;
        Ok(Item { keys, value })
    }

    fn value(&mut self) -> Result<Value, Refusal> {
        if self.depth == DEEPEST {
            return Err(self.refuse("this is nested too deep".to_owned()));
        }
        self.depth += 1;
        let value = self.value_here();
        self.depth -= 1;
        value
    }

    fn value_here(&mut self) -> Result<Value, Refusal> {
        let start = self.span(&self.next.1);
        let kind = match &self.next.0 {
            Ok(Token::String(text) | Token::Heredoc(text)) => Kind::String(text.clone()),
            Ok(Token::Number(text)) => Kind::Number(text.clone()),
            Ok(Token::Bool(value)) => Kind::Bool(*value),
            // JSON's null is an empty string to HCL.
            Ok(Token::Word(word)) if self.json && word == "null" => Kind::String(String::new()),
            Ok(Token::Mark('[')) => {
                self.advance();
                Kind::List(self.list()?)
            }
            Ok(Token::Mark('{')) => {
                self.advance();
                let items = self.items()?;
                if !self.is('}') {
                    return Err(self.unexpected("`}`"));
                }
                Kind::Object(items)
            }
            _ => return Err(self.unexpected("a value")),
        };
        let end = self.advance();
        Ok(Value { kind, span: Span { end: end.end, ..start } })
    }

    /// Up to the bracket, which stays. Between two values there is a comma, and more do no harm.
    fn list(&mut self) -> Result<Vec<Value>, Refusal> {
        let mut list = Vec::new();
        loop {
            while self.is(',') {
                self.advance();
            }
            if self.is(']') {
                return Ok(list);
            }
            list.push(self.value()?);
            if !self.is(',') && !self.is(']') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }
}
