//! Application and AppProject, `argoproj.io/v1alpha1`, as far as fleetc writes them.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that Argo CD keeps in step with Git.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// `argoproj.io/v1alpha1`.
    pub api_version: String,
    /// `Application`.
    pub kind: String,
    /// Name, namespace, labels.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: ApplicationSpec,
}

/// What is wanted of an Application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSpec {
    /// Its AppProject.
    pub project: String,
    /// What it installs.
    pub source: ApplicationSource,
    /// Where.
    pub destination: Destination,
    /// How it is kept in step.
    pub sync_policy: SyncPolicy,
    /// Fields that others own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_differences: Option<Vec<IgnoreDifference>>,
}

/// A chart, or a folder of a Git repository.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSource {
    /// Address of the repository.
    #[serde(rename = "repoURL")]
    pub repo_url: String,
    /// Branch, tag, or version of the chart.
    pub target_revision: String,
    /// Folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
    /// How a folder of plain manifests is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<Directory>,
    /// How a chart is rendered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helm: Option<Helm>,
}

/// How a folder of plain manifests is read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Directory {
    /// Whether folders below are read too.
    pub recurse: bool,
    /// Pattern of files that are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<String>,
    /// Pattern of files that are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<String>,
}

/// How a chart is rendered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Helm {
    /// Name of the release.
    pub release_name: String,
    /// Whether the chart's CRDs are left out.
    pub skip_crds: bool,
    /// The chart's values.
    pub values_object: serde_json::Value,
}

/// A namespace of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Destination {
    /// Address of the cluster.
    pub server: String,
    /// The namespace of objects that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// How an Application is kept in step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncPolicy {
    /// By itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automated: Option<Automated>,
    /// `Key=value` settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_options: Option<Vec<String>>,
    /// What is done when it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
}

/// How an Application is kept in step by itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Automated {
    /// Whether what leaves Git is deleted.
    pub prune: bool,
    /// Whether changes made by hand are undone.
    pub self_heal: bool,
}

/// How often a failed synchronisation is tried again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Retry {
    /// Times; negative: for ever.
    pub limit: i64,
}

/// Fields that others own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IgnoreDifference {
    /// API group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// The fields, as jq paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jq_path_expressions: Option<Vec<String>>,
    /// The fields, as JSON pointers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json_pointers: Option<Vec<String>>,
}

/// What the Applications of a fleet may touch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppProject {
    /// `argoproj.io/v1alpha1`.
    pub api_version: String,
    /// `AppProject`.
    pub kind: String,
    /// Name, namespace, labels.
    pub metadata: ObjectMeta,
    /// What is allowed.
    pub spec: AppProjectSpec,
}

/// What the Applications of a fleet may touch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppProjectSpec {
    /// What it is for.
    pub description: String,
    /// Repositories.
    pub source_repos: Vec<String>,
    /// Clusters and namespaces.
    pub destinations: Vec<Destination>,
    /// Kinds without a namespace.
    pub cluster_resource_whitelist: Vec<GroupKind>,
    /// Kinds with a namespace.
    pub namespace_resource_whitelist: Vec<GroupKind>,
}

/// A kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]

pub struct GroupKind {
    /// API group; empty for the core.
    pub group: String,
    /// Kind.
    pub kind: String,
}
