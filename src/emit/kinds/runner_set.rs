//! AutoscalingRunnerSet, `actions.github.com/v1alpha1`, as its CRD of ARC 0.14.2 has it.

use k8s_openapi::api::core::v1::{ConfigMapKeySelector, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A pool: the controller turns it into a scale set at GitHub, a listener and runners.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AutoscalingRunnerSet {
    /// `actions.github.com/v1alpha1`.
    pub api_version: String,
    /// `AutoscalingRunnerSet`.
    pub kind: String,
    /// Name, namespace, labels.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: RunnerSetSpec,
}

/// What is wanted of a pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunnerSetSpec {
    /// Where runners register.
    pub github_config_url: String,
    /// Secret with the credentials.
    pub github_config_secret: String,
    /// Runner group that the scale set joins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_group: Option<String>,
    /// Name that `runs-on` uses, where it is not the resource's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_scale_set_name: Option<String>,
    /// Further labels that `runs-on` may use (0.14 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_scale_set_labels: Option<Vec<String>>,
    /// Idle runners kept ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_runners: Option<u32>,
    /// Most runners at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_runners: Option<u32>,
    /// Proxy to GitHub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<ProxyConfig>,
    /// Certificate authority of a GitHub Enterprise Server.
    #[serde(rename = "githubServerTLS", skip_serializing_if = "Option::is_none")]
    pub github_server_tls: Option<TlsConfig>,
    /// Credentials from a key vault; fleetc writes none, a patch may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_config: Option<serde_json::Value>,
    /// The runner's pod.
    pub template: PodTemplateSpec,
    /// The listener's pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener_template: Option<Arc<PodTemplateSpec>>,
    /// Metrics of the listener.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener_metrics: Option<Arc<MetricsConfig>>,
    /// Labels and annotations of the AutoscalingListener.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscaling_listener: Option<ResourceMeta>,
    /// Labels and annotations of the listener's ServiceAccount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener_service_account_metadata: Option<ResourceMeta>,
    /// Labels and annotations of the listener's Role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener_role_metadata: Option<ResourceMeta>,
    /// Labels and annotations of the listener's RoleBinding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener_role_binding_metadata: Option<ResourceMeta>,
    /// Labels and annotations of the listener's Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener_config_secret_metadata: Option<ResourceMeta>,
    /// Labels and annotations of the EphemeralRunnerSet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_runner_set_metadata: Option<ResourceMeta>,
    /// Labels and annotations of the EphemeralRunners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_runner_metadata: Option<ResourceMeta>,
    /// Labels and annotations of the runners' Secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_runner_config_secret_metadata: Option<ResourceMeta>,
}

/// Labels and annotations of an object that ARC makes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]

pub struct ResourceMeta {
    /// Labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Annotations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
}

/// A proxy between the cluster and GitHub.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProxyConfig {
    /// For http.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<ProxyServerConfig>,
    /// For https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub https: Option<ProxyServerConfig>,
    /// Hosts that are reached without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_proxy: Option<Vec<String>>,
}

/// One proxy server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProxyServerConfig {
    /// Its address.
    pub url: String,
    /// Secret with `username` and `password`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_secret_ref: Option<String>,
}

/// Where a certificate authority comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TlsConfig {
    /// The source.
    pub certificate_from: TlsSource,
}

/// A certificate in a ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TlsSource {
    /// Name and key.
    pub config_map_key_ref: ConfigMapKeySelector,
}

/// Metrics of a listener: exactly what is listed is exported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]

pub struct MetricsConfig {
    /// Counters by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counters: Option<BTreeMap<String, MetricLabels>>,
    /// Gauges by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gauges: Option<BTreeMap<String, MetricLabels>>,
    /// Histograms by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub histograms: Option<BTreeMap<String, HistogramConfig>>,
}

/// Labels of a counter or gauge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]

pub struct MetricLabels {
    /// Their names.
    pub labels: Vec<String>,
}

/// Labels and buckets of a histogram.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]

pub struct HistogramConfig {
    /// Names of its labels.
    pub labels: Vec<String>,
    /// Upper bounds in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buckets: Option<Vec<f64>>,
}
