//! Every metric that an alert or a panel may ask for.
//!
//! A metric is declared once, here: the program that exports it registers it from this table, and the
//! compiler refuses an alert or a panel that asks for a name or a label that no table has.

/// Who exports a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// fleet-exporter.
    Exporter,
    /// fleet-controller.
    Controller,
    /// A listener of ARC: one for each pool, in the controller's namespace.
    Listener,
    /// ARC's controller.
    ArcController,
    /// kube-state-metrics.
    KubeState,
    /// Prometheus itself: a series that it adds to every scrape, such as `up`.
    Prometheus,
}

/// What the values of a metric mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MetricKind {
    /// Only grows, but for restarts; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations in buckets: `_bucket` (with the label `le`), `_sum` and `_count` are its series.
    Histogram(&'static [f64]),
}

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Its full name, as it is scraped; of a histogram, without `_bucket`, `_sum` or `_count`.
    pub name: &'static str,
    /// What its values mean.
    pub kind: MetricKind,
    /// Its labels, in the order in which they are written. Those that the scrape adds (`job`,
    /// `instance`, `namespace`, `pod`, `service`, `endpoint`, `container`) are not among them.
    pub labels: &'static [&'static str],
    /// What it says, in one sentence: the text of `# HELP`.
    pub help: &'static str,
    /// Who exports it.
    pub source: Source,
}
