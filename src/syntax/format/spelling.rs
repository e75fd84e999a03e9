//! How words and values are spelled.

use super::super::build::scalar;
use super::super::lex::{Kind, Lexer, Token};
use super::super::number::{Number, number};
use super::super::slip::slip;
use super::super::tree::Scalar;

/// The text that a word or a name stands for.
pub fn value_of(text: &str, token: Token) -> String {
    match scalar(text, token).0 {
        Scalar::String(value) => value,
        _ => text.get(token.start..token.end).unwrap_or("").to_string(),
    }
}

/// A node's word or a property's name: without quotes where it can be.
pub fn name(text: &str, token: Token) -> String {
    let written = text.get(token.start..token.end).unwrap_or("");
    match token.kind {
        Kind::Quoted(quotes) if !quotes.raw && !quotes.multi => {
            let inner = written.get(1..written.len() - 1).unwrap_or("");
            if is_bare(inner) { inner.to_string() } else { newlines(written) }
        }
        _ => newlines(written),
    }
}

/// Whether a text without quotes is one word and means itself.
fn is_bare(inner: &str) -> bool {
    let Some(token) = Lexer::new(inner, 0, inner.len()).next() else { return false };
    let whole = token.kind == Kind::Word && token.end == inner.len();
    whole && number(inner) == Number::Not && slip(inner, token, true).is_none()
}

/// A value: strings in quotes, numbers without `+` and in lower case.
pub fn value(text: &str, token: Token) -> String {
    let written = text.get(token.start..token.end).unwrap_or("");
    match token.kind {
        Kind::Word if number(written) == Number::Not => format!("\"{written}\""),
        Kind::Word => written.strip_prefix('+').unwrap_or(written).to_ascii_lowercase(),
        _ => newlines(written),
    }
}

/// A comment without blanks at the ends of its lines.
pub fn comment(written: &str) -> String {
    let written = newlines(written);
    written.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Every newline as LF; KDL reads them as that.
pub fn newlines(written: &str) -> String {
    written.replace("\r\n", "\n").replace('\r', "\n")
}
