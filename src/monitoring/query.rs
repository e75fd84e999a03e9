//! Expressions of PromQL, built from typed parts: a metric is one of the catalogue, and no value can end
//! the string that it stands in.

use super::selector::quoted;
use crate::language::value::Duration;
use std::fmt;

pub use super::selector::{Selector, buckets, literal, observations, recorded, series};

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub(super) text: String,
    /// Whether it can stand in an operation without parentheses.
    pub(super) atom: bool,
}

/// A number.
pub fn number(value: f64) -> Query {
    Query { text: value.to_string(), atom: true }
}

/// Seconds of a span of time.
pub fn seconds(span: Duration) -> Query {
    Query { text: span.seconds().to_string(), atom: true }
}

/// Now, in seconds since 1970.
pub fn time() -> Query {
    Query { text: "time()".to_owned(), atom: true }
}

/// The number 1 where there are no such series.
pub fn absent(selector: Selector) -> Query {
    Query::call("absent", [selector.to_string()])
}

/// The quantile of a histogram's buckets, which are summed with the label `le`.
pub fn quantile(share: f64, buckets: &Query) -> Query {
    Query::call("histogram_quantile", [share.to_string(), buckets.text.clone()])
}

impl Query {
    pub(super) fn call<const N: usize>(name: &str, arguments: [String; N]) -> Self {
        Self { text: format!("{name}({})", arguments.join(", ")), atom: true }
    }

    fn aggregate(&self, operator: &str, by: &[&str]) -> Self {
        let by = if by.is_empty() { String::new() } else { format!(" by ({}) ", by.join(", ")) };
        Self { text: format!("{operator}{by}({})", self.text), atom: true }
    }

    /// The sum, for each of these labels.
    pub fn sum(self, by: &[&str]) -> Self {
        self.aggregate("sum", by)
    }

    /// The greatest, for each of these labels.
    pub fn max(self, by: &[&str]) -> Self {
        self.aggregate("max", by)
    }

    /// The least, for each of these labels.
    pub fn min(self, by: &[&str]) -> Self {
        self.aggregate("min", by)
    }

    /// The number of series, for each of these labels.
    pub fn count(self, by: &[&str]) -> Self {
        self.aggregate("count", by)
    }

    fn operand(&self) -> String {
        if self.atom { self.text.clone() } else { format!("({})", self.text) }
    }

    fn binary(&self, operator: &str, other: &Self) -> Self {
        Self { text: format!("{} {operator} {}", self.operand(), other.operand()), atom: false }
    }

    /// Where it is more.
    pub fn gt(self, other: impl Into<Self>) -> Self {
        self.binary(">", &other.into())
    }

    /// Where it is at least as much.
    pub fn ge(self, other: impl Into<Self>) -> Self {
        self.binary(">=", &other.into())
    }

    /// Where it is less.
    pub fn lt(self, other: impl Into<Self>) -> Self {
        self.binary("<", &other.into())
    }

    /// Where it is equal.
    pub fn equal(self, other: impl Into<Self>) -> Self {
        self.binary("==", &other.into())
    }

    /// Less something.
    pub fn minus(self, other: impl Into<Self>) -> Self {
        self.binary("-", &other.into())
    }

    /// Times something.
    pub fn times(self, other: impl Into<Self>) -> Self {
        self.binary("*", &other.into())
    }

    /// For each of something.
    pub fn per(self, other: impl Into<Self>) -> Self {
        self.binary("/", &other.into())
    }

    /// For each of something, joined by these labels alone.
    pub fn per_on(self, labels: &[&str], other: impl Into<Self>) -> Self {
        self.binary(&format!("/ on ({})", labels.join(", ")), &other.into())
    }

    /// Where the other has a value too.
    pub fn and(self, other: impl Into<Self>) -> Self {
        self.binary("and", &other.into())
    }

    /// Where the other has a value with these labels too.
    pub fn and_on(self, labels: &[&str], other: impl Into<Self>) -> Self {
        self.binary(&format!("and on ({})", labels.join(", ")), &other.into())
    }

    /// Where the other has no value with these labels.
    pub fn unless_on(self, labels: &[&str], other: impl Into<Self>) -> Self {
        self.binary(&format!("unless on ({})", labels.join(", ")), &other.into())
    }

    /// One or the other.
    pub fn or(self, other: impl Into<Self>) -> Self {
        self.binary("or", &other.into())
    }

    /// With 0 where it has no value; without labels.
    pub fn or_zero(self) -> Self {
        self.binary("or", &Self { text: "vector(0)".to_owned(), atom: true })
    }

    /// With one more label.
    pub fn with_label(self, label: &str, value: &str) -> Self {
        // In a replacement `$1` would be a group of the pattern.
        let value = value.replace('$', "$$");
        Self::call("label_replace", [self.text, quoted(label), quoted(&value), quoted(""), quoted("")])
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleet_model::metrics::{arc, exporter};

    #[test]
    fn no_value_ends_its_string() {
        let odd = series(&arc::BUSY_RUNNERS).eq("pool", "a\"} or up{b=\"").query().to_string();
        assert_eq!(odd, r#"gha_busy_runners{pool="a\"} or up{b=\""}"#);
        assert!(promql_parser::parser::parse(&odd).is_ok());
        let many = series(&arc::BUSY_RUNNERS).any("pool", ["a.b", "c"]).query().to_string();
        assert_eq!(many, r#"gha_busy_runners{pool=~"a\\.b|c"}"#);
    }

    #[test]
    fn operations_keep_their_order() {
        let busy = series(&arc::BUSY_RUNNERS).query().sum(&["pool"]);
        let share = busy.per(series(&arc::MAX_RUNNERS).query().sum(&["pool"])).times(number(100.0));
        let text = share.gt(number(90.0)).to_string();
        assert_eq!(text, "((sum by (pool) (gha_busy_runners) / sum by (pool) (gha_max_runners)) * 100) > 90");
        let late =
            quantile(0.95, &buckets(&exporter::WORKFLOW_QUEUE_TIME).rate(Duration(900)).sum(&["pool", "le"]));
        assert_eq!(
            late.to_string(),
            "histogram_quantile(0.95, sum by (pool, le) (rate(github_actions_workflow_queue_time_seconds_bucket[15m])))"
        );
    }
}
