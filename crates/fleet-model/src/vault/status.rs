//! What fleet-controller says of a resource.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What fleet-controller says of a resource.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VaultStatus {
    /// How it stands. `Ready`: the server holds what is wanted. `Drift`: it held something else, since when, and which
    /// fields. `Forbidden`: the controller lacks a right, with path and capability. `Sealed`: the server is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// The generation of the resource that this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// SHA-256 of what the server was last seen to hold, in hexadecimal digits. What is the controller's to delete stands in
    /// its ledger, which outlives this resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_hash: Option<String>,
    /// The server's own id of its cluster when that was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_cluster_id: Option<String>,
}
