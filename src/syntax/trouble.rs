//! What to say about quotes, comments and depth: the mistakes that swallow the text behind them.

use super::chunk::MAX_DEPTH;
use super::lex::{Kind, Token, line_length};
use super::{SourceId, Span};
use crate::diagnostic::Diagnostic;

/// The file cannot be read as KDL 2.
pub const KDL_SYNTAX: &str = "kdl-syntax";
/// Written in KDL 1: `true`, `r"…"`.
pub const KDL_1_SYNTAX: &str = "kdl-1-syntax";
/// Written in YAML, JSON or TOML.
pub const NOT_KDL: &str = "not-kdl";
/// A `{` without its `}`.
pub const UNCLOSED_BRACE: &str = "unclosed-brace";
/// A `}` without its `{`.
pub const STRAY_BRACE: &str = "stray-brace";
/// A string without its closing quote.
pub const UNCLOSED_STRING: &str = "unclosed-string";
/// A `/*` without its `*/`.
pub const UNCLOSED_COMMENT: &str = "unclosed-comment";
/// More levels of braces than can be read.
pub const TOO_DEEP: &str = "too-deep";
/// A number that no 128-bit integer or 64-bit float can hold.
pub const NUMBER_OUT_OF_RANGE: &str = "number-out-of-range";
/// `(type)value`, which the language does not use.
pub const TYPE_ANNOTATION: &str = "type-annotation";

/// All codes of findings about syntax.
pub const CODES: [&str; 10] = [
    KDL_SYNTAX,
    KDL_1_SYNTAX,
    NOT_KDL,
    UNCLOSED_BRACE,
    STRAY_BRACE,
    UNCLOSED_STRING,
    UNCLOSED_COMMENT,
    TOO_DEEP,
    NUMBER_OUT_OF_RANGE,
    TYPE_ANNOTATION,
];

/// A span from offsets.
pub fn span(source: SourceId, start: usize, end: usize) -> Span {
    Span { source, start: start as u32, end: end.max(start) as u32 }
}

/// A string or comment that is not closed.
pub fn unclosed(text: &str, source: SourceId, token: Token) -> Diagnostic {
    match token.kind {
        Kind::Quoted(quotes) => {
            let marks = text.get(token.start..token.end).unwrap_or("");
            let hashes: String = marks.chars().take_while(|c| *c == '#').collect();
            let quote = if quotes.multi { "\"\"\"" } else { "\"" };
            let open = token.start..token.start + hashes.len() + quote.len();
            let close = format!("{quote}{hashes}");
            Diagnostic::new(UNCLOSED_STRING, "a string is not closed")
                .label(span(source, open.start, open.end), "the string starts here")
                .help(string_help(marks, &close, quotes.multi))
        }
        _ => {
            let glob = text.get(..token.start).and_then(|before| before.chars().next_back());
            let glob = glob.is_some_and(|c| !c.is_whitespace() && !matches!(c, ';' | '{' | '}'));
            let help = if glob {
                "`/*` starts a comment; if it belongs to a path or a pattern, write it in quotes: \"…/*\""
            } else {
                "close the comment with `*/`; comments nest, so each `/*` inside needs its own"
            };
            Diagnostic::new(UNCLOSED_COMMENT, "a comment is not closed")
                .label(span(source, token.start, token.start + 2), "everything from here on is comment")
                .help(help)
        }
    }
}

fn string_help(marks: &str, close: &str, multi: bool) -> String {
    let line = marks.get(..line_length(marks)).unwrap_or(marks).trim_end();
    if multi {
        format!("close it with `{close}` on a line of its own, indented like the text")
    } else if line.ends_with("\\\"") {
        "`\\\"` is a quote inside of the string; write a backslash as `\\\\`, then close the string".into()
    } else {
        format!("add `{close}`; a string of several lines is written between `\"\"\"` lines")
    }
}

/// Braces nested beyond [`MAX_DEPTH`].
pub fn too_deep(source: SourceId, at: usize) -> Diagnostic {
    let message = format!("braces are nested more than {MAX_DEPTH} levels deep");
    Diagnostic::new(TOO_DEEP, message)
        .label(span(source, at, at + 1), "one level too many")
        .help("a fleet file needs six levels; most likely closing braces are missing above")
}

/// A `}` that closes nothing; `closed` is the `}` before it that closed the node above.
pub fn stray_brace(text: &str, source: SourceId, at: usize, closed: Option<usize>) -> Diagnostic {
    let diagnostic = Diagnostic::new(STRAY_BRACE, "a `}` closes nothing")
        .label(span(source, at, at + 1), "no block is open here")
        .help("remove it, or look for a `}` too many above");
    let near = closed.filter(|closed| text.get(*closed..at).is_some_and(|between| between.len() < 4000));
    match near {
        Some(closed) => diagnostic.label(span(source, closed, closed + 1), "this one closed the node above"),
        None => diagnostic,
    }
}
