//! Functions and aggregations: what they take, and what they leave.

use super::judge::{Facts, Judge, ProblemKind};
use super::judge_range::Interval;
use super::shape::Place;
use promql_parser::parser::{AggregateExpr, Call, LabelModifier};
use std::collections::BTreeSet;

/// Functions that ask by how much a counter grew.
const OF_COUNTERS: &[&str] = &["rate", "irate", "increase", "resets"];
/// Functions that ask how a gauge moves.
const OF_GAUGES: &[&str] =
    &["delta", "idelta", "deriv", "predict_linear", "holt_winters", "double_exponential_smoothing"];
/// Functions that leave values where they are.
const KEEPING: &[&str] = &[
    "avg_over_time",
    "min_over_time",
    "max_over_time",
    "last_over_time",
    "quantile_over_time",
    "sort",
    "sort_desc",
    "sort_by_label",
    "sort_by_label_desc",
    "first_over_time",
];
/// Functions of a counter whose result does not rest on its value.
const VALUELESS: &[&str] =
    &["absent", "absent_over_time", "timestamp", "changes", "count_over_time", "present_over_time"];
/// Functions whose result is not negative.
const POSITIVE: &[&str] = &[
    "rate",
    "irate",
    "increase",
    "resets",
    "changes",
    "count_over_time",
    "abs",
    "time",
    "timestamp",
    "histogram_count",
    "histogram_quantile",
    "stddev_over_time",
    "stdvar_over_time",
];

impl Judge<'_> {
    /// Judges a call of a function.
    pub(super) fn call(&mut self, call: &Call) -> Facts {
        let name = call.func.name;
        let place = self.shape.calls.get(self.calls).cloned().unwrap_or(0..self.text.len());
        self.calls += 1;
        let before = self.counters_allowed;
        self.counters_allowed |=
            OF_COUNTERS.contains(&name) || VALUELESS.contains(&name) || OF_GAUGES.contains(&name);
        let arguments: Vec<_> = call.args.args.iter().map(|argument| self.walk(argument)).collect();
        self.counters_allowed = before;
        // The last argument of `quantile_over_time` and `histogram_quantile` has the series, else the first.
        let facts = arguments
            .iter()
            .find(|facts| !facts.constant)
            .or(arguments.first())
            .cloned()
            .unwrap_or_else(|| Facts::scalar(Interval::ANY));
        self.judge_call(name, &place, &facts);
        self.after(name, facts)
    }

    fn judge_call(&mut self, name: &str, place: &Place, facts: &Facts) {
        let metric = facts.metric.clone().unwrap_or_default();
        if OF_COUNTERS.contains(&name) && !facts.counter && !metric.is_empty() {
            let message = format!("`{name}` is for counters, and `{metric}` goes up and down");
            let help = match name {
                "increase" => format!("for a change of it use `delta({metric}[…])`"),
                _ => format!(
                    "for its trend use `deriv({metric}[…])`, for its mean `avg_over_time({metric}[…])`"
                ),
            };
            self.report(ProblemKind::WrongType, place.clone(), "of a gauge", message, help);
        }
        if OF_GAUGES.contains(&name) && facts.counter && !metric.is_empty() {
            let message =
                format!("`{name}` is for gauges, and `{metric}` only grows, until its program starts anew");
            let help = format!("use `increase({metric}[…])`, which knows of restarts");
            self.report(ProblemKind::WrongType, place.clone(), "of a counter", message, help);
        }
        if name == "histogram_quantile"
            && let Some(labels) = &facts.labels
            && !labels.contains("le")
        {
            let message = "`histogram_quantile` needs buckets, and the label `le` is not there".to_owned();
            let help =
                "use a metric that ends in `_bucket`, and keep the label when summing: `sum by (le) (…)`"
                    .to_owned();
            self.report(ProblemKind::WrongType, place.clone(), "without le", message, help);
        }
    }

    /// What a function leaves of its series.
    fn after(&self, name: &str, facts: Facts) -> Facts {
        let same = |range: Interval| Facts {
            range,
            total: range,
            counter: false,
            metric: None,
            constant: false,
            ..facts.clone()
        };
        match name {
            "histogram_quantile" => {
                let high = facts.top.unwrap_or(f64::INFINITY);
                let labels =
                    facts.labels.clone().map(|labels| labels.into_iter().filter(|l| l != "le").collect());
                Facts { labels, top: None, ..same(Interval { low: 0.0, high }) }
            }
            "absent" | "absent_over_time" => Facts { labels: None, ..same(Interval::point(1.0)) },
            "vector" | "scalar" => Facts::scalar(facts.range),
            "time" => Facts::scalar(Interval::POSITIVE),
            "label_replace" | "label_join" => Facts { labels: None, counter: false, metric: None, ..facts },
            _ if KEEPING.contains(&name) => Facts { counter: false, ..facts },
            _ if POSITIVE.contains(&name) => same(Interval::POSITIVE),
            _ => same(Interval::ANY),
        }
    }

    /// Judges an aggregation.
    pub(super) fn aggregate(&mut self, aggregate: &AggregateExpr) -> Facts {
        let place = self.shape.aggregations.get(self.aggregations).cloned();
        self.aggregations += 1;
        let operator = aggregate.op.to_string();
        if let Some(parameter) = &aggregate.param {
            self.walk(parameter);
        }
        let before = self.counters_allowed;
        self.counters_allowed |= matches!(operator.as_str(), "count" | "group");
        let facts = self.walk(&aggregate.expr);
        self.counters_allowed = before;
        let labels = match &aggregate.modifier {
            Some(LabelModifier::Include(labels)) => Some(labels.labels.iter().cloned().collect()),
            Some(LabelModifier::Exclude(labels)) => facts
                .labels
                .clone()
                .map(|known| known.into_iter().filter(|label| !labels.labels.contains(label)).collect()),
            None if matches!(operator.as_str(), "topk" | "bottomk" | "limitk" | "limit_ratio") => {
                facts.labels.clone()
            }
            None => Some(BTreeSet::new()),
        };
        if let Some(place) = &place
            && matches!(aggregate.modifier, Some(LabelModifier::Include(_)))
        {
            let of =
                facts.metric.as_ref().map_or("what is summed here".to_owned(), |name| format!("`{name}`"));
            self.labels_exist(&place.labels, &facts, &of);
        }
        // Each pool has one series of what counts its runners.
        let by_pool = matches!(&aggregate.modifier, Some(LabelModifier::Include(labels))
            if labels.labels.iter().any(|label| label == "pool" || label == "name"));
        let arc = facts.metric.as_ref().is_some_and(|name| name.starts_with("gha_"));
        let range = match operator.as_str() {
            "sum" if by_pool && arc => facts.range,
            "sum" => facts.total,
            "count" | "group" => Interval { low: 1.0, high: f64::INFINITY },
            "count_values" | "stddev" | "stdvar" => Interval::POSITIVE,
            _ => facts.range,
        };
        let name = facts.metric.filter(|_| !facts.counter);
        Facts {
            labels,
            range,
            total: facts.total,
            counter: false,
            top: facts.top,
            constant: false,
            metric: name,
        }
    }
}
