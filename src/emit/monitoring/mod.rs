//! Alerts, recordings, monitors and dashboards, in the folder `monitoring/` of each cluster.
//!
//! They are emitted where the file has `alerts` or `monitoring`. What comes from GitHub (fleet-exporter) and from
//! fleet-controller is watched in the first cluster, where those run; what comes from ARC and from
//! kube-state-metrics in each. All of it can be deleted and made anew at any time: Argo CD may prune it.

mod alert;
pub mod alerts;
mod backup;
mod dashboards;
mod export;
mod listener_metrics;
mod monitors;
mod record;
mod rules;
mod sample;

pub use alert::{ResolvedAlert, alerts, alerts_in};
pub use backup::longest_pause;
pub use export::export;
pub use listener_metrics::listener_metrics;
pub use monitors::{CONTROLLER_JOB, EXPORTER_JOB, LISTENERS};
pub use record::{RECORDINGS, Recording};
pub use sample::Case;

use super::meta::labels;
use super::object::{Body, Object};
use crate::language::nodes;
use crate::model::Fleet;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;

/// Whether anything is emitted here.
pub fn is_wanted(fleet: &Fleet) -> bool {
    fleet.alerts.is_some() || fleet.monitoring.is_some()
}

/// All of it, for all clusters.
pub fn objects(fleet: &Fleet) -> Vec<Object> {
    if !is_wanted(fleet) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for at in 0..fleet.clusters.len() {
        let scope = Scope { fleet, cluster: at };
        let folder = format!("{}monitoring/", fleet.clusters[at].folder());
        let mut add = |file: &str, body| all.push(Object::new(format!("{folder}{file}.yaml"), body));
        for (file, rule) in rules::objects(scope) {
            add(&file, Body::PrometheusRule(Box::new(rule)));
        }
        for (file, monitor) in monitors::pods(scope) {
            add(file, Body::PodMonitor(monitor));
        }
        for (file, monitor) in monitors::services(scope) {
            add(file, Body::ServiceMonitor(monitor));
        }
        for (file, dashboard) in dashboards::objects(scope) {
            add(&file, Body::ConfigMap(dashboard));
        }
    }
    all
}

/// One cluster of a fleet, as what is watched there.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// Index of the cluster in [`Fleet::clusters`].
    pub cluster: usize,
}

impl<'a> Scope<'a> {
    /// Whether the exporter and fleet-controller run here.
    pub fn is_home(self) -> bool {
        self.cluster == 0
    }

    /// Namespace of what is emitted here.
    fn namespace(self) -> &'a str {
        let own = self.fleet.monitoring.as_ref().and_then(|node| node.namespace.as_ref());
        own.map_or(self.fleet.controller.namespace.as_str(), |name| name.as_str())
    }

    /// How often metrics are scraped and rules evaluated.
    fn interval(self) -> String {
        self.fleet.monitoring.as_ref().map_or("30s".to_owned(), |node| node.interval.to_string())
    }

    /// Name, namespace and labels of an object, with what the operator finds it by.
    fn meta(self, name: &str) -> ObjectMeta {
        let own = self.fleet.monitoring.iter().flat_map(|node| &node.labels);
        super::meta::meta(
            format!("{}-{name}", self.fleet.node.name.value),
            Some(self.namespace()),
            with(labels(self.fleet), own),
        )
    }
}

fn with<'a>(
    mut labels: BTreeMap<String, String>,
    more: impl Iterator<Item = &'a nodes::MonitoringLabel>,
) -> BTreeMap<String, String> {
    labels.extend(more.map(|label| (label.key.to_string(), label.value.to_string())));
    labels
}
