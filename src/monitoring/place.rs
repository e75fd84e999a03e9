//! Places inside of a text that stands in a KDL string.

use crate::syntax::{Sources, Span, Spanned};
use std::ops::Range;

/// A text of the fleet file, which knows where in the file each part of it was written.
pub struct Placed {
    span: Span,
    /// For each byte of the text, and one past it, its offset in the file; none where that can't be told.
    offsets: Option<Vec<u32>>,
}

impl Placed {
    /// The text of a value, as it was written.
    pub fn new(sources: &Sources, value: &Spanned<impl std::fmt::Display>) -> Self {
        let written = sources.text(value.span);
        let text = value.value.to_string();
        let offsets = offsets(written, &text)
            .map(|offsets| offsets.into_iter().map(|at| value.span.start + at as u32).collect());
        Self { span: value.span, offsets }
    }

    /// A text that stands nowhere: all of it is at one place.
    pub fn whole(span: Span) -> Self {
        Self { span, offsets: None }
    }

    /// Where a part of the text was written; the whole value where that can't be told.
    pub fn span(&self, part: &Range<usize>) -> Span {
        let ends = self.offsets.as_ref().and_then(|at| Some((*at.get(part.start)?, *at.get(part.end)?)));
        ends.map_or(self.span, |(start, end)| Span { start, end: end.max(start + 1), ..self.span })
    }
}

/// For each byte of `text`, its offset in the KDL string that was `written` for it.
fn offsets(written: &str, text: &str) -> Option<Vec<usize>> {
    let hashes = written.len() - written.trim_start_matches('#').len();
    let quotes = &written[hashes..];
    let multi = quotes.starts_with("\"\"\"") && quotes.len() >= 6;
    let open = hashes + if multi { 3 } else { 1 };
    let found = if !quotes.starts_with('"') {
        (0..=text.len()).collect()
    } else {
        let inner = written.get(open..written.len().checked_sub(open)?)?;
        let body = if multi { without_indent(inner) } else { inner.char_indices().collect() };
        let behind = |(offset, c): &(usize, char)| offset + c.len_utf8();
        let end = if multi { body.last().map_or(0, behind) } else { inner.len() };
        decoded(&body, hashes == 0, open, open + end)?
    };
    // Escapes and indentation are read here a second time: what does not come to the same is not used.
    (found.len() == text.len() + 1).then_some(found)
}

/// The characters of a string of several lines, without the first line break, the last line and the
/// indentation of the closing quotes.
fn without_indent(inner: &str) -> Vec<(usize, char)> {
    let first = inner.find('\n').map_or(inner.len(), |at| at + 1);
    let last = inner.rfind('\n').unwrap_or(0);
    let indent = inner.get(last + 1..).map_or(0, str::len);
    let mut out = Vec::new();
    let mut at = first;
    for line in inner.get(first..last.max(first)).unwrap_or("").split_inclusive('\n') {
        let blank = line.trim_end_matches(['\r', '\n']).chars().all(char::is_whitespace);
        let skip = if blank { line.trim_end_matches(['\r', '\n']).len() } else { indent.min(line.len()) };
        out.extend(
            line.char_indices().filter(|(offset, _)| *offset >= skip).map(|(offset, c)| (at + offset, c)),
        );
        at += line.len();
    }
    out.retain(|(_, c)| *c != '\r');
    out
}

/// The offsets of what the characters stand for, and of the end.
fn decoded(body: &[(usize, char)], escapes: bool, open: usize, end: usize) -> Option<Vec<usize>> {
    let mut out = Vec::with_capacity(body.len() + 1);
    let mut at = 0;
    while let Some((offset, c)) = body.get(at).copied() {
        at += 1;
        let mut length = c.len_utf8();
        if escapes && c == '\\' {
            let (_, next) = body.get(at).copied()?;
            at += 1;
            if next == 'u' {
                let close = body[at..].iter().position(|(_, c)| *c == '}')?;
                let digits: String = body[at + 1..at + close].iter().map(|(_, c)| *c).collect();
                length = char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?.len_utf8();
                at += close + 1;
            } else if next.is_whitespace() {
                while body.get(at).is_some_and(|(_, c)| c.is_whitespace()) {
                    at += 1;
                }
                continue;
            } else {
                length = 1;
            }
        }
        out.extend(std::iter::repeat_n(open + offset, length));
    }
    out.push(end);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::SourceId;

    /// The part of the file under the first occurrence of `part` in the value.
    fn under(written: &str, text: &str, part: &str) -> String {
        let file = format!("expr {written}\n");
        let mut sources = Sources::default();
        let source = sources.add("fleet.kdl", file.as_str());
        let span = Span { source, start: 5, end: 5 + written.len() as u32 };
        let placed = Placed::new(&sources, &Spanned::new(text, span));
        let at = text.find(part).expect("a part of the text");
        sources.text(placed.span(&(at..at + part.len()))).to_owned()
    }

    #[test]
    fn parts_are_found_in_strings_of_every_form() {
        assert_eq!(under(r#""rate(a[5m])""#, "rate(a[5m])", "a[5m]"), "a[5m]");
        assert_eq!(under(r#""x{a=\"runner\"} > 1""#, "x{a=\"runner\"} > 1", "runner"), "runner");
        assert_eq!(under(r#""x{a=\"r\"} > y""#, "x{a=\"r\"} > y", "y"), "y");
        assert_eq!(under("#\"x{a=\"r\"} > y\"#", "x{a=\"r\"} > y", "y"), "y");
        assert_eq!(under("##\"x{a=\"#\"}\"##", "x{a=\"#\"}", "{a"), "{a");
        assert_eq!(under("\"\"\"\n    sum(a)\n      > b\n    \"\"\"", "sum(a)\n  > b", "b"), "b");
        assert_eq!(under("#\"\"\"\n  x{a=\"r\"}\n  \"\"\"#", "x{a=\"r\"}", "r"), "r");
        assert_eq!(under("\"\\u{e4}b\\n c\"", "äb\n c", "c"), "c");
        assert_eq!(under("up", "up", "up"), "up");
    }

    #[test]
    fn what_can_not_be_told_is_the_whole_value() {
        let span = Span { source: SourceId(0), start: 3, end: 9 };
        assert_eq!(Placed::whole(span).span(&(1..2)), span);
    }
}
