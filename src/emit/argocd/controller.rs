//! Values of the chart `gha-runner-scale-set-controller`.

use crate::contract::arc;
use crate::emit::kinds::Application;
use crate::language::nodes::{Gitops, Tracking};
use crate::language::value::Version;
use crate::model::Fleet;
use serde::{Deserialize, Serialize};

/// Registry of ARC's charts, as Argo CD names an OCI registry: without a scheme.
pub const CHART_REPO: &str = "ghcr.io/actions/actions-runner-controller-charts";
/// The controller's chart.
pub const CHART: &str = "gha-runner-scale-set-controller";
/// Name of its release: the chart's Deployment is then `arc-gha-rs-controller`.
pub const RELEASE_NAME: &str = "arc";
/// Repository of ARC's CRDs.
pub const CRD_REPO: &str = "https://github.com/actions/actions-runner-controller";
/// Their folder.
pub const CRD_PATH: &str = "charts/gha-runner-scale-set-controller/crds";

/// Labels by which Argo CD marks what it owns, where it does not do so by an annotation: its default
/// before 3.0, and what its documentation proposes instead.
pub const TRACKING_LABELS: [&str; 2] = ["app.kubernetes.io/instance", "argocd.argoproj.io/instance"];

/// The chart's values, as far as fleetc sets them (release 0.14.2; older ones pass over what they
/// do not know).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Values {
    /// Replicas; more than one elect a leader.
    pub replica_count: u32,
    /// The controller's account.
    pub service_account: ServiceAccount,
    /// Its command line.
    pub flags: Flags,
    /// Its metrics and the listeners'; without them both are off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
}

/// The controller's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccount {
    /// Whether the chart makes it.
    pub create: bool,
    /// Its name.
    pub name: String,
}

/// The controller's command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Flags {
    /// How much it writes.
    pub log_level: String,
    /// `json` or `text`.
    pub log_format: String,
    /// `immediate` or `eventual`.
    pub update_strategy: String,
    /// The only namespace that it looks at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch_single_namespace: Option<String>,
    /// Runners that are reconciled at the same time; 2 where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_max_concurrent_reconciles: Option<u32>,
    /// Requests a second to the API server; 20 where it is absent.
    #[serde(rename = "k8sClientRateLimiterQPS", skip_serializing_if = "Option::is_none")]
    pub k8s_client_rate_limiter_qps: Option<u32>,
    /// Requests to the API server at once; 30 where it is absent.
    #[serde(rename = "k8sClientRateLimiterBurst", skip_serializing_if = "Option::is_none")]
    pub k8s_client_rate_limiter_burst: Option<u32>,
    /// Prefixes of labels that are not copied to what is made for a pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude_label_propagation_prefixes: Option<Vec<String>>,
}

/// Where metrics are served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// The controller's address.
    pub controller_manager_addr: String,
    /// The listeners' address.
    pub listener_addr: String,
    /// The listeners' path.
    pub listener_endpoint: String,
}

/// The values of this fleet.
pub fn values(fleet: &Fleet, gitops: &Gitops) -> serde_json::Value {
    let controller = &fleet.controller;
    let node = controller.node.as_ref();
    let mut prefixes: Vec<_> = excluded(fleet).map(str::to_owned).collect();
    if gitops.tracking.value == Tracking::Label {
        let missing = TRACKING_LABELS.iter().filter(|label| !covers(excluded(fleet), label));
        prefixes.extend(missing.map(|label| (*label).to_owned()));
    }
    let values = Values {
        replica_count: node.map_or(1, |node| node.replicas.value.0),
        service_account: ServiceAccount {
            create: true,
            name: controller.service_account.as_ref().map(ToString::to_string).unwrap_or_default(),
        },
        flags: Flags {
            // The chart's own default, debug, writes some lines for each step of each runner.
            log_level: "info".to_owned(),
            log_format: "json".to_owned(),
            update_strategy: controller.update_strategy.to_string(),
            watch_single_namespace: node
                .and_then(|node| node.watch_namespace.as_ref())
                .map(|name| name.to_string()),
            runner_max_concurrent_reconciles: node
                .and_then(|node| node.concurrent_reconciles.as_ref())
                .map(|count| count.value.0),
            k8s_client_rate_limiter_qps: node.and_then(|node| node.api_qps.as_ref()).map(|qps| qps.value.0),
            k8s_client_rate_limiter_burst: node
                .and_then(|node| node.api_burst.as_ref())
                .map(|burst| burst.value.0),
            exclude_label_propagation_prefixes: (!prefixes.is_empty()).then_some(prefixes),
        },
        metrics: controller.metrics.then(|| Metrics {
            controller_manager_addr: ":8080".to_owned(),
            listener_addr: ":8080".to_owned(),
            listener_endpoint: "/metrics".to_owned(),
        }),
    };
    serde_json::to_value(values).unwrap_or_default()
}

/// Prefixes of labels that the file keeps ARC from copying.
pub fn excluded(fleet: &Fleet) -> impl Iterator<Item = &str> {
    let labels = fleet.controller.node.iter().flat_map(|node| &node.exclude_labels);
    labels.flat_map(|labels| &labels.prefixes).map(|prefix| prefix.as_str())
}

/// Whether one of the prefixes covers a label.
pub fn covers<'p>(mut prefixes: impl Iterator<Item = &'p str>, label: &str) -> bool {
    prefixes.any(|prefix| label.starts_with(prefix))
}

/// Whether an Application installs ARC's controller.
pub fn is_controller(application: &Application) -> bool {
    application.spec.source.chart.as_deref() == Some(CHART)
}

/// Whether an Application installs ARC's CRDs.
pub fn is_crds(application: &Application) -> bool {
    application.spec.source.path.as_deref() == Some(CRD_PATH)
}

/// The Git tag of a release.
pub fn crd_tag(version: Version) -> String {
    arc::release(version)
        .map_or_else(|| format!("gha-runner-scale-set-{version}"), |release| release.tag.to_owned())
}
