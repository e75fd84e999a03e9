//! Counters and histograms: what they hold, and how they are stored.
//!
//! All numbers are whole, so that sums are the same in whichever order they were added: seconds are kept as
//! milliseconds, dollars as millionths.

use super::native::Native;
use crate::time::Second;
use fleet_model::metrics::exporter::METRICS;
use fleet_model::metrics::{Metric, MetricKind, Unit};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Place of a metric in the catalogue.
pub type MetricIndex = usize;

/// A series that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// When it began, in milliseconds since 1970. Stored, so that it does not begin anew with the process.
    pub created: i64,
    /// When it last changed; series that have been idle for long are not shown.
    pub touched: Second,
    /// What it has counted.
    pub value: Value,
    /// The last observation of each bucket; not stored.
    pub exemplars: Vec<Option<Exemplar>>,
}

/// What a series has counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// In the metric's unit, or its small part.
    Counter(u64),
    /// Observations.
    Histogram {
        /// For each bucket how many fell in it and in none before; the last one has no bound.
        counts: Vec<u64>,
        /// Their sum, in milliseconds.
        sum: u64,
        /// The same observations by the buckets of native histograms.
        native: Native,
    },
}

/// An observation that is shown with a bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// What it is of, as labels of the text format.
    pub labels: String,
    /// Seconds.
    pub value: f64,
    /// When.
    pub at: Second,
}

/// What is stored of a series.
#[derive(Serialize, Deserialize)]
pub struct Stored<V> {
    /// As in [`Series`].
    pub created: i64,
    /// As in [`Series`].
    pub touched: Second,
    /// What it has counted, in the form that the database had when it was written.
    pub value: V,
}

/// Something to be counted.
#[derive(Clone, Debug)]
pub struct Increment {
    /// Which metric.
    pub metric: MetricIndex,
    /// Values of its labels, in the order of the catalogue.
    pub labels: Vec<String>,
    /// How much.
    pub amount: Amount,
}

/// How much is counted.
#[derive(Clone, Debug)]
pub enum Amount {
    /// Of a counter, in its unit or its small part. Zero makes the series appear.
    Add(u64),
    /// Of a histogram.
    Observe {
        /// Milliseconds.
        milliseconds: u64,
        /// What it is of, as labels of the text format; empty for nothing.
        exemplar: String,
    },
}

impl Increment {
    /// Counts one.
    pub fn one(metric: &Metric, labels: &[(&str, &str)]) -> Self {
        Self::add(metric, labels, 1)
    }

    /// Counts some.
    pub fn add(metric: &Metric, labels: &[(&str, &str)], by: u64) -> Self {
        Self { metric: index(metric), labels: in_order(metric, labels), amount: Amount::Add(by) }
    }

    /// Observes a time in seconds; what is below zero is clamped by the caller.
    pub fn observe(metric: &Metric, labels: &[(&str, &str)], seconds: i64, exemplar: String) -> Self {
        let milliseconds = u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000);
        let amount = Amount::Observe { milliseconds, exemplar };
        Self { metric: index(metric), labels: in_order(metric, labels), amount }
    }
}

impl Series {
    /// A series that has counted nothing.
    pub fn new(metric: MetricIndex, created: i64, now: Second) -> Self {
        let value = match METRICS.get(metric).map(|metric| metric.kind) {
            Some(MetricKind::Histogram(bounds)) => {
                let counts = vec![0; bounds.len() + 1];
                Value::Histogram { counts, sum: 0, native: Native::default() }
            }
            _ => Value::Counter(0),
        };
        Self { created, touched: now, value, exemplars: Vec::new() }
    }

    /// Counts.
    pub fn apply(&mut self, metric: MetricIndex, amount: &Amount, now: Second) {
        self.touched = self.touched.max(now);
        match (&mut self.value, amount) {
            (Value::Counter(value), Amount::Add(by)) => *value = value.saturating_add(*by),
            (Value::Histogram { counts, sum, native }, Amount::Observe { milliseconds, exemplar }) => {
                let seconds = *milliseconds as f64 / 1_000.0;
                let place = bounds(metric).partition_point(|bound| *bound < seconds);
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                    native.add(*milliseconds, 1);
                }
                *sum = sum.saturating_add(*milliseconds);
                if !exemplar.is_empty() {
                    self.exemplars.resize(counts.len(), None);
                    if let Some(slot) = self.exemplars.get_mut(place) {
                        *slot = Some(Exemplar { labels: exemplar.clone(), value: seconds, at: now });
                    }
                }
            }
            // A histogram that is asked to appear.
            (Value::Histogram { .. }, Amount::Add(_)) | (Value::Counter(_), Amount::Observe { .. }) => {}
        }
    }

    /// The bytes to store.
    pub fn encode(&self) -> Vec<u8> {
        let stored = Stored { created: self.created, touched: self.touched, value: &self.value };
        postcard::to_stdvec(&stored).unwrap_or_default()
    }

    /// Reads what was stored; nothing where the metric has since become another kind or has other buckets.
    pub fn decode(metric: MetricIndex, bytes: &[u8]) -> Option<Self> {
        let stored: Stored<Value> = postcard::from_bytes(bytes).ok()?;
        let fresh = Self::new(metric, stored.created, stored.touched);
        let fits = match (&fresh.value, &stored.value) {
            (Value::Counter(_), Value::Counter(_)) => true,
            (Value::Histogram { counts: new, .. }, Value::Histogram { counts: old, .. }) => {
                new.len() == old.len()
            }
            _ => false,
        };
        fits.then_some(Self { value: stored.value, ..fresh })
    }
}

/// What a counter is divided by when it is shown.
pub fn divisor(metric: &Metric) -> u64 {
    if metric.unit == Unit::Dollars { 1_000_000 } else { 1 }
}

/// Bounds of a metric's buckets; none where it is no histogram.
pub fn bounds(metric: MetricIndex) -> &'static [f64] {
    match METRICS.get(metric).map(|metric| metric.kind) {
        Some(MetricKind::Histogram(bounds)) => bounds,
        _ => &[],
    }
}

/// A metric's place in the catalogue.
pub fn index(metric: &Metric) -> MetricIndex {
    static PLACES: std::sync::LazyLock<HashMap<&str, usize>> = std::sync::LazyLock::new(|| {
        METRICS.iter().enumerate().map(|(place, metric)| (metric.name, place)).collect()
    });
    PLACES.get(metric.name).copied().unwrap_or(usize::MAX)
}

fn in_order(metric: &Metric, labels: &[(&str, &str)]) -> Vec<String> {
    debug_assert_eq!(metric.labels.len(), labels.len(), "{}", metric.name);
    let value = |name: &&str| {
        let found = labels.iter().find(|(label, _)| label == name);
        debug_assert!(found.is_some(), "{} has a label {name}", metric.name);
        found.map_or_else(String::new, |(_, value)| (*value).to_owned())
    };
    metric.labels.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleet_model::metrics::exporter::{WORKFLOW_QUEUE_TIME, WORKFLOW_RUNS};

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let metric = index(&WORKFLOW_QUEUE_TIME);
        let mut series = Series::new(metric, 0, Second(0));
        for milliseconds in [1_000, 1_001, 9_999_000] {
            series.apply(metric, &Amount::Observe { milliseconds, exemplar: String::new() }, Second(1));
        }
        let Value::Histogram { counts, sum, native } = &series.value else { panic!("a histogram") };
        assert_eq!((counts[0], counts[1], counts[13], *sum), (1, 1, 1, 10_001_001));
        assert_eq!((native.total(), native.spans().len()), (3, 2));
        assert_eq!(Series::decode(metric, &series.encode()), Some(series.clone()));
        assert_eq!(Series::decode(index(&WORKFLOW_RUNS), &series.encode()), None);
    }
}
