//! An expression's words.

use super::Mistake;
use std::ops::Range;

/// A word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Name(String),
    String(String),
    Number(f64),
    /// One of `( ) [ ] . , * ! < <= > >= == != && ||`.
    Sign(&'static str),
}

const SIGNS: [&str; 16] =
    ["<=", ">=", "==", "!=", "&&", "||", "(", ")", "[", "]", ".", ",", "*", "!", "<", ">"];

/// Cuts an expression into words.
pub fn lex(text: &str) -> Result<Vec<(Token, Range<usize>)>, Mistake> {
    let mut tokens: Vec<(Token, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let token = if c == '\'' {
            let (token, end) = string(text, at)?;
            at = end;
            token
        } else if c.is_ascii_digit() || (matches!(c, '+' | '-' | '.') && starts_number(&text[at..], &tokens))
        {
            let length = text[at..]
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
                .count();
            at += length;
            let written = &text[start..at];
            Token::Number(
                number(written).ok_or_else(|| Mistake {
                    range: start..at,
                    message: format!("`{written}` is no number"),
                })?,
            )
        } else if c.is_ascii_alphabetic() || c == '_' {
            let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
            at += text[at..].bytes().take_while(inner).count();
            Token::Name(text[start..at].to_owned())
        } else if let Some(sign) = SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
            at += sign.len();
            Token::Sign(sign)
        } else {
            let message = match c {
                '"' => "texts stand in single quotes".to_owned(),
                '=' | '&' | '|' => format!("write `{c}{c}`"),
                _ => format!("`{c}` means nothing in an expression"),
            };
            return Err(Mistake { range: start..start + c.len_utf8(), message });
        };
        tokens.push((token, start..at));
    }
    Ok(tokens)
}

/// A `.` in front of a digit starts a number unless something stands before it that it can be a property of.
fn starts_number(text: &str, before: &[(Token, Range<usize>)]) -> bool {
    let digit = text[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let of_something = matches!(
        before.last().map(|(token, _)| token),
        Some(Token::Name(_) | Token::String(_) | Token::Number(_) | Token::Sign(")" | "]" | "*"))
    );
    digit && !(of_something && text.starts_with('.'))
}

fn string(text: &str, start: usize) -> Result<(Token, usize), Mistake> {
    let mut value = String::new();
    let mut rest = start + 1;
    loop {
        let Some(length) = text[rest..].find('\'') else {
            return Err(Mistake { range: start..text.len(), message: "the text is not closed".to_owned() });
        };
        value.push_str(&text[rest..rest + length]);
        rest += length + 1;
        if !text[rest..].starts_with('\'') {
            return Ok((Token::String(value), rest));
        }
        value.push('\'');
        rest += 1;
    }
}

/// Decimal with fraction and exponent, `0x` or `0o`.
pub fn number(text: &str) -> Option<f64> {
    let whole = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().map(|whole| whole as f64);
    if let Some(hex) = text.strip_prefix("0x") {
        return whole(hex, 16).filter(|_| !hex.starts_with('+'));
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return whole(octal, 8).filter(|_| !octal.starts_with('+'));
    }
    let shaped = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    text.parse().ok().filter(|_| shaped)
}
