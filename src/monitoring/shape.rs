//! The parts of an expression that a finding can point at, in the order in which they stand.

use super::scan::{Slip, Token, TokenKind, tokens};
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

/// Names of aggregations.
const AGGREGATIONS: &[&str] = &[
    "avg",
    "bottomk",
    "count",
    "count_values",
    "group",
    "limit_ratio",
    "limitk",
    "max",
    "min",
    "quantile",
    "stddev",
    "stdvar",
    "sum",
    "topk",
];
const WORD_OPERATORS: &[&str] = &["and", "or", "unless", "atan2"];
const SIGN_OPERATORS: &[&str] = &["+", "-", "*", "/", "%", "^", "==", "!=", "<=", "<", ">=", ">"];

/// Reads the parts of an expression.
pub fn shape(text: &str) -> Result<Shape, Slip> {
    let tokens = tokens(text)?;
    let mut reader = Reader { text, tokens: &tokens, at: 0, value_before: false, shape: Shape::default() };
    reader.read();
    let mut shape = reader.shape;
    if shape.misplaced.is_none() && !reader.value_before && !text.is_empty() {
        // Something is expected behind the last token.
        shape.misplaced = tokens.last().map(|token| token.at.clone());
    }
    Ok(shape)
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    /// Whether what stands before is a value, so that an operator must follow.
    value_before: bool,
    shape: Shape,
}

impl<'a> Reader<'a> {
    fn word(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.at + ahead).map_or("", |token| &self.text[token.at.clone()])
    }

    fn place(&self, ahead: usize) -> Place {
        let end = self.text.len();
        self.tokens.get(self.at + ahead).map_or(end..end, |token| token.at.clone())
    }

    fn misplaced(&mut self, place: Place) {
        self.shape.misplaced.get_or_insert(place);
    }

    fn value(&mut self, place: Place) {
        if self.value_before {
            self.misplaced(place);
        }
        self.value_before = true;
    }

    fn read(&mut self) {
        while let Some(token) = self.tokens.get(self.at) {
            let word = &self.text[token.at.clone()];
            match token.kind {
                TokenKind::Number | TokenKind::String => {
                    self.value(token.at.clone());
                    self.at += 1;
                }
                TokenKind::Sign => self.sign(word, token.at.clone()),
                TokenKind::Word => self.read_word(word, token.at.clone()),
            }
        }
    }

    fn sign(&mut self, word: &str, place: Place) {
        match word {
            "(" => {
                if self.value_before {
                    self.misplaced(place);
                }
                self.value_before = false;
                self.at += 1;
            }
            ")" => {
                self.value_before = true;
                self.at += 1;
            }
            "[" => self.skip_to("]"),
            "{" => self.selector(None),
            "," => {
                if !self.value_before {
                    self.misplaced(place);
                }
                self.value_before = false;
                self.at += 1;
            }
            "@" => {
                // A moment follows: a number, or `start()` or `end()`.
                self.at += if self.word(2) == "(" { 4 } else { 2 };
            }
            _ if SIGN_OPERATORS.contains(&word) => {
                if self.value_before {
                    self.operation(place);
                } else if matches!(word, "+" | "-") {
                    self.at += 1;
                } else {
                    self.misplaced(place);
                    self.at += 1;
                }
            }
            _ => {
                self.misplaced(place);
                self.at += 1;
            }
        }
    }

    fn read_word(&mut self, word: &str, place: Place) {
        let lower = word.to_ascii_lowercase();
        let next = self.word(1);
        if self.value_before && WORD_OPERATORS.contains(&lower.as_str()) {
            self.operation(place);
        } else if self.value_before && lower == "offset" {
            self.at += if matches!(next, "-" | "+") { 3 } else { 2 };
        } else if self.value_before && matches!(lower.as_str(), "by" | "without") && next == "(" {
            // Taken with the aggregation's name before.
            self.labels(1);
        } else if AGGREGATIONS.contains(&lower.as_str())
            && (next == "(" || next.eq_ignore_ascii_case("by") || next.eq_ignore_ascii_case("without"))
        {
            self.aggregation(place);
        } else if next == "(" {
            if self.value_before {
                self.misplaced(place.clone());
            }
            self.shape.calls.push(place);
            self.value_before = false;
            self.at += 2;
            if self.word(0) == ")" {
                self.value_before = true;
                self.at += 1;
            }
        } else if !self.value_before && matches!(lower.as_str(), "inf" | "nan") {
            self.value(place);
            self.at += 1;
        } else {
            self.selector(Some(place));
        }
    }

    fn selector(&mut self, name: Option<Place>) {
        let start = self.place(0);
        if name.is_some() {
            self.at += 1;
        }
        let mut matchers = Vec::new();
        let mut whole = start.clone();
        if self.word(0) == "{" && (name.is_none() || self.place(0).start >= start.end) {
            self.at += 1;
            while self.at < self.tokens.len() && self.word(0) != "}" {
                if matches!(self.word(1), "=" | "!=" | "=~" | "!~") {
                    matchers.push(MatcherPlace { label: self.place(0), value: self.place(2) });
                    self.at += 3;
                } else {
                    self.at += 1;
                }
            }
            whole.end = self.place(0).end;
            self.at += 1;
        }
        self.value(whole.clone());
        let name = name.unwrap_or_else(|| whole.clone());
        self.shape.selectors.push(SelectorPlace { whole, name, matchers });
    }

    fn operation(&mut self, word: Place) {
        self.at += 1;
        self.value_before = false;
        let mut operation = OperatorPlace { word, labels: Vec::new(), extra: Vec::new() };
        loop {
            match self.word(0).to_ascii_lowercase().as_str() {
                "bool" => self.at += 1,
                "on" | "ignoring" if self.word(1) == "(" => operation.labels = self.labels(1),
                "group_left" | "group_right" => {
                    if self.word(1) == "(" {
                        operation.extra = self.labels(1);
                    } else {
                        self.at += 1;
                    }
                }
                _ => break,
            }
        }
        self.shape.operations.push(operation);
    }

    fn aggregation(&mut self, word: Place) {
        if self.value_before {
            self.misplaced(word.clone());
        }
        self.at += 1;
        let mut labels = Vec::new();
        if self.word(0) == "(" {
            labels = self.labels_behind();
        } else if self.word(1) == "(" {
            labels = self.labels(1);
        } else {
            self.at += 1;
        }
        self.value_before = false;
        self.shape.aggregations.push(OperatorPlace { word, labels, extra: Vec::new() });
    }

    /// Labels in parentheses that start `ahead` tokens on; reading goes on behind them.
    fn labels(&mut self, ahead: usize) -> Vec<Place> {
        self.at += ahead + 1;
        let mut labels = Vec::new();
        while self.at < self.tokens.len() && self.word(0) != ")" {
            if self.word(0) != "," {
                labels.push(self.place(0));
            }
            self.at += 1;
        }
        self.at += 1;
        labels
    }

    /// Labels of a `by` or `without` that stands behind the arguments that start here; they are read
    /// again, and passed over, when reading gets there.
    fn labels_behind(&mut self) -> Vec<Place> {
        let start = self.at;
        let mut depth = 0_usize;
        while self.at < self.tokens.len() {
            match self.word(0) {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        let by = self.word(0).to_ascii_lowercase();
        let found = if matches!(by.as_str(), "by" | "without") && self.word(1) == "(" {
            self.labels(1)
        } else {
            Vec::new()
        };
        self.at = start;
        found
    }

    fn skip_to(&mut self, end: &str) {
        while self.at < self.tokens.len() && self.word(0) != end {
            self.at += 1;
        }
        self.at += 1;
    }
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
