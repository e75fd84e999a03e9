//! Texts with expressions in them.

use super::Mistake;
use super::parse::{Expression, parse};
use std::ops::Range;

/// A text with expressions in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Its parts in order.
    pub parts: Vec<Part>,
}

/// A part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Bytes that stand for themselves.
    Text(Range<usize>),
    /// An expression; its own ranges count from the start of `inner`.
    Expression {
        /// Bytes with the braces.
        whole: Range<usize>,
        /// Bytes between the braces.
        inner: Range<usize>,
        /// What stands there.
        expression: Expression,
    },
}

impl Template {
    /// The expressions, and where each starts in the text.
    pub fn expressions(&self) -> impl Iterator<Item = (&Expression, usize)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Expression { inner, expression, .. } => Some((expression, inner.start)),
            Part::Text(_) => None,
        })
    }

    /// The only expression, where the text is nothing else.
    pub fn single(&self) -> Option<(&Expression, usize)> {
        match self.parts.as_slice() {
            [Part::Expression { inner, expression, .. }] => Some((expression, inner.start)),
            _ => None,
        }
    }
}

/// Cuts a text at its expressions.
pub fn template(text: &str) -> Result<Template, Mistake> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("${{") {
        let start = at + open;
        if open > 0 {
            parts.push(Part::Text(at..start));
        }
        let inner = start + 3;
        let Some(end) = close(&text[inner..]).map(|length| inner + length) else {
            let message = "the expression is not closed with `}}`".to_owned();
            return Err(Mistake { range: start..text.len(), message });
        };
        let expression = parse(&text[inner..end]).map_err(|mistake| Mistake {
            range: mistake.range.start + inner..mistake.range.end + inner,
            ..mistake
        })?;
        parts.push(Part::Expression { whole: start..end + 2, inner: inner..end, expression });
        at = end + 2;
    }
    if at < text.len() {
        parts.push(Part::Text(at..text.len()));
    }
    Ok(Template { parts })
}

/// Bytes in front of the `}}` that is not in a text.
fn close(text: &str) -> Option<usize> {
    let mut quoted = false;
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|at| {
        quoted ^= bytes[*at] == b'\'';
        !quoted && bytes[*at..].starts_with(b"}}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_expressions() {
        let cut = |text: &str| template(text).map(|template| template.parts.len());
        assert_eq!(cut("plain"), Ok(1));
        assert_eq!(cut("${{ a }}"), Ok(1));
        assert_eq!(cut("x-${{ a }}-${{ b }}"), Ok(4));
        assert_eq!(cut("${{ format('}}{0}', a) }}"), Ok(1));
        assert_eq!(cut(""), Ok(0));
        assert_eq!(cut("a ${{ b").map_err(|mistake| mistake.range), Err(2..7));
        assert_eq!(cut("é${{ = }}").map_err(|mistake| mistake.range), Err(6..7));
    }
}
