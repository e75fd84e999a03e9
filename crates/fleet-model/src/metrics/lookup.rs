//! From the name of a series to its metric.

use super::{Metric, MetricKind, Source, arc, controller, exporter, kube};

/// Which series of its metric a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesPart {
    /// A counter, or a gauge.
    Whole,
    /// `_bucket` of a histogram, which has the label `le` too.
    Bucket,
    /// `_sum` of a histogram.
    Sum,
    /// `_count` of a histogram.
    Count,
    /// A histogram under its own name, as native histograms are scraped.
    Native,
}

/// A series that is exported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Series {
    /// Its metric.
    pub metric: &'static Metric,
    /// Which of the metric's series it is.
    pub part: SeriesPart,
}

/// Every metric.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    Source::ALL.into_iter().flat_map(of_source)
}

/// The metrics of one source.
pub fn of_source(source: Source) -> &'static [Metric] {
    match source {
        Source::Exporter => exporter::METRICS,
        Source::Controller => controller::METRICS,
        Source::Listener => arc::LISTENER,
        Source::ArcController => arc::CONTROLLER,
        Source::KubeState => kube::STATE,
        Source::Prometheus => kube::PROMETHEUS,
    }
}

/// The series of this name.
pub fn find(name: &str) -> Option<Series> {
    all().find_map(|metric| Some(Series { metric, part: part(metric, name)? }))
}

fn part(metric: &Metric, name: &str) -> Option<SeriesPart> {
    let rest = name.strip_prefix(metric.name)?;
    let histogram = matches!(metric.kind, MetricKind::Histogram(_));
    match rest {
        "" if histogram => Some(SeriesPart::Native),
        "" => Some(SeriesPart::Whole),
        "_bucket" if histogram => Some(SeriesPart::Bucket),
        "_sum" if histogram => Some(SeriesPart::Sum),
        "_count" if histogram => Some(SeriesPart::Count),
        _ => None,
    }
}

impl Series {
    /// Its name.
    pub fn name(&self) -> String {
        let end = match self.part {
            SeriesPart::Whole | SeriesPart::Native => "",
            SeriesPart::Bucket => "_bucket",
            SeriesPart::Sum => "_sum",
            SeriesPart::Count => "_count",
        };
        format!("{}{end}", self.metric.name)
    }

    /// Whether its values only grow.
    pub fn is_counter(&self) -> bool {
        match self.part {
            SeriesPart::Whole => self.metric.kind == MetricKind::Counter,
            SeriesPart::Native => false,
            SeriesPart::Bucket | SeriesPart::Sum | SeriesPart::Count => true,
        }
    }
}

/// The names of all series of a metric.
impl Metric {
    /// The names under which it is scraped in the text formats.
    pub fn series_names(&self) -> Vec<String> {
        match self.kind {
            MetricKind::Histogram(_) => {
                ["_bucket", "_sum", "_count"].map(|end| format!("{}{end}", self.name)).into()
            }
            MetricKind::Counter | MetricKind::Gauge => vec![self.name.to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_found_by_name() {
        let bucket = find("github_actions_workflow_queue_time_seconds_bucket");
        assert_eq!(bucket.map(|series| series.part), Some(SeriesPart::Bucket));
        assert!(bucket.is_some_and(|series| series.is_counter()));
        // The mean is a metric of its own, not a series of the histogram.
        let mean = find("github_actions_workflow_queue_time_seconds_avg");
        assert_eq!(mean.map(|series| series.part), Some(SeriesPart::Whole));
        assert_eq!(find("gha_busy_runners").map(|series| series.metric.source), Some(Source::Listener));
        for unknown in ["gha_busy_runners_bucket", "gha_job_queue_duration_seconds", ""] {
            assert_eq!(find(unknown), None, "{unknown}");
        }
    }
}
