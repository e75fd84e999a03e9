//! Measurements, by the table of [`fleet_model::metrics`]: no other name can be exported.

use fleet_model::metrics::{Metric, MetricKind};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The values of all metrics that have been measured.
#[derive(Default)]
pub struct Metrics(Mutex<BTreeMap<&'static str, Family>>);

struct Family {
    metric: Metric,
    series: BTreeMap<Vec<String>, Value>,
}

enum Value {
    Number(f64),
    Histogram { counts: Vec<u64>, sum: f64, count: u64 },
}

impl Metrics {
    /// Sets a gauge. `labels` are values, in the order of the metric's labels.
    pub fn set(&self, metric: &Metric, labels: &[&str], value: f64) {
        self.with(metric, labels, |held| *held = Value::Number(value));
    }

    /// Adds to a counter.
    pub fn add(&self, metric: &Metric, labels: &[&str], value: f64) {
        self.with(metric, labels, |held| {
            if let Value::Number(sum) = held {
                *sum += value;
            }
        });
    }

    /// Observes a value of a histogram.
    pub fn observe(&self, metric: &Metric, labels: &[&str], value: f64) {
        let MetricKind::Histogram(bounds) = metric.kind else { return };
        self.with(metric, labels, |held| {
            if let Value::Histogram { counts, sum, count } = held {
                for (bound, counted) in bounds.iter().zip(counts.iter_mut()) {
                    *counted += u64::from(value <= *bound);
                }
                *sum += value;
                *count += 1;
            }
        });
    }

    /// Forgets the series of a gauge whose label values begin with these: what they were about is gone.
    pub fn forget(&self, metric: &Metric, labels: &[&str]) {
        if let Some(family) = self.lock().get_mut(metric.name) {
            family.series.retain(|values, _| {
                !values.iter().map(String::as_str).take(labels.len()).eq(labels.iter().copied())
            });
        }
    }

    /// The value of a counter or gauge, if it has been measured.
    pub fn value(&self, metric: &Metric, labels: &[&str]) -> Option<f64> {
        let families = self.lock();
        let key: Vec<_> = labels.iter().map(|&label| label.to_owned()).collect();
        match families.get(metric.name)?.series.get(&key)? {
            Value::Number(value) => Some(*value),
            Value::Histogram { .. } => None,
        }
    }

    fn with(&self, metric: &Metric, labels: &[&str], change: impl FnOnce(&mut Value)) {
        debug_assert_eq!(metric.labels.len(), labels.len(), "{}", metric.name);
        let mut families = self.lock();
        let family = families
            .entry(metric.name)
            .or_insert_with(|| Family { metric: *metric, series: BTreeMap::new() });
        let key = labels.iter().map(|&label| label.to_owned()).collect();
        change(family.series.entry(key).or_insert_with(|| match metric.kind {
            MetricKind::Histogram(bounds) => {
                Value::Histogram { counts: vec![0; bounds.len()], sum: 0.0, count: 0 }
            }
            MetricKind::Counter | MetricKind::Gauge => Value::Number(0.0),
        }));
    }

    /// Whoever panicked while it measured left numbers behind, which are as good as any.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Family>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of them in Prometheus' text format.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, family) in &*self.lock() {
            let kind = match family.metric.kind {
                MetricKind::Counter => "counter",
                MetricKind::Gauge => "gauge",
                MetricKind::Histogram(_) => "histogram",
            };
            // Writing to a String does not fail.
            let _ = writeln!(text, "# HELP {name} {}\n# TYPE {name} {kind}", family.metric.help);
            for (values, value) in &family.series {
                write_series(&mut text, &family.metric, values, value);
            }
        }
        text
    }
}

fn write_series(text: &mut String, metric: &Metric, values: &[String], value: &Value) {
    let name = metric.name;
    let labels: Vec<_> = metric
        .labels
        .iter()
        .zip(values)
        .map(|(label, value)| format!("{label}=\"{}\"", escape(value)))
        .collect();
    let all = |more: Option<String>| {
        let list: Vec<_> = labels.iter().cloned().chain(more).collect();
        if list.is_empty() { String::new() } else { format!("{{{}}}", list.join(",")) }
    };
    match value {
        Value::Number(number) => {
            let _ = writeln!(text, "{name}{} {number}", all(None));
        }
        Value::Histogram { counts, sum, count } => {
            let MetricKind::Histogram(bounds) = metric.kind else { return };
            for (bound, counted) in bounds.iter().zip(counts) {
                let _ = writeln!(text, "{name}_bucket{} {counted}", all(Some(format!("le=\"{bound}\""))));
            }
            let _ = writeln!(text, "{name}_bucket{} {count}", all(Some("le=\"+Inf\"".to_owned())));
            let _ = writeln!(text, "{name}_sum{} {sum}\n{name}_count{} {count}", all(None), all(None));
        }
    }
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleet_model::metrics::controller::{LEADER, RECONCILE_DURATION, VAULT_REQUESTS, VAULT_UP};

    #[test]
    fn the_text_is_prometheus() {
        let metrics = Metrics::default();
        metrics.set(&LEADER, &[], 1.0);
        metrics.add(&VAULT_REQUESTS, &["a\"b\\c\n", "200"], 1.0);
        metrics.add(&VAULT_REQUESTS, &["a\"b\\c\n", "200"], 2.0);
        metrics.observe(&RECONCILE_DURATION, &["vault"], 0.02);
        let text = metrics.text();
        assert!(text.contains("# TYPE fleet_controller_leader gauge\nfleet_controller_leader 1\n"), "{text}");
        assert!(text.contains(r#"fleet_vault_requests_total{server="a\"b\\c\n",code="200"} 3"#), "{text}");
        assert!(text.contains(r#"_seconds_bucket{function="vault",le="0.01"} 0"#), "{text}");
        assert!(text.contains(r#"_seconds_bucket{function="vault",le="0.025"} 1"#), "{text}");
        assert!(text.contains(r#"_seconds_count{function="vault"} 1"#), "{text}");
    }

    #[test]
    fn what_is_gone_is_forgotten() {
        let metrics = Metrics::default();
        metrics.set(&VAULT_UP, &["a"], 1.0);
        metrics.set(&VAULT_UP, &["b"], 1.0);
        metrics.forget(&VAULT_UP, &["a"]);
        assert_eq!(metrics.value(&VAULT_UP, &["a"]), None);
        assert_eq!(metrics.value(&VAULT_UP, &["b"]), Some(1.0));
    }
}
