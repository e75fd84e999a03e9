//! Words that are nearly KDL: habits from YAML, JSON, TOML, the shell and KDL 1.

use super::lex::{Kind, Token, find_on_line, is_newline, is_space, is_word};
use super::number::{Number, number};
use super::trouble::{KDL_1_SYNTAX, KDL_SYNTAX, NOT_KDL, NUMBER_OUT_OF_RANGE};

/// A slip: what to say and what was meant.
#[derive(Debug, PartialEq, Eq)]
pub struct Slip {
    /// Code of the finding.
    pub code: &'static str,
    /// The sentence.
    pub message: String,
    /// What to write.
    pub help: String,
    /// Where the slip ends; it can be behind the token.
    pub end: usize,
    /// What was meant.
    pub meant: String,
}

impl Slip {
    fn new(code: &'static str, end: usize, message: String, meant: impl Into<String>) -> Self {
        let meant = meant.into();
        Self { code, message, help: format!("write {meant}"), end, meant }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }
}

/// Whether a token that stands as an argument or a value was meant as something else.
/// `node` is true for the first word of a node.
pub fn slip(text: &str, token: Token, node: bool) -> Option<Slip> {
    let word = text.get(token.start..token.end)?;
    match token.kind {
        Kind::Keyword => keyword(text, token, word, node),
        Kind::Word => bare(text, token, word, node),
        _ => None,
    }
}

fn keyword(text: &str, token: Token, word: &str, node: bool) -> Option<Slip> {
    let known = ["#true", "#false", "#null", "#inf", "#-inf", "#nan"];
    if known.contains(&word) && !node {
        return None;
    }
    if let Some(meant) = word.strip_suffix(',').filter(|word| known.contains(word)) {
        return Some(comma(token, meant));
    }
    let lower = word.to_lowercase();
    if let Some(meant) = known.iter().find(|known| **known == lower).filter(|_| !node) {
        let message = format!("`{word}` is not a value; KDL is particular about case");
        return Some(Slip::new(KDL_SYNTAX, token.end, message, *meant));
    }
    let end = super::lex::line_length(text.get(token.start..)?) + token.start;
    let message = format!("`{word}` is not KDL");
    let help =
        "a comment starts with `//`; the words with `#` are #true, #false, #null, #inf, #-inf and #nan";
    Some(Slip::new(KDL_SYNTAX, end, message, "").help(help))
}

fn bare(text: &str, token: Token, word: &str, node: bool) -> Option<Slip> {
    let behind = text.get(token.end..).unwrap_or("");
    if word.starts_with('\'') {
        return Some(single_quotes(text, token));
    }
    if word.contains(TYPOGRAPHIC) {
        return Some(typographic_quotes(text, token));
    }
    if word == "r" && (behind.starts_with('"') || behind.starts_with("#\"")) {
        return Some(raw_1(text, token));
    }
    if behind.starts_with('/') && !behind.starts_with("/*") && !behind.starts_with("/-") {
        return Some(path(text, token.start));
    }
    if matches!(word, "true" | "false" | "null" | "inf" | "-inf" | "nan") {
        let message = format!("`{word}` is KDL 1; in KDL 2 it has a `#` in front");
        return Some(Slip::new(KDL_1_SYNTAX, token.end, message, format!("#{word}")));
    }
    let inner = word.trim_end_matches(',');
    if inner.len() < word.len() {
        // `true,` and `1Gi,` are two slips at once: the comma is told, both are mended.
        let rest = Token { end: token.start + inner.len(), ..token };
        let meant = bare(text.get(..rest.end)?, rest, inner, node);
        return Some(comma(token, &meant.map_or(inner.to_string(), |slip| slip.meant)));
    }
    if word.ends_with(':') {
        return Some(colon(token, word, behind, node));
    }
    let kind = number(word);
    match kind {
        Number::Not => None,
        _ if node => {
            let message = format!("a node starts with a word; `{word}` starts like a number");
            let help = "put the node's word in front of it, or remove it";
            Some(Slip::new(KDL_SYNTAX, token.end, message, format!("\"{word}\"")).help(help))
        }
        Number::Integer(_) | Number::Float(_) => None,
        Number::TooBig => {
            let message = format!("the number {} is too large", shortened(word));
            let help = "whole numbers reach from -2^127 to 2^127-1, others to 1.8e308";
            Some(Slip::new(NUMBER_OUT_OF_RANGE, token.end, message, "0").help(help))
        }
        Number::Broken => {
            let message = format!("`{word}` starts like a number but is none");
            Some(Slip::new(KDL_SYNTAX, token.end, message, format!("\"{word}\"")))
                .map(|slip| slip.help(format!("put it in quotes: \"{word}\"")))
        }
    }
}

/// A path or a URL without quotes; `start` is where it begins.
pub fn path(text: &str, start: usize) -> Slip {
    let rest = text.get(start..).unwrap_or("");
    let stop = |c: char| is_space(c) || is_newline(c) || matches!(c, ';' | '{' | '}' | '"' | '\\');
    let path = rest.get(..rest.find(stop).unwrap_or(rest.len())).unwrap_or("").trim_end_matches(',');
    let message = format!("`{path}` needs quotes: a bare word cannot contain `/`");
    Slip::new(KDL_SYNTAX, start + path.len(), message, format!("\"{path}\""))
}

fn comma(token: Token, meant: &str) -> Slip {
    let message = "KDL has no commas between values".into();
    let help = if meant.is_empty() {
        "remove the comma; a space is enough".into()
    } else {
        format!("remove the comma: {meant}")
    };
    Slip::new(NOT_KDL, token.end, message, meant).help(help)
}

fn colon(token: Token, word: &str, behind: &str, node: bool) -> Slip {
    let name = word.trim_end_matches(':');
    let message = format!("`{word}` is written like YAML or JSON; KDL has no colon");
    let blank = behind.len() - behind.trim_start_matches(is_space).len();
    let value = behind.get(blank..).unwrap_or("");
    let has_value = !value.starts_with(|c: char| is_newline(c) || "{};".contains(c)) && !value.is_empty();
    if node || !has_value {
        let help = format!("remove the colon: {name}");
        Slip::new(NOT_KDL, token.end, message, name).help(help)
    } else {
        let help = format!("a property is written {name}=…");
        Slip::new(NOT_KDL, token.end + blank, message, format!("{name}=")).help(help)
    }
}

fn single_quotes(text: &str, token: Token) -> Slip {
    let rest = text.get(token.start + 1..).unwrap_or("");
    let close = find_on_line(rest, "'").map_or(token.end, |at| token.start + 1 + at + 1);
    let end = word_end(text, close);
    let message = "single quotes do not make a string in KDL".into();
    Slip::new(KDL_SYNTAX, end, message, quoted(text, token.start, end, &['\'']))
}

const TYPOGRAPHIC: [char; 5] = ['“', '”', '„', '‘', '’'];

fn typographic_quotes(text: &str, token: Token) -> Slip {
    let first =
        text.get(token.start..token.end).and_then(|word| word.chars().next()).map_or(0, char::len_utf8);
    let behind = token.start + first;
    let rest = text.get(behind..).unwrap_or("");
    let close = ["”", "’", "“"].iter().find_map(|mark| Some(behind + find_on_line(rest, mark)? + mark.len()));
    let end = word_end(text, close.unwrap_or(token.end));
    let message = "typographic quotes do not make a string".into();
    Slip::new(KDL_SYNTAX, end, message, quoted(text, token.start, end, &TYPOGRAPHIC))
}

fn word_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + rest.find(|c| !is_word(c)).unwrap_or(rest.len())
}

/// Text of another kind of quotes in KDL's quotes.
fn quoted(text: &str, start: usize, end: usize, marks: &[char]) -> String {
    let inner = text.get(start..end).unwrap_or("").trim_matches(marks);
    format!("\"{}\"", inner.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `r"…"` and `r#"…"#`.
fn raw_1(text: &str, token: Token) -> Slip {
    let rest = text.get(token.end..).unwrap_or("");
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let close = format!("\"{}", "#".repeat(hashes));
    let body = rest.get(hashes + 1..).unwrap_or("");
    let length = body.find(&close).unwrap_or(super::lex::line_length(body));
    let inner = body.get(..length).unwrap_or("");
    let end = (token.end + hashes + 1 + length + close.len()).min(text.len());
    let marks = "#".repeat(hashes.max(1));
    let message = "raw strings with an `r` are KDL 1".into();
    Slip::new(KDL_1_SYNTAX, end, message, format!("{marks}\"{inner}\"{marks}"))
}

fn shortened(word: &str) -> String {
    let start: String = word.chars().take(20).collect();
    if start.len() < word.len() { format!("{start}…") } else { start }
}
