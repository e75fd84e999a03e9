//! Where the parts of an expression stand in its text.
//!
//! The parser of promql-parser has the last word on what an expression means and keeps no places. This
//! reads the same text into the same parts in the order in which they stand, so that a walk over the tree
//! can take the place of each part as it comes to it.

use std::ops::Range;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub at: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A number or a duration.
    Number,
    /// A string with its quotes.
    String,
    /// Everything else: operators, brackets, commas.
    Sign,
}

/// Why a text has no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Where.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: &'static str,
}

/// The tokens of an expression.
pub fn tokens(text: &str) -> Result<Vec<Token>, Slip> {
    let mut out = Vec::new();
    let mut open: Vec<(u8, usize)> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let run = |from: usize, keep: fn(u8) -> bool| {
            from + bytes[from..].iter().take_while(|byte| keep(**byte)).count()
        };
        let kind = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = run(at, |byte| byte != b'\n');
                continue;
            }
            b'"' | b'\'' | b'`' => {
                at = string_end(bytes, at)
                    .ok_or(Slip { at: start..text.len(), message: "a string is not closed" })?;
                TokenKind::String
            }
            b'0'..=b'9' => {
                at = number_end(bytes, at);
                TokenKind::Number
            }
            b'.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                at = number_end(bytes, at);
                TokenKind::Number
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' => {
                at = run(at, |byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':');
                TokenKind::Word
            }
            b'(' | b'{' | b'[' => {
                open.push((byte, at));
                at += 1;
                TokenKind::Sign
            }
            b')' | b'}' | b']' => {
                let matching = match byte {
                    b')' => b'(',
                    b'}' => b'{',
                    _ => b'[',
                };
                if open.pop().is_none_or(|(opened, _)| opened != matching) {
                    return Err(Slip { at: start..start + 1, message: "this bracket was not opened" });
                }
                at += 1;
                TokenKind::Sign
            }
            b'=' | b'!' | b'<' | b'>' if matches!(bytes.get(at + 1), Some(b'=' | b'~')) => {
                at += 2;
                TokenKind::Sign
            }
            _ => {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
                TokenKind::Sign
            }
        };
        out.push(Token { kind, at: start..at });
    }
    match open.pop() {
        Some((_, at)) => Err(Slip { at: at..at + 1, message: "this bracket is not closed" }),
        None => Ok(out),
    }
}

fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = bytes[start];
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match *byte {
            b'\\' if quote != b'`' => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Numbers, numbers with an exponent, hexadecimal ones, durations.
fn number_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        let sign = matches!(byte, b'+' | b'-')
            && matches!(bytes[at - 1], b'e' | b'E')
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || *byte == b'.' || *byte == b'_' || (at > start && sign)) {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).expect("tokens").into_iter().map(|token| &text[token.at]).collect()
    }

    #[test]
    fn tokens_are_those_of_promql() {
        assert_eq!(
            texts("sum by (a) (rate(x:y_z{l!~\"a\\\"}\"}[5m])) >= 1.5e-3 # more"),
            [
                "sum",
                "by",
                "(",
                "a",
                ")",
                "(",
                "rate",
                "(",
                "x:y_z",
                "{",
                "l",
                "!~",
                "\"a\\\"}\"",
                "}",
                "[",
                "5m",
                "]",
                ")",
                ")",
                ">=",
                "1.5e-3"
            ]
        );
        assert_eq!(texts("a-1"), ["a", "-", "1"]);
        assert_eq!(texts("'ä' == .5"), ["'ä'", "==", ".5"]);
    }

    #[test]
    fn brackets_and_quotes_are_closed() {
        for (text, at) in [("sum(a", 3..4), ("a)", 1..2), ("a{b=\"c}", 4..7), ("(a]", 2..3)] {
            assert_eq!(tokens(text).map_err(|slip| slip.at), Err(at), "{text}");
        }
    }
}
