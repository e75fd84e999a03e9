//! What listeners export.

use super::is_wanted;
use crate::emit::kinds::{HistogramConfig, MetricLabels, MetricsConfig};
use crate::model::Fleet;
use fleet_model::metrics::values::WAIT_BUCKETS;
use fleet_model::metrics::{MetricKind, arc};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// Labels of a listener's metrics that fleetc asks for: those with few values. The rest of
/// [`arc::LISTENER`]'s name jobs and workflows, of which there is no end.
fn is_bounded(label: &str) -> bool {
    !arc::is_unbounded(label)
}

/// Metrics of a pool's listener: all that there are, with labels of few values and buckets that are not many.
/// ARC's own choice is 45 buckets for each repository, job and event (ARC issues 3153, 3671 and 4612).
///
/// None where nothing is watched: the listener's own choice stays.
pub fn listener_metrics(fleet: &Fleet) -> Option<Arc<MetricsConfig>> {
    static METRICS: LazyLock<Arc<MetricsConfig>> = LazyLock::new(|| Arc::new(config()));
    (is_wanted(fleet) && fleet.controller.metrics).then(|| Arc::clone(&METRICS))
}

fn config() -> MetricsConfig {
    let (mut counters, mut gauges, mut histograms) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for metric in arc::LISTENER {
        let labels = metric.labels.iter().filter(|label| is_bounded(label)).map(|label| (*label).to_owned());
        let labels: Vec<_> = labels.collect();
        let name = metric.name.to_owned();
        match metric.kind {
            MetricKind::Counter => drop(counters.insert(name, MetricLabels { labels })),
            MetricKind::Gauge => drop(gauges.insert(name, MetricLabels { labels })),
            MetricKind::Histogram(_) => {
                let buckets = Some(WAIT_BUCKETS.to_vec());
                histograms.insert(name, HistogramConfig { labels, buckets });
            }
        }
    }
    MetricsConfig { counters: Some(counters), gauges: Some(gauges), histograms: Some(histograms) }
}
