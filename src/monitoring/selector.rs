//! Choices of series, for [`query`](super::query).

use super::query::Query;
use crate::language::value::Duration;
use fleet_model::metrics::Metric;
use std::fmt;

/// A choice of series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    name: String,
    matchers: Vec<String>,
}

/// A text as a string of PromQL.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text as a regular expression that matches it alone.
pub fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !(c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | ' ' | ',' | ':' | '=')) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// All series of a counter or gauge.
pub fn series(metric: &Metric) -> Selector {
    Selector { name: metric.name.to_owned(), matchers: Vec::new() }
}

/// The buckets of a histogram.
pub fn buckets(metric: &Metric) -> Selector {
    Selector { name: format!("{}_bucket", metric.name), matchers: Vec::new() }
}

/// The number of observations of a histogram.
pub fn observations(metric: &Metric) -> Selector {
    Selector { name: format!("{}_count", metric.name), matchers: Vec::new() }
}

/// The series of a recording rule.
pub fn recorded(name: &str) -> Selector {
    Selector { name: name.to_owned(), matchers: Vec::new() }
}

impl Selector {
    fn matching(mut self, label: &str, operator: &str, value: &str) -> Self {
        self.matchers.push(format!("{label}{operator}{}", quoted(value)));
        self
    }

    /// Those whose label has this value.
    pub fn eq(self, label: &str, value: &str) -> Self {
        self.matching(label, "=", value)
    }

    /// Those whose label has another value.
    pub fn ne(self, label: &str, value: &str) -> Self {
        self.matching(label, "!=", value)
    }

    /// Those whose label has one of these values; all where there are none.
    pub fn any<'a>(self, label: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<_> = values.into_iter().collect();
        match values.as_slice() {
            [] => self,
            [only] => self.eq(label, only),
            many => {
                let pattern: Vec<_> = many.iter().map(|value| literal(value)).collect();
                self.matching(label, "=~", &pattern.join("|"))
            }
        }
    }

    /// Those whose label matches a pattern.
    pub fn matches(self, label: &str, pattern: &str) -> Self {
        self.matching(label, "=~", pattern)
    }

    /// Those whose label does not match a pattern.
    pub fn not_matches(self, label: &str, pattern: &str) -> Self {
        self.matching(label, "!~", pattern)
    }

    fn over(&self, range: Duration) -> String {
        format!("{self}[{range}]")
    }

    /// What it grew by each second.
    pub fn rate(self, range: Duration) -> Query {
        Query::call("rate", [self.over(range)])
    }

    /// What it grew by.
    pub fn increase(self, range: Duration) -> Query {
        Query::call("increase", [self.over(range)])
    }

    /// What it grew by in a time that ended so long ago.
    pub fn increase_before(self, range: Duration, ago: Duration) -> Query {
        Query::call("increase", [format!("{self}[{range}] offset {ago}")])
    }

    /// Its mean over a time.
    pub fn avg_over(self, range: Duration) -> Query {
        Query::call("avg_over_time", [self.over(range)])
    }

    /// As it was.
    pub fn offset(self, by: Duration) -> Query {
        Query { text: format!("{self} offset {by}"), atom: true }
    }

    /// Its values.
    pub fn query(self) -> Query {
        Query { text: self.to_string(), atom: true }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.matchers.is_empty() { Ok(()) } else { write!(f, "{{{}}}", self.matchers.join(", ")) }
    }
}

impl From<Selector> for Query {
    fn from(selector: Selector) -> Self {
        selector.query()
    }
}
