//! Words to a tree.

use super::Mistake;
use super::lex::{Token, lex};
use std::ops::Range;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A context such as `github`.
    Context(String),
    /// `of.name` or `of['name']`.
    Property(Box<Expression>, String),
    /// `of[key]` with a key that is no text.
    Index(Box<Expression>, Box<Expression>),
    /// `of.*`.
    All(Box<Expression>),
    /// `name(…)`, the name in lower case.
    Call(String, Vec<Expression>),
    /// `!of`.
    Not(Box<Expression>),
    /// `left operator right`.
    Binary(Operator, Box<Expression>, Box<Expression>),
}

/// What stands between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Deepest nesting: GitHub refuses more than 50.
const DEEPEST: usize = 50;
/// Most characters: GitHub refuses more.
const LONGEST: usize = 21_000;
/// Most operators, dots and brackets of one expression. A chain is a tree as deep as it is long.
const MOST_LINKS: usize = 500;

/// Reads an expression, without the braces.
pub fn parse(text: &str) -> Result<Expression, Mistake> {
    if text.chars().count() > LONGEST {
        return Err(Mistake { range: 0..text.len(), message: "it is too long for GitHub".to_owned() });
    }
    let mut parser = Parser { tokens: lex(text)?, at: 0, depth: 0, links: 0, end: text.len() };
    if parser.tokens.is_empty() {
        return Err(Mistake { range: 0..text.len(), message: "an expression is missing".to_owned() });
    }
    let expression = parser.or()?;
    match parser.tokens.get(parser.at) {
        None => Ok(expression),
        Some((_, range)) => {
            Err(Mistake { range: range.clone(), message: "the expression goes on unexpectedly".to_owned() })
        }
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    links: usize,
    end: usize,
}

impl Parser {
    fn sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some((Token::Sign(sign), _)) if *sign == wanted);
        self.at += usize::from(found);
        found
    }

    fn here(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, range)| range.clone())
    }

    fn wrong<T>(&self, message: impl Into<String>) -> Result<T, Mistake> {
        Err(Mistake { range: self.here(), message: message.into() })
    }

    /// Goes a level deeper, or refuses to.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Mistake>) -> Result<T, Mistake> {
        if self.depth >= DEEPEST {
            return self.wrong("it is nested too deeply for GitHub");
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn or(&mut self) -> Result<Expression, Mistake> {
        self.chain(&[("||", Operator::Or)], Self::and)
    }

    fn and(&mut self) -> Result<Expression, Mistake> {
        self.chain(&[("&&", Operator::And)], Self::equality)
    }

    fn equality(&mut self) -> Result<Expression, Mistake> {
        self.chain(&[("==", Operator::Equal), ("!=", Operator::NotEqual)], Self::order)
    }

    fn order(&mut self) -> Result<Expression, Mistake> {
        let signs = [
            ("<=", Operator::LessOrEqual),
            ("<", Operator::Less),
            (">=", Operator::GreaterOrEqual),
            (">", Operator::Greater),
        ];
        self.chain(&signs, Self::unary)
    }

    /// Counts an operator, dot or bracket, or refuses it.
    fn link(&mut self) -> Result<(), Mistake> {
        self.links += 1;
        if self.links > MOST_LINKS { self.wrong("it has more parts than fleetc follows") } else { Ok(()) }
    }

    /// Operands joined by operators of one rank, from the left.
    fn chain(
        &mut self,
        signs: &[(&str, Operator)],
        operand: fn(&mut Self) -> Result<Expression, Mistake>,
    ) -> Result<Expression, Mistake> {
        let mut left = operand(self)?;
        loop {
            let Some((_, operator)) = signs.iter().find(|(sign, _)| self.sign(sign)) else { return Ok(left) };
            self.link()?;
            let right = operand(self)?;
            let range = left.range.start..right.range.end;
            left = Expression { range, kind: Kind::Binary(*operator, Box::new(left), Box::new(right)) };
        }
    }

    fn unary(&mut self) -> Result<Expression, Mistake> {
        let start = self.here().start;
        if self.sign("!") {
            let of = self.deeper(Self::unary)?;
            return Ok(Expression { range: start..of.range.end, kind: Kind::Not(Box::new(of)) });
        }
        let mut of = self.primary()?;
        loop {
            self.link()?;
            if self.sign(".") {
                if self.sign("*") {
                    let range = start..self.last_end();
                    of = Expression { range, kind: Kind::All(Box::new(of)) };
                } else {
                    let Some((Token::Name(name), range)) = self.tokens.get(self.at).cloned() else {
                        return self.wrong("a name is missing behind the dot");
                    };
                    self.at += 1;
                    of = Expression { range: start..range.end, kind: Kind::Property(Box::new(of), name) };
                }
            } else if self.sign("[") {
                if self.sign("*") {
                    of = Expression { range: start..start, kind: Kind::All(Box::new(of)) };
                } else {
                    let key = self.deeper(Self::or)?;
                    of = match key.kind {
                        Kind::Text(name) => {
                            Expression { range: start..start, kind: Kind::Property(Box::new(of), name) }
                        }
                        _ => {
                            Expression { range: start..start, kind: Kind::Index(Box::new(of), Box::new(key)) }
                        }
                    };
                }
                if !self.sign("]") {
                    return self.wrong("`]` is missing");
                }
                of.range = start..self.last_end();
            } else {
                return Ok(of);
            }
        }
    }

    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |(_, range)| range.end)
    }

    fn primary(&mut self) -> Result<Expression, Mistake> {
        let Some((token, range)) = self.tokens.get(self.at).cloned() else {
            return self.wrong("something is missing at the end");
        };
        self.at += 1;
        let kind = match token {
            Token::String(text) => Kind::Text(text),
            Token::Number(number) => Kind::Number(number),
            Token::Sign("(") => {
                let inner = self.deeper(Self::or)?;
                if !self.sign(")") {
                    return self.wrong("`)` is missing");
                }
                return Ok(inner);
            }
            Token::Name(name) => {
                if self.sign("(") {
                    return self.arguments(name, range.start);
                }
                match name.to_ascii_lowercase().as_str() {
                    "true" => Kind::Bool(true),
                    "false" => Kind::Bool(false),
                    "null" => Kind::Null,
                    "nan" => Kind::Number(f64::NAN),
                    "infinity" => Kind::Number(f64::INFINITY),
                    lower => Kind::Context(lower.to_owned()),
                }
            }
            Token::Sign(sign) => {
                self.at -= 1;
                return self.wrong(format!("a value is missing before `{sign}`"));
            }
        };
        Ok(Expression { range, kind })
    }

    fn arguments(&mut self, name: String, start: usize) -> Result<Expression, Mistake> {
        let mut arguments = Vec::new();
        if !self.sign(")") {
            loop {
                arguments.push(self.deeper(Self::or)?);
                if self.sign(")") {
                    break;
                }
                if !self.sign(",") {
                    return self.wrong("`)` is missing");
                }
            }
        }
        let kind = Kind::Call(name.to_ascii_lowercase(), arguments);
        Ok(Expression { range: start..self.last_end(), kind })
    }
}

impl Expression {
    /// Every part of it, itself first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Expression)) {
        visit(self);
        match &self.kind {
            Kind::Property(of, _) | Kind::All(of) | Kind::Not(of) => of.walk(visit),
            Kind::Index(of, key) => {
                of.walk(visit);
                key.walk(visit);
            }
            Kind::Call(_, arguments) => arguments.iter().for_each(|argument| argument.walk(visit)),
            Kind::Binary(_, left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Context(_) => {}
        }
    }

    /// `a.b.c` as its names in lower case, if it is nothing but that.
    pub fn path(&self) -> Option<Vec<String>> {
        match &self.kind {
            Kind::Context(name) => Some(vec![name.clone()]),
            Kind::Property(of, name) => {
                let mut path = of.path()?;
                path.push(name.to_ascii_lowercase());
                Some(path)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Option<Vec<String>> {
        parse(text).ok()?.path()
    }

    #[test]
    fn reads_what_github_reads() {
        for text in [
            "github.event_name == 'push' && 'a' || 'b'",
            "fromJSON('[\"a\", \"b\"]')[0]",
            "matrix.os",
            "inputs['runs-on']",
            "!cancelled() && (success() || failure())",
            "format('it''s {0}', github.ref)",
            "needs.*.outputs.x",
            "github.event.pull_request.labels.*.name",
            "contains(fromJSON('[1, 2]'), 0x1F) || -1.5e3 < .5",
            "steps.a-b.outputs.c_d",
            "a[b.c]",
            "hashFiles('**/x', '**/y')",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
        assert_eq!(path("inputs['Runs-On'].x"), Some(vec!["inputs".into(), "runs-on".into(), "x".into()]));
    }

    #[test]
    fn says_where_it_is_wrong() {
        for (text, at) in [
            ("", 0),
            ("a ==", 4),
            ("a = b", 2),
            ("\"a\"", 0),
            ("'a", 0),
            ("a b", 2),
            ("(a", 2),
            ("f(a", 3),
            ("a.", 2),
            ("a[1", 3),
            ("1x", 0),
            ("&& a", 0),
            ("a ${{", 2),
        ] {
            let found = parse(text).err().map(|mistake| mistake.range.start);
            assert_eq!(found, Some(at), "{text}");
        }
        assert!(parse(&"(".repeat(10_000)).is_err());
        assert!(parse(&"!".repeat(10_000)).is_err());
        assert!(parse(&format!("a{}", ".b".repeat(10_000))).is_err());
        assert!(parse(&format!("a{}", "||b".repeat(9_000))).is_err());
    }

    #[test]
    fn the_nearest_operators_bind_first() {
        let Ok(Expression { kind: Kind::Binary(Operator::Or, left, _), .. }) = parse("a == b && c || d")
        else {
            panic!()
        };
        assert!(matches!(left.kind, Kind::Binary(Operator::And, _, _)));
    }
}
