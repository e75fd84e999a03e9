//! Tokens of KDL 2, with nothing dropped: the text is the concatenation of its tokens.
//!
//! Where things begin and end is what good messages about braces, quotes and slips need, and what
//! the formatter moves around. An unfinished string or comment is a token too.

mod long;

use long::{hash, quoted, slash};

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Blanks (not newlines), also a byte order mark at the start of the file.
    Space,
    /// One newline; CR LF is one.
    Newline,
    /// `// …` up to, not including, the newline.
    LineComment,
    /// `/* … */`, which nests; false where its end is missing.
    BlockComment(bool),
    /// `/-`
    Slashdash,
    /// `\` outside of a string: the node goes on in the next line.
    Continuation,
    /// `{`
    Open,
    /// `}`
    Close,
    /// `;`
    Semicolon,
    /// `=`
    Equals,
    /// A string in quotes.
    Quoted(Quotes),
    /// `#true` and what looks like it.
    Keyword,
    /// A bare word or a number.
    Word,
    /// A character that has no place outside of strings: `( ) [ ] /` and control characters.
    Other,
}

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotes {
    /// `#"…"#`
    pub raw: bool,
    /// Three quotes.
    pub multi: bool,
    /// Whether the closing quote was found; else the token ends at the line's end, or where the
    /// next node seems to start.
    pub closed: bool,
}

/// A stretch of text and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Token {
    /// Blanks and comments: what may stand between two entries.
    pub fn is_blank(self) -> bool {
        matches!(self.kind, Kind::Space | Kind::BlockComment(_))
    }

    /// Whether it can be an argument or a property's value.
    pub fn is_value(self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted(_) | Kind::Keyword)
    }
}

/// Iterates over the tokens of a text.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Lexer<'a> {
    /// Tokens between two offsets that are token boundaries. Offsets stay those of the whole text.
    pub fn new(text: &'a str, start: usize, end: usize) -> Self {
        Self { text, at: start, end: end.min(text.len()) }
    }

    /// Offset of the next token.
    pub fn at(&self) -> usize {
        self.at
    }

    fn rest(&self, from: usize) -> &'a str {
        self.text.get(from..self.end).unwrap_or("")
    }

    fn token(&self) -> Option<(Kind, usize)> {
        let rest = self.rest(self.at);
        let first = rest.chars().next()?;
        Some(match first {
            '{' => (Kind::Open, 1),
            '}' => (Kind::Close, 1),
            ';' => (Kind::Semicolon, 1),
            '=' => (Kind::Equals, 1),
            '\\' => (Kind::Continuation, 1),
            '"' => quoted(rest),
            '#' => hash(rest),
            '/' => slash(rest),
            '\r' if rest.starts_with("\r\n") => (Kind::Newline, 2),
            '\u{feff}' if self.at == 0 => (Kind::Space, first.len_utf8()),
            c if is_newline(c) => (Kind::Newline, c.len_utf8()),
            c if is_space(c) => (Kind::Space, run(rest, is_space)),
            c if is_word(c) => (Kind::Word, run(rest, is_word)),
            c => (Kind::Other, c.len_utf8()),
        })
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let (kind, length) = self.token()?;
        let start = self.at;
        self.at += length;
        Some(Token { kind, start, end: self.at })
    }
}

fn run(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

/// Offset of a text, if it comes before the next newline.
pub fn find_on_line(text: &str, what: &str) -> Option<usize> {
    let first = what.chars().next()?;
    for (at, _) in text.match_indices(|c| c == first || is_newline(c)) {
        let rest = text.get(at..)?;
        if rest.starts_with(what) {
            return Some(at);
        }
        if rest.starts_with(is_newline) {
            return None;
        }
    }
    None
}

/// Length up to the next newline.
pub fn line_length(text: &str) -> usize {
    run(text, |c| !is_newline(c))
}

/// The newlines of KDL 2.
pub fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

/// The blanks of KDL 2.
pub fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Characters of bare words and numbers.
pub fn is_word(c: char) -> bool {
    if c.is_ascii_alphanumeric() || c == '-' {
        return true;
    }
    !is_newline(c)
        && !is_space(c)
        && !matches!(c, '\\' | '/' | '(' | ')' | '{' | '}' | '[' | ']' | ';' | '"' | '#' | '=')
        && !is_forbidden(c)
}

/// Code points that KDL 2 refuses in a file.
pub fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str) -> Vec<Kind> {
        Lexer::new(text, 0, text.len()).map(|t| t.kind).filter(|k| *k != Kind::Space).collect()
    }

    const fn string(raw: bool, multi: bool, closed: bool) -> Kind {
        Kind::Quoted(Quotes { raw, multi, closed })
    }

    #[test]
    fn strings_end_where_kdl_ends_them() {
        let plain = string(false, false, true);
        assert_eq!(kinds(r#""a\"b" "" "\\""#), [plain, plain, plain]);
        assert_eq!(kinds("\"a \\\n   b\""), [plain]);
        let raw = string(true, false, true);
        assert_eq!(kinds("#\"a\"b\"# ##\"a\"#b\"##"), [raw, raw]);
        assert_eq!(kinds("\"\"\"\n a \" \\\"\"\" b\n \"\"\""), [string(false, true, true)]);
        assert_eq!(kinds("#\"\"\"\n a \"\"\" \n \"\"\"#"), [string(true, true, true)]);
    }

    #[test]
    fn a_quote_that_is_not_closed_ends_with_its_line() {
        assert_eq!(kinds("a \"b\nc"), [Kind::Word, string(false, false, false), Kind::Newline, Kind::Word]);
        assert_eq!(kinds("a \"b {\n"), [Kind::Word, string(false, false, false), Kind::Open, Kind::Newline]);
        assert_eq!(
            kinds("a \"\"\"\n x\nb c"),
            [Kind::Word, string(false, true, false), Kind::Newline, Kind::Word, Kind::Word]
        );
    }

    #[test]
    fn comments_nest_and_slashes_are_told_apart() {
        assert_eq!(
            kinds("/* /* */ { */ a // }\n/-b"),
            [
                Kind::BlockComment(true),
                Kind::Word,
                Kind::LineComment,
                Kind::Newline,
                Kind::Slashdash,
                Kind::Word
            ]
        );
        assert_eq!(kinds("/* /* */"), [Kind::BlockComment(false)]);
    }

    proptest! {
        #[test]
        fn tokens_cover_any_text(text in "\\PC*|[a{}\"#/*\\\\ \n=;-]*") {
            let mut at = 0;
            for token in Lexer::new(&text, 0, text.len()) {
                prop_assert_eq!(token.start, at);
                prop_assert!(token.end > at && text.is_char_boundary(token.end));
                at = token.end;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
