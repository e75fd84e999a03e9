//! Every metric that an alert or a panel may ask for.
//!
//! A metric is declared once, here: the program that exports it registers it from this table, and the
//! compiler refuses an alert or a panel that asks for a name or a label that no table has.

#[macro_use]
mod declare;
pub mod arc;
pub mod controller;
pub mod exporter;
pub mod kube;
mod lookup;
pub mod values;

pub use lookup::{Series, SeriesPart, all, find, of_source};

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

impl Source {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Exporter,
        Self::Controller,
        Self::Listener,
        Self::ArcController,
        Self::KubeState,
        Self::Prometheus,
    ];

    /// Its name in messages.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Exporter => "fleet-exporter",
            Self::Controller => "fleet-controller",
            Self::Listener => "ARC's listeners",
            Self::ArcController => "ARC's controller",
            Self::KubeState => "kube-state-metrics",
            Self::Prometheus => "Prometheus",
        }
    }

    /// Labels that the scrape adds to what it exports, beside `cluster` where clusters have names.
    ///
    /// fleet-exporter's counters outlive its pod, so the monitor drops what names the pod: else each
    /// restart would begin new series. What ARC exports has the name of the pool added: a listener's own label
    /// `name` is that of an EphemeralRunnerSet, which changes with each roll-out.
    pub const fn scrape_labels(self) -> &'static [&'static str] {
        match self {
            Self::Exporter => &["job", "namespace", "service"],
            Self::Listener => {
                &["job", "instance", "namespace", "pod", "container", "endpoint", "pool", "name"]
            }
            Self::ArcController => &["job", "instance", "namespace", "pod", "container", "endpoint", "pool"],
            Self::Controller | Self::KubeState => {
                &["job", "instance", "namespace", "pod", "container", "endpoint", "service"]
            }
            Self::Prometheus => {
                &["job", "instance", "namespace", "pod", "container", "endpoint", "service", "pool"]
            }
        }
    }
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

/// What one is of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A share, from 0 to 1.
    Ratio,
    /// How many times as much; has no upper end.
    Multiple,
    /// A span of time in seconds.
    Seconds,
    /// A moment, in seconds since 1970.
    Timestamp,
    /// A size in bytes.
    Bytes,
    /// US dollars.
    Dollars,
    /// Yes (1) or no (0).
    Flag,
    /// Always 1: what it says is in its labels.
    Info,
}

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Its full name, as it is scraped; of a histogram, without `_bucket`, `_sum` or `_count`.
    pub name: &'static str,
    /// What its values mean.
    pub kind: MetricKind,
    /// What one is of its values.
    pub unit: Unit,
    /// Its labels, in the order in which they are written. Those that the scrape adds
    /// ([`Source::scrape_labels`]) are not among them.
    pub labels: &'static [&'static str],
    /// All values that some of its labels can have; the values of others are open.
    pub values: &'static [(&'static str, &'static [&'static str])],
    /// What it says, in one sentence: the text of `# HELP`.
    pub help: &'static str,
    /// Who exports it.
    pub source: Source,
    /// The first release of the program that exports it so; of ARC, the first that fleetc knows it of.
    pub since: &'static str,
}

impl Metric {
    const fn new(
        source: Source,
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
        kind: MetricKind,
    ) -> Self {
        let since = match source {
            Source::Listener | Source::ArcController => "0.11.0",
            Source::KubeState => "2.0.0",
            Source::Exporter | Source::Controller => "0.1.0",
            Source::Prometheus => "2.0.0",
        };
        Self { name, kind, unit: Unit::Count, labels, values: &[], help, source, since }
    }

    const fn counter(
        source: Source,
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(source, name, labels, help, MetricKind::Counter)
    }

    const fn gauge(
        source: Source,
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(source, name, labels, help, MetricKind::Gauge)
    }

    const fn histogram(
        source: Source,
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(source, name, labels, help, MetricKind::Histogram(&[]))
    }

    const fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    const fn values(mut self, values: &'static [(&'static str, &'static [&'static str])]) -> Self {
        self.values = values;
        self
    }

    const fn buckets(mut self, buckets: &'static [f64]) -> Self {
        self.kind = MetricKind::Histogram(buckets);
        self
    }

    /// All values that a label can have, where they are known.
    pub fn values_of(&self, label: &str) -> Option<&'static [&'static str]> {
        self.values.iter().find(|(name, _)| *name == label).map(|(_, values)| *values)
    }

    /// Whether it has a label: of its own, or from the scrape.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.contains(&label) || self.source.scrape_labels().contains(&label) || label == "cluster"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_follow_the_rules_of_prometheus() {
        let mut seen = HashSet::new();
        for metric in all() {
            assert!(seen.insert(metric.name), "{} is declared twice", metric.name);
            let good =
                |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic() || b.is_ascii_digit() || b == b'_');
            assert!(good(metric.name), "{}", metric.name);
            assert!(metric.labels.iter().all(|label| good(label)), "{}: {:?}", metric.name, metric.labels);
            assert!(!metric.labels.contains(&"le"), "{}", metric.name);
            let own = matches!(metric.source, Source::Exporter | Source::Controller);
            if own {
                let counter = metric.kind == MetricKind::Counter;
                assert_eq!(counter, metric.name.ends_with("_total"), "{}", metric.name);
                assert!(
                    !metric.name.ends_with("_count") && !metric.name.ends_with("_sum"),
                    "{}",
                    metric.name
                );
            }
            assert!(metric.help.ends_with('.') && metric.help.lines().count() == 1, "{}", metric.name);
        }
    }

    #[test]
    fn units_are_in_the_names_of_our_own() {
        for metric in all().filter(|metric| matches!(metric.source, Source::Exporter | Source::Controller)) {
            let name = metric.name.trim_end_matches("_total").trim_end_matches("_avg");
            let ends = |end: &str| name.ends_with(end);
            match metric.unit {
                Unit::Seconds => assert!(ends("_seconds") && !ends("_timestamp_seconds"), "{}", metric.name),
                Unit::Timestamp => assert!(ends("_timestamp_seconds"), "{}", metric.name),
                Unit::Bytes => assert!(ends("_bytes"), "{}", metric.name),
                Unit::Dollars => assert!(ends("_dollars"), "{}", metric.name),
                Unit::Info => assert!(ends("_info"), "{}", metric.name),
                Unit::Count | Unit::Ratio | Unit::Multiple | Unit::Flag => {
                    assert!(!ends("_seconds") && !ends("_bytes"), "{}", metric.name);
                }
            }
        }
    }

    #[test]
    fn values_are_of_labels_that_exist() {
        for metric in all() {
            for (label, values) in metric.values {
                assert!(metric.labels.contains(label), "{}: {label}", metric.name);
                assert!(!values.is_empty(), "{}: {label}", metric.name);
            }
        }
    }

    #[test]
    fn buckets_grow() {
        for metric in all() {
            if let MetricKind::Histogram(buckets) = metric.kind {
                assert!(!buckets.is_empty(), "{}", metric.name);
                assert!(buckets.windows(2).all(|pair| pair[0] < pair[1]), "{}", metric.name);
            }
        }
    }
}
