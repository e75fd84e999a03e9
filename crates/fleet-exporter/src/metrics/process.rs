//! What the exporter knows of itself and of GitHub's answers: gone with the process.

use crate::ledger::labels::render;
use crate::ledger::series::{Increment, MetricIndex, Series, index};
use crate::time::{Second, milliseconds};
use fleet_model::metrics::Metric;
use fleet_model::metrics::exporter::METRICS;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counters and gauges of the process.
#[derive(Debug, Default)]
pub struct Process {
    inner: Mutex<Inner>,
    /// GitHub's clock less ours, in seconds.
    offset: AtomicI64,
}

/// What is in it, by metric and rendered labels.
#[derive(Debug, Default)]
pub struct Inner {
    /// Series that count.
    pub series: BTreeMap<(MetricIndex, String), Series>,
    /// Values of gauges.
    pub gauges: BTreeMap<(MetricIndex, String), f64>,
    /// Gauges that show the time since a moment.
    pub since: BTreeMap<(MetricIndex, String), Second>,
}

/// Series of the process of each kind; hosts, endpoints and codes are few by construction.
const MOST: usize = 5_000;

impl Process {
    /// Counts.
    pub fn count(&self, increment: &Increment) {
        let Some(metric) = METRICS.get(increment.metric) else { return };
        let key = (increment.metric, render(metric.labels, &increment.labels));
        let mut inner = self.lock();
        if inner.series.len() >= MOST && !inner.series.contains_key(&key) {
            return;
        }
        let now = Second::now();
        let fresh = || Series::new(increment.metric, milliseconds(), now);
        inner.series.entry(key).or_insert_with(fresh).apply(increment.metric, &increment.amount, now);
    }

    /// Sets a gauge.
    pub fn set(&self, metric: &Metric, labels: &[&str], value: f64) {
        let mut inner = self.lock();
        if inner.gauges.len() < MOST {
            inner.gauges.insert(key(metric, labels), value);
        }
    }

    /// Sets a gauge that shows the time since a moment.
    pub fn set_since(&self, metric: &Metric, labels: &[&str], at: Second) {
        self.lock().since.insert(key(metric, labels), at);
    }

    /// Replaces all of a gauge's series whose labels begin with a value, such as one organization's.
    pub fn replace(&self, metric: &Metric, first: &str, values: &[(Vec<String>, f64)]) {
        let place = index(metric);
        let prefix = render(metric.labels, &[first]);
        let mut inner = self.lock();
        inner.gauges.retain(|key, _| key.0 != place || !key.1.starts_with(&prefix));
        for (labels, value) in values {
            if inner.gauges.len() < MOST {
                *inner.gauges.entry((place, render(metric.labels, labels))).or_insert(0.0) += value;
            }
        }
    }

    /// GitHub's clock less ours.
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::Relaxed)
    }

    /// Takes the time of an answer for GitHub's clock.
    pub fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::Relaxed);
    }

    /// Now, by GitHub's clock.
    pub fn now(&self) -> Second {
        Second::now().plus(self.offset())
    }

    /// Everything, for a scrape.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a gauge's value is kept. `labels` are values in the order of the catalogue.
pub(super) fn key(metric: &Metric, labels: &[&str]) -> (MetricIndex, String) {
    debug_assert_eq!(metric.labels.len(), labels.len(), "{}", metric.name);
    (index(metric), render(metric.labels, labels))
}
