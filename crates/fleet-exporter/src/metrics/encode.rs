//! The text formats of Prometheus and of OpenMetrics.

use super::gauges::Gauges;
use super::process::Process;
use crate::ledger::View;
use crate::ledger::series::{Exemplar, Series, Value, bounds, divisor};
use crate::time::{DAY, Second};
use fleet_model::metrics::exporter::METRICS;
use fleet_model::metrics::{Metric, MetricKind};
use std::fmt::Write;

/// Series that have not changed for so long are not shown. They stay in the ledger, so that one that comes
/// back has its value and is no reset.
const IDLE: i64 = 30 * DAY;

/// How a scrape is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The text format 0.0.4.
    Text,
    /// OpenMetrics 1.0.0, with exemplars and the time at which each series began.
    OpenMetrics,
}

impl Format {
    /// The best that a scraper takes.
    pub fn negotiate(accept: &str) -> Self {
        let open = accept.split(',').any(|kind| {
            let mut parts = kind.split(';').map(str::trim);
            let named = parts.next() == Some("application/openmetrics-text");
            named && parts.all(|part| !matches!(part, "q=0" | "q=0.0" | "version=0.0.1"))
        });
        if open { Self::OpenMetrics } else { Self::Text }
    }

    /// The answer's `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// Where series come from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// What was counted.
    pub view: &'a View,
    /// What is live.
    pub gauges: &'a Gauges,
    /// What the process does.
    pub process: &'a Process,
}

/// Writes all series.
pub fn encode(sources: Sources<'_>, format: Format, now: Second) -> String {
    let mut out = Encoder { text: String::with_capacity(1 << 16), format, headed: false };
    let process = sources.process.lock();
    for (place, metric) in METRICS.iter().enumerate() {
        out.headed = false;
        for (labels, series) in sources.view.series.get(place).into_iter().flatten() {
            if now.since(series.touched) < IDLE {
                out.series(place, metric, labels, series);
            }
        }
        let range = (place, String::new())..(place + 1, String::new());
        for ((_, labels), series) in process.series.range(range.clone()) {
            out.series(place, metric, labels, series);
        }
        for of in [sources.gauges, &process.gauges] {
            for ((_, labels), value) in of.range(range.clone()) {
                out.gauge(metric, labels, *value);
            }
        }
        for ((_, labels), at) in process.since.range(range) {
            out.gauge(metric, labels, now.since(*at).max(0) as f64);
        }
    }
    if format == Format::OpenMetrics {
        out.text.push_str("# EOF\n");
    }
    out.text
}

struct Encoder {
    text: String,
    format: Format,
    /// Whether the head of the metric has been written.
    headed: bool,
}

impl Encoder {
    fn open(&self) -> bool {
        self.format == Format::OpenMetrics
    }

    fn head(&mut self, metric: &Metric) {
        if std::mem::replace(&mut self.headed, true) {
            return;
        }
        let (kind, counter) = match metric.kind {
            MetricKind::Counter => ("counter", true),
            MetricKind::Gauge => ("gauge", false),
            MetricKind::Histogram(_) => ("histogram", false),
        };
        // OpenMetrics names a counter without the ending of its samples.
        let name = if self.open() && counter { base(metric.name) } else { metric.name };
        let help = metric.help.replace('\\', "\\\\").replace('\n', "\\n");
        let help = if self.open() { help.replace('"', "\\\"") } else { help };
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn gauge(&mut self, metric: &Metric, labels: &str, value: f64) {
        self.head(metric);
        self.line(metric.name, "", labels, value);
    }

    fn series(&mut self, place: usize, metric: &Metric, labels: &str, series: &Series) {
        self.head(metric);
        match &series.value {
            Value::Counter(value) => {
                match divisor(metric) {
                    1 => self.line(metric.name, "", labels, value),
                    divisor => self.line(metric.name, "", labels, *value as f64 / divisor as f64),
                }
                self.created(base(metric.name), labels, series);
            }
            Value::Histogram { counts, sum } => {
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
        if self.open() {
            let Exemplar { labels, value, at } = exemplar;
            let _ = write!(self.text, " # {{{labels}}} {value} {}", at.0);
        }
    }

    fn created(&mut self, name: &str, labels: &str, series: &Series) {
        if self.open() {
            self.line(name, "_created", labels, series.created as f64 / 1_000.0);
        }
    }
}

fn base(name: &str) -> &str {
    name.strip_suffix("_total").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scraper_gets_what_it_asks_for() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2";
        assert_eq!(Format::negotiate(prometheus), Format::OpenMetrics);
        assert_eq!(Format::negotiate("text/plain"), Format::Text);
        assert_eq!(Format::negotiate(""), Format::Text);
        assert_eq!(Format::negotiate("application/openmetrics-text;q=0"), Format::Text);
    }
}
