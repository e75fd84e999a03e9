//! The text formats of Prometheus and of OpenMetrics.

use super::encode::{Form, Sample};
use crate::ledger::series::{Exemplar, MetricIndex, Series, Value, bounds, divisor};
use fleet_model::metrics::{Metric, MetricKind};
use std::fmt::Write;

/// Text that is being written.
pub(super) struct Text {
    text: String,
    /// Whether it is OpenMetrics.
    open: bool,
}

impl Text {
    pub(super) fn new(open: bool) -> Self {
        Self { text: String::with_capacity(1 << 16), open }
    }
}

impl Form for Text {
    fn begin(&mut self, metric: &Metric) {
        let (kind, counter) = match metric.kind {
            MetricKind::Counter => ("counter", true),
            MetricKind::Gauge => ("gauge", false),
            MetricKind::Histogram(_) => ("histogram", false),
        };
        // OpenMetrics names a counter without the ending of its samples.
        let name = if self.open && counter { base(metric.name) } else { metric.name };
        let help = metric.help.replace('\\', "\\\\").replace('\n', "\\n");
        let help = if self.open { help.replace('"', "\\\"") } else { help };
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn sample(&mut self, place: MetricIndex, metric: &Metric, labels: &str, sample: Sample<'_>) {
        match sample {
            Sample::Gauge(value) => self.line(metric.name, "", labels, value),
            Sample::Counted(series) => self.series(place, metric, labels, series),
        }
    }

    fn end(&mut self) {}

    fn finish(mut self) -> Vec<u8> {
        if self.open {
            self.text.push_str("# EOF\n");
        }
        self.text.into_bytes()
    }
}

impl Text {
    fn series(&mut self, place: MetricIndex, metric: &Metric, labels: &str, series: &Series) {
        match &series.value {
            Value::Counter(value) => {
                match divisor(metric) {
                    1 => self.line(metric.name, "", labels, value),
                    divisor => self.line(metric.name, "", labels, *value as f64 / divisor as f64),
                }
                self.created(base(metric.name), labels, series);
            }
            Value::Histogram { counts, sum, .. } => {
                let mut total = 0;
                for (bucket, count) in counts.iter().enumerate() {
                    total += count;
                    let bound = bounds(place).get(bucket).copied().unwrap_or(f64::INFINITY);
                    self.bucket(metric.name, labels, bound, total);
                    if let Some(Some(exemplar)) = series.exemplars.get(bucket) {
                        self.exemplar(exemplar);
                    }
                    self.text.push('\n');
                }
                self.line(metric.name, "_sum", labels, *sum as f64 / 1_000.0);
                self.line(metric.name, "_count", labels, total);
                self.created(metric.name, labels, series);
            }
        }
    }

    fn line(&mut self, name: &str, suffix: &str, labels: &str, value: impl std::fmt::Display) {
        self.text.push_str(name);
        self.text.push_str(suffix);
        if !labels.is_empty() {
            self.text.push('{');
            self.text.push_str(labels);
            self.text.push('}');
        }
        let _ = writeln!(self.text, " {value}");
    }

    /// A bucket, without the end of its line. A bound is written alike in both formats: `le="1"` and
    /// `le="1.0"` would be different series.
    fn bucket(&mut self, name: &str, labels: &str, bound: f64, value: u64) {
        let comma = if labels.is_empty() { "" } else { "," };
        self.text.push_str(name);
        self.text.push_str("_bucket{");
        self.text.push_str(labels);
        let _ = if bound.is_finite() {
            write!(self.text, "{comma}le=\"{bound:?}\"}} {value}")
        } else {
            write!(self.text, "{comma}le=\"+Inf\"}} {value}")
        };
    }

    fn exemplar(&mut self, exemplar: &Exemplar) {
        if self.open {
            let Exemplar { labels, value, at } = exemplar;
            let _ = write!(self.text, " # {{{labels}}} {value} {}", at.0);
        }
    }

    fn created(&mut self, name: &str, labels: &str, series: &Series) {
        if self.open {
            self.line(name, "_created", labels, series.created as f64 / 1_000.0);
        }
    }
}

fn base(name: &str) -> &str {
    name.strip_suffix("_total").unwrap_or(name)
}
