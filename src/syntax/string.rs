//! The text that a quoted string stands for.

use super::lex::{Quotes, is_forbidden, is_newline, is_space};
use kdl::KdlIdentifier;

/// What is wrong inside of a string; offsets are from its opening quote.
#[derive(Debug, PartialEq, Eq)]
pub struct Bad {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The sentence.
    pub message: String,
    /// What to write.
    pub help: String,
}

impl Bad {
    fn new(start: usize, end: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { start, end, message: message.into(), help: help.into() }
    }
}

/// Length of the opening quotes with their `#`.
fn open_length(written: &str, quotes: Quotes) -> usize {
    let hashes = if quotes.raw { written.len() - written.trim_start_matches('#').len() } else { 0 };
    hashes + if quotes.multi { 3 } else { 1 }
}

/// Text between the quotes, as written.
pub fn inner(written: &str, quotes: Quotes) -> &str {
    let open = open_length(written, quotes);
    let close = if quotes.closed { written.len().saturating_sub(open) } else { written.len() };
    written.get(open..close.max(open)).unwrap_or("")
}

/// The value of a string with its quotes. The kdl crate has the last word on escapes and
/// indentation; mistakes are looked for before, because its messages do not name them.
pub fn decode(written: &str, quotes: Quotes) -> Result<String, Bad> {
    let inner = inner(written, quotes);
    let open = open_length(written, quotes);
    if let Some((at, c)) = inner.char_indices().find(|(_, c)| is_forbidden(*c)) {
        let code = u32::from(c);
        let message = format!("the character U+{code:04X} is not allowed in a KDL file");
        let help = format!("write it as \\u{{{code:x}}} in a string with plain quotes");
        return Err(Bad::new(open + at, open + at + c.len_utf8(), message, help));
    }
    if !quotes.raw {
        check_escapes(inner, open)?;
    }
    if quotes.multi {
        check_lines(inner, open, quotes.raw)?;
    } else if quotes.raw && inner == "\"" {
        let help = "write a single quote as \"\\\"\"";
        return Err(Bad::new(0, written.len(), "`\"\"\"` opens a string of several lines", help));
    } else if quotes.raw || !inner.contains('\\') {
        return Ok(inner.to_string());
    }
    match KdlIdentifier::parse(written) {
        Ok(text) => Ok(text.value().to_string()),
        Err(_) => {
            let help = "in a string of several lines each line is indented like its closing quotes";
            Err(Bad::new(0, written.len(), "this string is not valid KDL", help))
        }
    }
}

fn check_escapes(inner: &str, open: usize) -> Result<(), Bad> {
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        let start = inner.len() - rest.len() + at;
        let escape = rest.get(at + 1..).unwrap_or("");
        let Some(c) = escape.chars().next() else { return Ok(()) };
        let length = match c {
            '\\' | '"' | 'b' | 'f' | 'n' | 'r' | 't' | 's' => 1,
            'u' => match unicode(escape) {
                Some(length) => length,
                None => {
                    let help = "write one to six hexadecimal digits in braces: \\u{1f600}";
                    return Err(Bad::new(open + start, open + start + 2, "`\\u` names no character", help));
                }
            },
            c if is_space(c) || is_newline(c) => c.len_utf8(),
            c => {
                let end = open + start + 1 + c.len_utf8();
                let message = format!("`\\{c}` is no escape");
                let help = format!("write a backslash as `\\\\{c}`, or use a raw string: #\"…\"#");
                return Err(Bad::new(open + start, end, message, help));
            }
        };
        rest = escape.get(length..).unwrap_or("");
    }
    Ok(())
}

/// Length of `u{…}`, if it names a character.
fn unicode(escape: &str) -> Option<usize> {
    let digits = escape.strip_prefix("u{")?.split_once('}')?.0;
    let hex = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| hex)?;
    char::from_u32(code).map(|_| digits.len() + 3)
}

/// The rules of `"""`: text starts on the next line, the closing quotes stand alone, and all lines
/// are indented at least like them.
fn check_lines(inner: &str, open: usize, raw: bool) -> Result<(), Bad> {
    if !inner.starts_with(is_newline) {
        let help = "start the text on the next line";
        return Err(Bad::new(open - 3, open, "nothing may stand behind an opening `\"\"\"`", help));
    }
    let (body, indent) = inner.rsplit_once(is_newline).unwrap_or(("", ""));
    if !raw && inner.contains('\\') {
        return Ok(());
    }
    if !indent.chars().all(is_space) {
        let help = "put it on a line of its own";
        let end = open + inner.len();
        return Err(Bad::new(end, end + 3, "a closing `\"\"\"` must stand alone on its line", help));
    }
    let mut at = 0;
    for line in body.split(is_newline) {
        if !line.starts_with(indent) && !line.chars().all(is_space) {
            let blank = line.len() - line.trim_start_matches(is_space).len();
            let message = "a line is indented less than the closing `\"\"\"` of its string";
            let help = "indent it at least like the closing quotes, with the same blanks";
            let first = line.chars().next().map_or(0, char::len_utf8);
            return Err(Bad::new(open + at, open + at + blank.max(first), message, help));
        }
        at +=
            line.len() + body.get(at + line.len()..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::lex::{Kind, Lexer};
    use super::*;

    fn value(written: &str) -> Result<String, (String, String)> {
        let token = Lexer::new(written, 0, written.len()).next().expect("a token");
        let Kind::Quoted(quotes) = token.kind else { panic!("{token:?}") };
        assert_eq!(token.end, written.len(), "{written}");
        decode(written, quotes)
            .map_err(|bad| (written.get(bad.start..bad.end).unwrap_or("outside").to_string(), bad.message))
    }

    #[test]
    fn strings_in_every_form() {
        for (written, text) in [
            (r#""""#, ""),
            (r#""a b""#, "a b"),
            (r#""a\"\\\n\u{e9}\s""#, "a\"\\\né "),
            ("\"a \\\n   b\"", "a b"),
            (r###"#"a\d"b"#"###, "a\\d\"b"),
            ("\"\"\"\n    a\n      b\n\n    c\n    \"\"\"", "a\n  b\n\nc"),
            ("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", "a\nb"),
            ("#\"\"\"\n  \\w\"\"\n  \"\"\"#", "\\w\"\""),
            ("\"\"\"\n  a \\\n     b\n  \"\"\"", "a b"),
        ] {
            assert_eq!(value(written).as_deref(), Ok(text), "{written}");
        }
    }

    #[test]
    fn mistakes_are_pointed_at() {
        for (written, place) in [
            (r#""a\d""#, "\\d"),
            (r#""\u{110000}""#, "\\u"),
            (r#""\u12""#, "\\u"),
            ("\"a\u{1}b\"", "\u{1}"),
            ("\"\"\"a\"\"\"", "\"\"\""),
            ("\"\"\"\n a\"\"\"", "\"\"\""),
            ("\"\"\"\n    a\n  b\n    \"\"\"", "  "),
            ("#\"\"\"#", "#\"\"\"#"),
        ] {
            assert_eq!(value(written).map_err(|(place, _)| place), Err(place.to_string()), "{written}");
        }
    }
}
