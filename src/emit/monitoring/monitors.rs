//! What Prometheus scrapes.

use super::Scope;
use crate::emit::kinds::{
    Endpoint, NamespaceSelector, PodMonitor, PodMonitorSpec, Relabeling, ServiceMonitor, ServiceMonitorSpec,
};
use crate::emit::meta::map;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// Name of the listeners' monitor, and of their label `job`.
pub const LISTENERS: &str = "arc-listeners";
/// Name of the monitor of ARC's controller, and of its label `job`.
pub const CONTROLLER_JOB: &str = "arc-controller";
/// Value of the label `job` of fleet-exporter: the label `app.kubernetes.io/name` of its Service.
pub const EXPORTER_JOB: &str = "fleet-exporter";
/// The same of fleet-controller.
const FLEET_CONTROLLER_JOB: &str = "fleet-controller";
/// Name of the port that all of them serve metrics at.
const PORT: &str = "metrics";
/// What Prometheus calls a pod's label with the name of its pool.
const POOL_OF_POD: &str = "__meta_kubernetes_pod_label_actions_github_com_scale_set_name";

/// Monitors of ARC's pods: they have no Service. Listeners live in the controller's namespace.
pub fn pods(scope: Scope<'_>) -> Vec<(&'static str, PodMonitor)> {
    let controller = &scope.fleet.controller;
    if !controller.metrics {
        return Vec::new();
    }
    let monitor = |name, labels: [(&str, &str); 2], pool: bool| {
        let mut relabelings = vec![set("job", name)];
        relabelings.extend(cluster(scope));
        let mut after = Vec::new();
        if pool {
            relabelings.push(copy(POOL_OF_POD, "pool"));
            // The listener's own is the name of an EphemeralRunnerSet (`cmd/ghalistener/main.go`), which
            // changes with each roll-out: series would end, and nobody can write it into an alert.
            after.push(copy("pool", "name"));
        } else {
            // So that alerts on either have one label for the pool.
            after.push(copy("name", "pool"));
        }
        let endpoint = Endpoint {
            port: PORT.to_owned(),
            interval: Some(scope.interval()),
            // `namespace` is the pool's; without this it would be renamed to `exported_namespace`.
            honor_labels: Some(true),
            relabelings: Some(relabelings),
            metric_relabelings: Some(after),
            ..Endpoint::default()
        };
        let spec = PodMonitorSpec {
            job_label: None,
            namespace_selector: only(controller.namespace.as_str()),
            selector: LabelSelector { match_labels: Some(map(labels)), match_expressions: None },
            pod_metrics_endpoints: vec![endpoint],
        };
        PodMonitor {
            api_version: "monitoring.coreos.com/v1".to_owned(),
            kind: "PodMonitor".to_owned(),
            metadata: scope.meta(name),
            spec,
        }
    };
    // Labels that ARC puts on them (`resourcebuilder.go`, and the chart's Deployment).
    let listeners = [
        ("app.kubernetes.io/component", "runner-scale-set-listener"),
        ("app.kubernetes.io/part-of", "gha-runner-scale-set"),
    ];
    let controllers = [
        ("app.kubernetes.io/component", "controller-manager"),
        ("app.kubernetes.io/part-of", "gha-rs-controller"),
    ];
    vec![
        (LISTENERS, monitor(LISTENERS, listeners, true)),
        (CONTROLLER_JOB, monitor(CONTROLLER_JOB, controllers, false)),
    ]
}

/// Monitors of the fleet's own programs, which run in the first cluster.
pub fn services(scope: Scope<'_>) -> Vec<(&'static str, ServiceMonitor)> {
    if !scope.is_home() {
        return Vec::new();
    }
    let monitor = |name: &str, drops: Option<Relabeling>| {
        let mut relabelings: Vec<_> = cluster(scope).into_iter().collect();
        let mut after = Vec::new();
        if let Some(drop) = drops {
            relabelings.push(drop.clone());
            after.push(Relabeling { regex: Some("instance".to_owned()), ..drop });
        }
        let endpoint = Endpoint {
            port: PORT.to_owned(),
            interval: Some(scope.interval()),
            relabelings: (!relabelings.is_empty()).then_some(relabelings),
            metric_relabelings: (!after.is_empty()).then_some(after),
            ..Endpoint::default()
        };
        let labels =
            [("app.kubernetes.io/name", name), ("app.kubernetes.io/part-of", scope.fleet.node.name.as_str())];
        ServiceMonitor {
            api_version: "monitoring.coreos.com/v1".to_owned(),
            kind: "ServiceMonitor".to_owned(),
            metadata: scope.meta(name),
            spec: ServiceMonitorSpec {
                job_label: Some("app.kubernetes.io/name".to_owned()),
                namespace_selector: only(scope.fleet.controller.namespace.as_str()),
                selector: LabelSelector { match_labels: Some(map(labels)), match_expressions: None },
                scrape_classic_histograms: (name == EXPORTER_JOB).then_some(true),
                endpoints: vec![endpoint],
            },
        }
    };
    let mut all = Vec::new();
    if scope.fleet.exporter.is_some() {
        // Its counters outlive its pod: without what names the pod their series go on after a restart.
        let drop = Relabeling {
            regex: Some("pod|container|endpoint".to_owned()),
            action: Some("labeldrop".to_owned()),
            ..Relabeling::default()
        };
        all.push((EXPORTER_JOB, monitor(EXPORTER_JOB, Some(drop))));
    }
    all.push((FLEET_CONTROLLER_JOB, monitor(FLEET_CONTROLLER_JOB, None)));
    all
}

fn only(namespace: &str) -> NamespaceSelector {
    NamespaceSelector { any: None, match_names: Some(vec![namespace.to_owned()]) }
}

/// The label `cluster`, where clusters have names.
fn cluster(scope: Scope<'_>) -> Option<Relabeling> {
    let name = scope.fleet.clusters[scope.cluster].name.as_ref();
    name.map(|name| set("cluster", name.as_str()))
}

fn set(label: &str, value: &str) -> Relabeling {
    Relabeling {
        target_label: Some(label.to_owned()),
        replacement: Some(value.to_owned()),
        ..Relabeling::default()
    }
}

fn copy(from: &str, to: &str) -> Relabeling {
    Relabeling {
        source_labels: Some(vec![from.to_owned()]),
        target_label: Some(to.to_owned()),
        ..Relabeling::default()
    }
}
