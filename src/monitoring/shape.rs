//! The parts of an expression that a finding can point at, in the order in which they stand.

use super::scan::{Slip, tokens};
use super::shape_read::Reader;
use std::ops::Range;

/// A place in the text of an expression.
pub type Place = Range<usize>;

/// A label with its value, between braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatcherPlace {
    /// The label.
    pub label: Place,
    /// The value, with its quotes.
    pub value: Place,
}

/// A choice of series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorPlace {
    /// Name and braces.
    pub whole: Place,
    /// The name; the braces where there is none.
    pub name: Place,
    /// What stands between the braces.
    pub matchers: Vec<MatcherPlace>,
}

/// An operation between two expressions, or an aggregation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorPlace {
    /// The operator, or the aggregation's name.
    pub word: Place,
    /// The labels of `by`, `without`, `on` or `ignoring`.
    pub labels: Vec<Place>,
    /// The labels of `group_left` or `group_right`.
    pub extra: Vec<Place>,
}

/// The parts of an expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Choices of series, from left to right.
    pub selectors: Vec<SelectorPlace>,
    /// Aggregations, by where their names stand.
    pub aggregations: Vec<OperatorPlace>,
    /// Operations between two expressions, from left to right.
    pub operations: Vec<OperatorPlace>,
    /// Names of functions, from left to right.
    pub calls: Vec<Place>,
    /// The first token that can't stand where it does, as far as that can be told.
    pub misplaced: Option<Place>,
}

/// Reads the parts of an expression.
pub fn shape(text: &str) -> Result<Shape, Slip> {
    let tokens = tokens(text)?;
    let (mut shape, complete) = Reader::read(text, &tokens);
    if shape.misplaced.is_none() && !complete {
        // Something is expected behind the last token.
        shape.misplaced = tokens.last().map(|token| token.at.clone());
    }
    Ok(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let shape = shape(text).expect("a shape");
        assert_eq!(shape.misplaced, None, "{text}");
        let mut out: Vec<_> = shape.selectors.iter().map(|part| text[part.name.clone()].to_owned()).collect();
        let labels = shape.aggregations.iter().chain(&shape.operations).flat_map(|part| &part.labels);
        out.extend(labels.map(|label| format!("({})", &text[label.clone()])));
        out.extend(shape.calls.iter().map(|call| format!("{}()", &text[call.clone()])));
        out
    }

    #[test]
    fn parts_come_in_their_order() {
        assert_eq!(
            names("sum by (a, b) (rate(x{l=\"v\"}[5m])) / on (a) y > 1"),
            ["x", "y", "(a)", "(b)", "(a)", "rate()"]
        );
        assert_eq!(names("sum(x) by (a) - -1"), ["x", "(a)"]);
        assert_eq!(names("topk(3, x offset 1d) or vector(0)"), ["x", "vector()"]);
        assert_eq!(names("time() - max without (z) (x @ end()) > bool 3"), ["x", "(z)", "time()"]);
        assert_eq!(names("max_over_time((a + b)[1h:5m])"), ["a", "b", "max_over_time()"]);
        assert_eq!(names("a * ignoring (x) group_left (y) b"), ["a", "b", "(x)"]);
    }

    #[test]
    fn what_is_out_of_place_is_pointed_at() {
        for (text, at) in
            [("a b", "b"), ("sum(a) > > 1", ">"), ("a >", ">"), ("a + * b", "*"), ("a ; b", ";")]
        {
            let found = shape(text).expect("a shape").misplaced.map(|place| &text[place]);
            assert_eq!(found, Some(at), "{text}");
        }
    }
}
