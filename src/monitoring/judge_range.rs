//! Where values lie, and which conditions can hold.

use super::judge::{Facts, Judge, ProblemKind};
use promql_parser::parser::token;
use promql_parser::parser::{BinaryExpr, LabelModifier, VectorMatchCardinality};
use std::collections::BTreeSet;

/// All numbers from one to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The least.
    pub low: f64,
    /// The greatest.
    pub high: f64,
}

impl Interval {
    /// All numbers.
    pub const ANY: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };
    /// All that are not negative.
    pub const POSITIVE: Self = Self { low: 0.0, high: f64::INFINITY };

    /// One number.
    pub const fn point(at: f64) -> Self {
        Self { low: at, high: at }
    }

    /// The same with the other sign.
    pub fn negated(self) -> Self {
        Self { low: -self.high, high: -self.low }
    }

    fn union(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }.checked()
    }

    fn times(self, other: Self) -> Self {
        let product = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let all =
            [(self.low, other.low), (self.low, other.high), (self.high, other.low), (self.high, other.high)];
        let all = all.map(|(a, b)| product(a, b));
        Self {
            low: all.iter().copied().fold(f64::INFINITY, f64::min),
            high: all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
        .checked()
    }

    fn per(self, other: Self) -> Self {
        if other.low == other.high && other.low != 0.0 {
            return self.times(Self::point(1.0 / other.low));
        }
        if self.low >= 0.0 && other.low >= 0.0 { Self::POSITIVE } else { Self::ANY }
    }

    fn checked(self) -> Self {
        if self.low.is_nan() || self.high.is_nan() { Self::ANY } else { self }
    }
}

/// What becomes of a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Open,
    Never,
    Always,
}

fn outcome(operator: &str, left: Interval, right: Interval) -> Outcome {
    let (never, always) = match operator {
        ">" => (left.high <= right.low, left.low > right.high),
        ">=" => (left.high < right.low, left.low >= right.high),
        "<" => (left.low >= right.high, left.high < right.low),
        "<=" => (left.low > right.high, left.high <= right.low),
        "==" => (left.high < right.low || left.low > right.high, false),
        "!=" => (false, left.high < right.low || left.low > right.high),
        _ => (false, false),
    };
    match (never, always) {
        (true, _) => Outcome::Never,
        (_, true) => Outcome::Always,
        _ => Outcome::Open,
    }
}

impl Judge<'_> {
    /// Judges an operation between two expressions.
    pub(super) fn binary(&mut self, binary: &BinaryExpr) -> Facts {
        let start = self.shape.selectors.get(self.selectors).map_or(0, |next| next.whole.start);
        let left = self.walk(&binary.lhs);
        let place = self.shape.operations.get(self.operations).cloned();
        self.operations += 1;
        let right = self.walk(&binary.rhs);
        let operator = binary.op.to_string();
        if let Some(place) = &place {
            let on = binary
                .modifier
                .as_ref()
                .is_some_and(|modifier| matches!(modifier.matching, Some(LabelModifier::Include(_))));
            if on {
                self.labels_exist(&place.labels, &left, "the left side");
                self.labels_exist(&place.labels, &right, "the right side");
            }
            let (one, side) = match binary.modifier.as_ref().map(|modifier| &modifier.card) {
                Some(VectorMatchCardinality::OneToMany(_)) => (&left, "the left side"),
                _ => (&right, "the right side"),
            };
            self.labels_exist(&place.extra, one, side);
        }
        let compares = matches!(operator.as_str(), ">" | ">=" | "<" | "<=" | "==" | "!=");
        if compares && (left.constant || right.constant) {
            let at = place.as_ref().map_or(start, |place| place.word.start);
            self.condition(&operator, &left, &right, at);
        }
        let bool = binary.modifier.as_ref().is_some_and(|modifier| modifier.return_bool);
        let range = match binary.op.id() {
            token::T_ADD => left.range.plus(right.range),
            token::T_SUB => left.range.plus(right.range.negated()),
            token::T_MUL => left.range.times(right.range),
            token::T_DIV => left.range.per(right.range),
            token::T_LOR => left.range.union(right.range),
            token::T_LAND | token::T_LUNLESS => left.range,
            _ if compares && bool => Interval { low: 0.0, high: 1.0 },
            // What a comparison leaves is the side with series.
            _ if compares && left.constant => right.range,
            _ if compares => left.range,
            _ => Interval::ANY,
        };
        let set = matches!(binary.op.id(), token::T_LAND | token::T_LUNLESS | token::T_LOR);
        let total =
            if left.total.low >= 0.0 && range.low >= 0.0 { Interval::POSITIVE } else { Interval::ANY };
        Facts {
            labels: joined(binary, &left, &right, set),
            range,
            total,
            counter: false,
            top: None,
            constant: left.constant && right.constant,
            metric: None,
        }
    }

    /// Reports a condition that can't be what was meant.
    fn condition(&mut self, operator: &str, left: &Facts, right: &Facts, word: usize) {
        let outcome = outcome(operator, left.range, right.range);
        let at = self.comparison(word, operator.len());
        let (value, bound) = if right.constant { (left, right.range.low) } else { (right, left.range.low) };
        let name = value.metric.as_ref().map_or("it".to_owned(), |name| format!("`{name}`"));
        match outcome {
            Outcome::Never => {
                let message = format!("this is never so: {name} is {}", value.range.words());
                let help = format!("compare it with a number that it can reach, not with {bound}");
                self.report(ProblemKind::Never, at, "can't be reached", message, help);
            }
            Outcome::Always if value.range.low < value.range.high => {
                let message = format!("this is always so: {name} is {}", value.range.words());
                let help = format!("compare it with another number than {bound}");
                self.report(ProblemKind::Always, at, "always so", message, help);
            }
            _ => {}
        }
    }

    /// The operator that starts at `word`, and the number behind it: what has to change.
    fn comparison(&self, word: usize, operator: usize) -> std::ops::Range<usize> {
        let behind = word + operator;
        let rest = self.text.get(behind..).unwrap_or("");
        let blank = rest.len() - rest.trim_start().len();
        let number = rest.trim_start().find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '+')));
        let end = number.map_or(self.text.trim_end().len(), |length| behind + blank + length);
        word..end.clamp(word, self.text.len())
    }
}

impl Interval {
    /// Where it lies, in words.
    fn words(self) -> String {
        match (self.low.is_finite(), self.high.is_finite()) {
            (true, true) if self.low == self.high => format!("always {}", self.low),
            (true, true) => format!("from {} to {}", self.low, self.high),
            (true, false) => format!("{} or more", self.low),
            (false, true) => format!("{} or less", self.high),
            (false, false) => "any number".to_owned(),
        }
    }
}

/// The labels of what an operation leaves.
fn joined(binary: &BinaryExpr, left: &Facts, right: &Facts, set: bool) -> Option<BTreeSet<String>> {
    if left.constant || left.labels.as_ref().is_some_and(|labels| labels.is_empty() && !set) {
        return right.labels.clone();
    }
    let (mine, theirs) = (left.labels.clone()?, right.labels.clone());
    if binary.op.id() == token::T_LOR {
        return Some(mine.union(&theirs?).cloned().collect());
    }
    let Some(modifier) = &binary.modifier else { return Some(mine) };
    match &modifier.card {
        VectorMatchCardinality::ManyToOne(extra) => {
            Some(mine.into_iter().chain(extra.labels.iter().cloned()).collect())
        }
        VectorMatchCardinality::OneToMany(extra) => {
            Some(theirs?.into_iter().chain(extra.labels.iter().cloned()).collect())
        }
        _ if set => Some(mine),
        _ => match &modifier.matching {
            Some(LabelModifier::Include(labels)) => Some(labels.labels.iter().cloned().collect()),
            Some(LabelModifier::Exclude(labels)) => {
                Some(mine.into_iter().filter(|label| !labels.labels.contains(label)).collect())
            }
            None => Some(mine),
        },
    }
}
