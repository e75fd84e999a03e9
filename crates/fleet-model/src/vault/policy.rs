//! A policy.

use super::{Deletion, VaultStatus};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A policy, as `sys/policies/acl/NAME` takes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
#[kube(
    group = "fleetc.dev",
    version = "v1alpha1",
    kind = "VaultPolicy",
    doc = "A policy of a Vault server.",
    category = "fleetc",
    namespaced,
    status = "VaultStatus",
    derive = "PartialEq",
    printcolumn = r#"{"name":"Server","type":"string","jsonPath":".spec.server"}"#,
    printcolumn = r#"{"name":"Policy","type":"string","jsonPath":".spec.name"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Drift","type":"string","jsonPath":".status.conditions[?(@.type==\"Drift\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
pub struct VaultPolicySpec {
    /// The VaultServer, by name, in the same namespace.
    pub server: String,
    /// Name of the policy on the server.
    pub name: String,
    /// The text. Its first line says who wrote it; the server gives it back byte for byte.
    pub policy: String,
    /// Whether one of this name that nobody here wrote may be taken over.
    pub adopt: bool,
    /// What happens to it when this resource is deleted.
    pub deletion: Deletion,
}
