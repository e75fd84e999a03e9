//! A server.

use super::VaultStatus;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Vault or OpenBao server, and how fleet-controller logs in to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
#[kube(
    group = "fleetc.dev",
    version = "v1alpha1",
    kind = "VaultServer",
    doc = "A Vault or OpenBao server, and how fleet-controller logs in to it.",
    category = "fleetc",
    namespaced,
    status = "VaultStatus",
    derive = "PartialEq",
    printcolumn = r#"{"name":"Address","type":"string","jsonPath":".spec.address"}"#,
    printcolumn = r#"{"name":"Flavour","type":"string","jsonPath":".spec.flavour"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
pub struct VaultServerSpec {
    /// Its address.
    pub address: String,
    /// Which program it runs.
    pub flavour: ServerFlavour,
    /// Its namespace that all of the fleet's objects lie in; empty for the root.
    pub namespace: String,
    /// What the names of all roles and policies start with that fleet-controller may make or delete.
    pub prefix: String,
    /// Where its certificate authority is; public ones are trusted where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateKey>,
    /// How fleet-controller logs in.
    pub login: ServerLogin,
}

/// A program that speaks Vault's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ServerFlavour {
    /// HashiCorp Vault.
    #[default]
    Vault,
    /// OpenBao.
    OpenBao,
}

/// A key of a ConfigMap in the namespace of the resource.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CertificateKey {
    /// The ConfigMap.
    pub config_map: String,
    /// The key, whose value is PEM.
    pub key: String,
}

/// A login by a token of fleet-controller's ServiceAccount.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerLogin {
    /// Mount path of the Kubernetes auth method.
    pub auth: String,
    /// The role.
    pub role: String,
    /// Who the token is made for.
    pub audience: String,
}
