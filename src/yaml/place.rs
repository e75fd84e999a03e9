//! Places inside of a scalar.

use super::tree::{Scalar, Style};
use crate::syntax::{Sources, Span};
use std::ops::Range;

impl Scalar {
    /// Where a part of the scalar's text is written, by its bytes in [`Scalar::text`].
    ///
    /// A block's lines and unescaped words are found exactly. What can't be, such as a word with
    /// escapes, is taken to be the whole scalar.
    pub fn place(&self, sources: &Sources, part: Range<usize>) -> Span {
        let written = sources.text(self.span);
        self.place_in(written, part).map_or(self.span, |range| Span {
            source: self.span.source,
            start: self.span.start + range.start as u32,
            end: self.span.start + range.end as u32,
        })
    }

    /// Bytes of what is written.
    fn place_in(&self, written: &str, part: Range<usize>) -> Option<Range<usize>> {
        let wanted = self.text.get(part.clone())?;
        if self.style == Style::Literal {
            let start = self.in_block(written, part.start)?;
            let end = if wanted.contains('\n') {
                self.in_block(written, part.end)?.max(start)
            } else {
                start + wanted.len()
            };
            return (start <= end && end <= written.len()).then_some(start..end);
        }
        let start = self.of_word(written, part.start)?;
        let end = match wanted.trim_end().char_indices().last() {
            None => start,
            Some((last, letter)) => self.of_word(written, part.start + last)? + letter.len_utf8(),
        };
        (start <= end && written.is_char_boundary(start) && written.is_char_boundary(end))
            .then_some(start..end)
    }

    /// The place of a byte of a `|` block: its lines are those of the text behind an indentation.
    fn in_block(&self, written: &str, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?;
        let number = before.matches('\n').count();
        let column = at - before.rfind('\n').map_or(0, |newline| newline + 1);
        let lines = || {
            let mut start = 0;
            written.split_inclusive('\n').map(move |line| {
                let from = start;
                start += line.len();
                (from, line)
            })
        };
        // The indentation is what the first line that is not empty has more than its text.
        let mut body = lines().skip(1).zip(self.text.split('\n'));
        let indentation = body.find_map(|((_, line), text)| {
            let line = line.trim_end_matches(['\n', '\r']);
            (!text.is_empty()).then(|| line.strip_suffix(text).map(str::len))?
        })?;
        let (start, line) = lines().nth(number + 1)?;
        let line = line.trim_end_matches(['\n', '\r']);
        Some(start + (indentation + column).min(line.len()))
    }

    /// The place of a byte that is part of a word: words keep their order and their letters, however
    /// lines are folded.
    fn of_word(&self, written: &str, at: usize) -> Option<usize> {
        let content = match self.style {
            Style::Single | Style::Double => 1..written.len().checked_sub(1)?,
            Style::Folded => written.find('\n')? + 1..written.len(),
            Style::Plain | Style::Literal => 0..written.len(),
        };
        let content_start = content.start;
        let content = written.get(content)?;
        let (number, word_start, word) = words(&self.text)
            .enumerate()
            .map(|(number, (start, word))| (number, start, word))
            .find(|(_, start, word)| at <= start + word.len())?;
        let (start, found) = words(content).nth(number)?;
        // White space in front of the word is not told apart.
        (found == word).then(|| content_start + start + at.saturating_sub(word_start))
    }
}

/// The words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - base, word))
}

#[cfg(test)]
mod tests {
    use crate::syntax::Sources;
    use crate::yaml::{Schema, read};

    /// What is marked in the source for a part of the value of `a`.
    fn marked(text: &str, part: &str) -> String {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let stream = read(&sources, id, Schema::Core);
        let value = stream.documents[0].get("a").unwrap();
        let scalar = value.scalar().unwrap();
        let at = scalar.text.find(part).unwrap();
        sources.text(scalar.place(&sources, at..at + part.len())).to_owned()
    }

    #[test]
    fn parts_are_found() {
        for (text, part) in [
            ("a: one two three", "two"),
            ("a: 'one two'", "two"),
            ("a: \"one two\"", "one"),
            ("a: |\n  one\n    two three\n\n  four\n", "three"),
            ("a: |\n  one\n    two three\n\n  four\n", "four"),
            ("a: |-\n\n  one\n", "one"),
            ("a: |2\n    x\n  y\n", "x"),
            ("a: >\n  one\n  two\n\n  three\n", "three"),
            ("a: one\n  two\n  three\n", "three"),
            ("a: |\r\n  one\r\n  two\r\n", "two"),
            ("a: |\n  é ü\n  ß x\n", "x"),
        ] {
            assert_eq!(marked(text, part), part, "{text}");
        }
        assert_eq!(marked("a: |\n  one\n  two\n", "one\ntwo"), "one\n  two");
        assert_eq!(marked("a: one\n  two", "one two"), "one\n  two");
        // An escape moves bytes: the whole scalar is marked.
        assert_eq!(marked("a: \"o\\tne two\"", "o"), "\"o\\tne two\"");
    }
}
