//! From the tokens of an expression to its parts.

use super::scan::{Token, TokenKind};
use super::shape::{MatcherPlace, OperatorPlace, Place, SelectorPlace, Shape};

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

/// Reads tokens from left to right.
pub(super) struct Reader<'a> {
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

    /// The parts of an expression, and whether nothing is expected behind the last token.
    pub(super) fn read(text: &'a str, tokens: &'a [Token]) -> (Shape, bool) {
        let mut reader = Self { text, tokens, at: 0, value_before: false, shape: Shape::default() };
        reader.run();
        (reader.shape, reader.value_before)
    }

    fn run(&mut self) {
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
