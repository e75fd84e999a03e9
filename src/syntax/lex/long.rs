//! Tokens that can be long: strings and comments, and where they end when their end is missing.

use super::{Kind, Quotes, find_on_line, is_newline, is_space, is_word, line_length, run};

/// What starts with `/`.
pub fn slash(rest: &str) -> (Kind, usize) {
    match rest.as_bytes().get(1) {
        Some(b'/') => (Kind::LineComment, line_length(rest)),
        Some(b'-') => (Kind::Slashdash, 2),
        Some(b'*') => {
            let (mut depth, mut at, bytes) = (1usize, 2, rest.as_bytes());
            while depth > 0 {
                match (bytes.get(at), bytes.get(at + 1)) {
                    (Some(b'*'), Some(b'/')) => (depth, at) = (depth - 1, at + 2),
                    (Some(b'/'), Some(b'*')) => (depth, at) = (depth + 1, at + 2),
                    (Some(_), _) => at += 1,
                    (None, _) => return (Kind::BlockComment(false), rest.len()),
                }
            }
            (Kind::BlockComment(true), at)
        }
        _ => (Kind::Other, 1),
    }
}

/// What starts with `#`: a keyword or a raw string.
pub fn hash(rest: &str) -> (Kind, usize) {
    let hashes = run(rest, |c| c == '#');
    let (marks, body) = rest.split_at(hashes);
    if !body.starts_with('"') {
        return (Kind::Keyword, hashes + run(body, is_word));
    }
    let multi = opens_lines(body);
    let open = hashes + if multi { 3 } else { 1 };
    let end = format!("{}{marks}", if multi { "\"\"\"" } else { "\"" });
    let body = rest.get(open..).unwrap_or("");
    let found = if multi { body.find(&end) } else { find_on_line(body, &end) };
    let quotes = Quotes { raw: true, multi, closed: found.is_some() };
    let length = match found {
        Some(at) => open + at + end.len(),
        None if multi => open + resume(body),
        None => open + line_length(body),
    };
    (Kind::Quoted(quotes), length)
}

/// A string that starts with a quote.
pub fn quoted(rest: &str) -> (Kind, usize) {
    let three = rest.starts_with("\"\"\"");
    // `"""` without a newline behind is a mistake that decoding names; here it only matters where
    // the string ends.
    let closes = |rest: &str| find_on_line(rest, "\"\"\"").is_some();
    let multi = three && (opens_lines(rest) || rest.get(3..).is_some_and(closes));
    let open = if multi { 3 } else { 1 };
    let mut at = open;
    let mut chars = rest.get(open..).unwrap_or("").chars();
    while let Some(c) = chars.next() {
        let closes = c == '"' && (!multi || chars.as_str().starts_with("\"\""));
        if closes {
            return (Kind::Quoted(Quotes { raw: false, multi, closed: true }), at + open);
        }
        if is_newline(c) && !multi {
            break;
        }
        at += c.len_utf8();
        if c == '\\' {
            let next = chars.as_str();
            let blank = run(next, |c| is_space(c) || is_newline(c));
            let skip = if blank > 0 { blank } else { next.chars().next().map_or(0, char::len_utf8) };
            chars = next.get(skip..).unwrap_or("").chars();
            at += skip;
        }
    }
    let quotes = Quotes { raw: false, multi, closed: false };
    let body = rest.get(open..).unwrap_or("");
    (Kind::Quoted(quotes), open + if multi { resume(body) } else { broken_line(body) })
}

/// Whether three quotes are followed by the line's end, blanks aside.
fn opens_lines(quotes: &str) -> bool {
    quotes.strip_prefix("\"\"\"").is_some_and(|rest| {
        let blank = run(rest, is_space);
        rest.get(blank..).is_some_and(|rest| rest.chars().next().is_none_or(is_newline))
    })
}

fn line(text: &str) -> &str {
    text.get(..line_length(text)).unwrap_or(text)
}

/// Where to go on after a quote that is never closed: the line's end, but a brace that the string
/// swallowed at the end of its line still opens a block.
fn broken_line(body: &str) -> usize {
    let line = line(body);
    let trimmed = line.trim_end();
    if trimmed.ends_with('{') { trimmed.len() - 1 } else { line.len() }
}

/// Where to go on after `"""` that is never closed: the next line that starts at the left margin
/// with a word.
fn resume(body: &str) -> usize {
    let starts = body.match_indices('\n').map(|(at, _)| at + 1);
    let mut nodes = starts.filter(|at| {
        body.get(*at..).and_then(|rest| rest.chars().next()).is_some_and(|c| c.is_ascii_alphabetic())
    });
    // The newline itself is not part of the string, so that it ends the node.
    nodes.next().map_or(body.len(), |at| at - 1)
}
