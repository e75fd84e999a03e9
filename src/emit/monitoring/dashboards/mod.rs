//! Grafana dashboards, as ConfigMaps that Grafana's sidecar finds by their label.

mod cost;
mod exporter;
mod fleet;
pub mod grafana;
mod workflows;

use super::{Scope, with};
use crate::emit::digest::sha256_hex;
use crate::emit::meta::{labels, map};
use grafana::Dashboard;
use k8s_openapi::api::core::v1::ConfigMap;

/// The dashboards of a cluster.
pub fn all(scope: Scope<'_>) -> Vec<Dashboard> {
    let mut all = Vec::new();
    let exporter = scope.is_home() && scope.fleet.exporter.is_some();
    if exporter || scope.fleet.controller.metrics {
        all.push(fleet::dashboard(scope, exporter));
    }
    if exporter {
        all.extend([workflows::dashboard(scope), exporter::dashboard(scope)]);
    }
    all.push(cost::dashboard(scope, exporter));
    all
}

/// The ConfigMaps of a cluster, by the file that they go to.
pub fn objects(scope: Scope<'_>) -> Vec<(String, ConfigMap)> {
    let node = scope.fleet.monitoring.as_ref();
    if node.is_some_and(|node| !node.dashboards.value) {
        return Vec::new();
    }
    let object = |dashboard: Dashboard| {
        let name = format!("dashboard-{}", dashboard.key);
        let mut metadata = scope.meta(&name);
        let own = node.map_or(&[][..], |node| &node.dashboard_labels);
        let mut all = with(labels(scope.fleet), own.iter());
        if own.is_empty() {
            all.insert("grafana_dashboard".to_owned(), "1".to_owned());
        }
        metadata.labels = Some(all);
        let folder = node.and_then(|node| node.folder.as_ref());
        metadata.annotations = folder.map(|folder| map([("grafana_folder", folder.as_str())]));
        let file = format!("{}.json", dashboard.key);
        // What is written can always be written as JSON: names and numbers.
        let text = serde_json::to_string_pretty(&dashboard).unwrap_or_default();
        let data = Some(map([(file.as_str(), text.as_str())]));
        (name, ConfigMap { metadata, data, ..ConfigMap::default() })
    };
    all(scope).into_iter().map(object).collect()
}

impl Scope<'_> {
    /// A dashboard of this cluster. Its address is the same after each build.
    fn dashboard(self, key: &'static str, title: &str) -> Dashboard {
        let fleet = self.fleet.node.name.as_str();
        let cluster = self.fleet.clusters[self.cluster].name.as_ref().map_or("", |name| name.as_str());
        let uid = sha256_hex(format!("{fleet}/{cluster}/{key}"), 6);
        let title = match cluster {
            "" => format!("{fleet}: {title}"),
            cluster => format!("{fleet}, {cluster}: {title}"),
        };
        Dashboard::new(key, format!("fleet-{uid}"), title)
    }
}
