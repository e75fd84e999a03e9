//! How alerts, monitors and dashboards reach the Prometheus and the Grafana of a cluster.

use crate::language::node::node;
use crate::language::value::{
    Duration, LabelKey, LabelName, LabelValue, MetricName, Name, Text, Url, choice,
};

choice! {
    /// What the values of a metric mean.
    "metric type" MetricType {
        /// Only grows; its name ends in `_total`.
        "counter" => Counter,
        /// Goes up and down.
        "gauge" => Gauge,
        /// Counts in buckets: `_bucket`, `_sum` and `_count`.
        "histogram" => Histogram,
    }
}

node! {
    /// How alerts, monitors and dashboards reach the Prometheus and the Grafana of a cluster.
    "monitoring" => Monitoring {
        /// Their namespace; the controller's where this is absent.
        "namespace" namespace: opt_prop Name,
        /// How often metrics are scraped and rules evaluated.
        "interval" interval: prop Duration = "\"30s\"",
        /// Where the pages on alerts lie: the name of an alert is put behind it.
        "runbooks" runbooks: opt_prop Url,
        /// Whether Grafana dashboards are emitted.
        "dashboards" dashboards: prop bool = "#true",
        /// The folder of Grafana that they go to.
        "folder" folder: opt_prop Text,
        /// A label of all of them, by which the Prometheus operator finds them.
        "label" labels: children MonitoringLabel,
        /// A label of dashboards, by which Grafana finds them; `grafana_dashboard` `1` where there is none.
        "dashboard-label" dashboard_labels: children MonitoringLabel,
        /// A metric that alerts use and that fleetc does not know.
        "metric" metrics: children ForeignMetric,
    }
}

node! {
    /// A label of monitoring objects.
    "label" => MonitoringLabel {
        /// Its key.
        "key" key: arg LabelKey,
        /// Its value.
        "value" value: arg LabelValue,
    }
}

node! {
    /// A metric of a program that fleetc does not know.
    "metric" => ForeignMetric {
        /// Its name; of a histogram, without `_bucket`.
        "name" name: arg MetricName,
        /// What its values mean.
        "type" kind: prop MetricType = "\"gauge\"",
        /// Its labels; where this is absent any label is taken for one of its own.
        "labels" labels: opt_child MetricLabelNames,
    }
}

node! {
    /// The labels of a metric.
    "labels" => MetricLabelNames {
        /// Their names.
        "names" names: args LabelName,
    }
}
