//! Text to tokens.

use std::ops::Range;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A bare word.
    Word(String),
    /// A string in quotes, without them.
    String(String),
    /// Lines between marks.
    Heredoc(String),
    /// A number as it is written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// One of `[]{},=`, and `:` in JSON.
    Mark(char),
    /// The end of the text.
    End,
}

/// A token, or why there is none, and the bytes that it is of.
pub(super) type Lexeme = (Result<Token, &'static str>, Range<usize>);

/// Reads token after token.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    json: bool,
}

impl<'a> Lexer<'a> {
    /// At the start of a text.
    pub fn new(text: &'a str, json: bool) -> Self {
        Self { text, at: 0, json }
    }

    /// The next token. Behind the end there is only the end.
    pub fn next(&mut self) -> Lexeme {
        if let Err(unclosed) = self.skip() {
            return unclosed;
        }
        let start = self.at;
        let Some(c) = self.peek() else { return (Ok(Token::End), start..start) };
        let token = match c {
            '"' => self.string(),
            '[' | ']' | '{' | '}' | ',' | '=' => {
                self.at += 1;
                Ok(Token::Mark(c))
            }
            ':' if self.json => {
                self.at += 1;
                Ok(Token::Mark('='))
            }
            '<' => self.heredoc(),
            '-' | '.' | '0'..='9' => self.number(),
            c if c.is_alphabetic() || c == '_' => Ok(self.word()),
            _ => {
                self.at += c.len_utf8();
                Err("this character means nothing here")
            }
        };
        (token, start..self.at)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !test(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// Leaves white space and comments behind.
    fn skip(&mut self) -> Result<(), Lexeme> {
        loop {
            self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
            let rest = self.rest();
            if self.json {
                return Ok(());
            }
            if rest.starts_with('#') || rest.starts_with("//") {
                self.take_while(|c| c != '\n');
            } else if rest.starts_with("/*") {
                let start = self.at;
                let end = rest.get(2..).and_then(|inner| inner.find("*/"));
                self.at += end.map_or(rest.len(), |end| end + 4);
                if end.is_none() {
                    return Err((Err("this comment is not closed"), start..self.at));
                }
            } else {
                return Ok(());
            }
        }
    }

    fn word(&mut self) -> Token {
        let word = self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        match word {
            "true" => Token::Bool(true),
            "false" => Token::Bool(false),
            word => Token::Word(word.to_owned()),
        }
    }

    fn number(&mut self) -> Result<Token, &'static str> {
        let number = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
        let digits = number.trim_start_matches('-');
        let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
        let good = match hexadecimal {
            Some(digits) => u64::from_str_radix(digits, 16).is_ok(),
            None => {
                digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && number.parse::<f64>().is_ok()
            }
        };
        if good { Ok(Token::Number(number.to_owned())) } else { Err("this is no number") }
    }

    /// From the quotes to the quotes. Between `${` and its brace, quotes and line breaks are ordinary.
    fn string(&mut self) -> Result<Token, &'static str> {
        self.at += 1;
        let (mut value, mut depth) = (String::new(), 0usize);
        loop {
            let Some(c) = self.peek() else { return Err("this string is not closed") };
            self.at += c.len_utf8();
            match c {
                '"' if depth == 0 => return Ok(Token::String(value)),
                '\n' if depth == 0 => return Err("this string is not closed on its line"),
                '$' if depth == 0 && self.peek() == Some('{') && !self.json => {
                    self.at += 1;
                    depth = 1;
                    value.push_str("${");
                }
                // What stands between the braces is kept as it is, escapes too.
                '\\' if depth > 0 => {
                    value.push(c);
                    if let Some(next) = self.peek() {
                        self.at += next.len_utf8();
                        value.push(next);
                    }
                }
                '\\' => value.push(self.escape()?),
                c => {
                    if depth > 0 {
                        depth = if c == '{' { depth + 1 } else { depth - usize::from(c == '}') };
                    }
                    value.push(c);
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, &'static str> {
        const BAD: &str = "this string has an escape that means nothing";
        let c = self.peek().ok_or("this string is not closed")?;
        self.at += c.len_utf8();
        let simple = match c {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' | '"' => c,
            'x' => return self.code(2, 16).ok_or(BAD),
            'u' => return self.utf16().ok_or(BAD),
            'U' => return self.code(8, 16).ok_or(BAD),
            '0'..='7' => {
                self.at -= 1;
                return self.code(3, 8).ok_or(BAD);
            }
            _ => return Err(BAD),
        };
        Ok(simple)
    }

    fn digits(&mut self, count: usize, radix: u32) -> Option<u32> {
        let digits = self.rest().get(..count)?;
        let code = u32::from_str_radix(digits, radix).ok()?;
        self.at += count;
        Some(code)
    }

    fn code(&mut self, count: usize, radix: u32) -> Option<char> {
        char::from_u32(self.digits(count, radix)?)
    }

    /// Four digits; in JSON a large character is a pair of them.
    fn utf16(&mut self) -> Option<char> {
        let first = self.digits(4, 16)?;
        if self.json && (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
            self.at += 2;
            let second = self.digits(4, 16)?;
            let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
            return char::from_u32(0x10000 + ((first - 0xd800) << 10) + low);
        }
        char::from_u32(first)
    }

    /// `<<MARK`, lines, `MARK`; `<<-MARK` takes away what all lines are indented by.
    fn heredoc(&mut self) -> Result<Token, &'static str> {
        const BAD: &str = "this heredoc is not closed";
        let Some(rest) = self.rest().strip_prefix("<<") else {
            self.at += 1;
            return Err("this character means nothing here");
        };
        let (head, body) = rest.split_once('\n').ok_or(BAD)?;
        let (mark, indented) = match head.trim_end_matches('\r').strip_prefix('-') {
            Some(mark) => (mark, true),
            None => (head.trim_end_matches('\r'), false),
        };
        if mark.is_empty() || !mark.chars().all(|c| c.is_alphanumeric() || c == '_') {
            self.at += 2;
            return Err("the mark of a heredoc is a word");
        }
        let (mut lines, mut used) = (Vec::<&str>::new(), 2 + head.len() + 1);
        for line in body.split_inclusive('\n') {
            if line.trim() == mark {
                // The line break behind the mark belongs to what follows.
                self.at += used + line.trim_end().len();
                let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
                let least = lines.iter().map(|line| indent(line)).min().filter(|_| indented).unwrap_or(0);
                let text = lines.iter().map(|line| line.get(least..).unwrap_or_default()).collect::<String>();
                return Ok(Token::Heredoc(text));
            }
            used += line.len();
            lines.push(line);
        }
        self.at = self.text.len();
        Err(BAD)
    }
}
