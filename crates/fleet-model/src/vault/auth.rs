//! Configuration of ways to log in. It stays when the resource goes: nobody could log in without it.

use super::VaultStatus;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Configuration of an auth method for signed tokens, as `auth/MOUNT/config` takes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
#[kube(
    group = "fleetc.dev",
    version = "v1alpha1",
    kind = "VaultJwtAuth",
    doc = "Configuration of a way to log in to Vault by signed tokens.",
    category = "fleetc",
    namespaced,
    status = "VaultStatus",
    derive = "PartialEq",
    printcolumn = r#"{"name":"Server","type":"string","jsonPath":".spec.server"}"#,
    printcolumn = r#"{"name":"Mount","type":"string","jsonPath":".spec.mount"}"#,
    printcolumn = r#"{"name":"Issuer","type":"string","jsonPath":".spec.config.bound_issuer"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Drift","type":"string","jsonPath":".status.conditions[?(@.type==\"Drift\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
pub struct VaultJwtAuthSpec {
    /// The VaultServer, by name, in the same namespace.
    pub server: String,
    /// Its mount path, without `auth/` in front.
    pub mount: String,
    /// The body.
    pub config: JwtConfig,
}

/// Body of `auth/MOUNT/config`. A write replaces the whole, so a field that is not here is reset by it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each is a field of the server's API")]
pub struct JwtConfig {
    /// Where the issuer's keys are found.
    pub oidc_discovery_url: String,
    /// Certificate authority of that address, as PEM; empty for the public ones.
    pub oidc_discovery_ca_pem: String,
    /// What tokens must have as `iss`. Without it tokens of any issuer with these keys would do.
    pub bound_issuer: String,
    /// Algorithms of signatures.
    pub jwt_supported_algs: Vec<String>,
    pub jwks_url: String,
    pub jwks_ca_pem: String,
    pub jwt_validation_pubkeys: Vec<String>,
    /// The role of a login that names none: there is none.
    pub default_role: String,
}

/// Configuration of an auth method for ServiceAccounts, as `auth/MOUNT/config` takes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
#[kube(
    group = "fleetc.dev",
    version = "v1alpha1",
    kind = "VaultKubernetesAuth",
    doc = "Configuration of a way to log in to Vault by tokens of ServiceAccounts.",
    category = "fleetc",
    namespaced,
    status = "VaultStatus",
    derive = "PartialEq",
    printcolumn = r#"{"name":"Server","type":"string","jsonPath":".spec.server"}"#,
    printcolumn = r#"{"name":"Mount","type":"string","jsonPath":".spec.mount"}"#,
    printcolumn = r#"{"name":"Host","type":"string","jsonPath":".spec.config.kubernetes_host"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Drift","type":"string","jsonPath":".status.conditions[?(@.type==\"Drift\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
pub struct VaultKubernetesAuthSpec {
    /// The VaultServer, by name, in the same namespace.
    pub server: String,
    /// Its mount path, without `auth/` in front.
    pub mount: String,
    /// The body.
    pub config: KubernetesConfig,
}

/// Body of `auth/MOUNT/config`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KubernetesConfig {
    /// Address of the API server.
    pub kubernetes_host: String,
    /// Its certificate authority, as PEM; empty for that of the pod that the server runs in.
    pub kubernetes_ca_cert: String,
    /// Whether authority and token of the server's own pod are left alone.
    pub disable_local_ca_jwt: bool,
    /// Public keys of tokens, where the API server is not asked: none.
    pub pem_keys: Vec<String>,
}
