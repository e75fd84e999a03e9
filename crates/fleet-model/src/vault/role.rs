//! Roles.

use super::{Deletion, VaultStatus};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A role for signed tokens, as `auth/MOUNT/role/NAME` takes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
#[kube(
    group = "fleetc.dev",
    version = "v1alpha1",
    kind = "VaultJwtRole",
    doc = "Who may log in to Vault by a signed token, and what for.",
    category = "fleetc",
    namespaced,
    status = "VaultStatus",
    derive = "PartialEq",
    printcolumn = r#"{"name":"Server","type":"string","jsonPath":".spec.server"}"#,
    printcolumn = r#"{"name":"Mount","type":"string","jsonPath":".spec.mount"}"#,
    printcolumn = r#"{"name":"Role","type":"string","jsonPath":".spec.name"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Drift","type":"string","jsonPath":".status.conditions[?(@.type==\"Drift\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
pub struct VaultJwtRoleSpec {
    /// The VaultServer, by name, in the same namespace.
    pub server: String,
    /// Mount path of the auth method, without `auth/` in front.
    pub mount: String,
    /// Name of the role on the server.
    pub name: String,
    /// Whether one of this name that nobody here wrote may be taken over.
    pub adopt: bool,
    /// What happens to it when this resource is deleted.
    pub deletion: Deletion,
    /// The body.
    pub role: JwtRole,
}

/// Body of `auth/MOUNT/role/NAME` for signed tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JwtRole {
    /// `jwt`: without it a role is for logins by browser.
    pub role_type: String,
    /// Who tokens must be made for.
    pub bound_audiences: Vec<String>,
    /// Always empty: `sub` is a claim like the others, and takes several values there.
    pub bound_subject: String,
    /// Claims that tokens must have: all of them, each with one of its values.
    pub bound_claims: BTreeMap<String, Vec<String>>,
    /// `string` or `glob`, for all claims.
    pub bound_claims_type: String,
    /// The claim that says who somebody is.
    pub user_claim: String,
    /// Whether that is a path into the token: never.
    pub user_claim_json_pointer: bool,
    /// Claims that audit logs see, by the name that they get.
    pub claim_mappings: BTreeMap<String, String>,
    /// A claim with names of groups: none.
    pub groups_claim: String,
    /// Seconds that clocks may differ; 0 for the server's own 60.
    pub clock_skew_leeway: i64,
    /// Seconds that an expired token is taken for; 0 for the server's own default.
    pub expiration_leeway: i64,
    /// Seconds that a token is taken early; 0 for the server's own default.
    pub not_before_leeway: i64,
    /// For logins by browser: none.
    pub allowed_redirect_uris: Vec<String>,
    /// The token.
    #[serde(flatten)]
    pub token: RoleToken,
}

/// A role for ServiceAccounts, as `auth/MOUNT/role/NAME` takes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
#[kube(
    group = "fleetc.dev",
    version = "v1alpha1",
    kind = "VaultKubernetesRole",
    doc = "Which ServiceAccounts may log in to Vault, and what for.",
    category = "fleetc",
    namespaced,
    status = "VaultStatus",
    derive = "PartialEq",
    printcolumn = r#"{"name":"Server","type":"string","jsonPath":".spec.server"}"#,
    printcolumn = r#"{"name":"Mount","type":"string","jsonPath":".spec.mount"}"#,
    printcolumn = r#"{"name":"Role","type":"string","jsonPath":".spec.name"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Drift","type":"string","jsonPath":".status.conditions[?(@.type==\"Drift\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
pub struct VaultKubernetesRoleSpec {
    /// The VaultServer, by name, in the same namespace.
    pub server: String,
    /// Mount path of the auth method, without `auth/` in front.
    pub mount: String,
    /// Name of the role on the server.
    pub name: String,
    /// Whether one of this name that nobody here wrote may be taken over.
    pub adopt: bool,
    /// What happens to it when this resource is deleted.
    pub deletion: Deletion,
    /// The body.
    pub role: KubernetesRole,
}

/// Body of `auth/MOUNT/role/NAME` for ServiceAccounts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KubernetesRole {
    /// Names of accounts, any of which may log in.
    pub bound_service_account_names: Vec<String>,
    /// Namespaces, in any of which it may be.
    pub bound_service_account_namespaces: Vec<String>,
    /// Namespaces by label: none.
    pub bound_service_account_namespace_selector: String,
    /// Who the account's token must be made for.
    pub audience: String,
    /// `serviceaccount_uid` or `serviceaccount_name`.
    pub alias_name_source: String,
    /// The token.
    #[serde(flatten)]
    pub token: RoleToken,
}

/// What all roles say of the token that a login gives. Times are seconds. The numbers are signed because the API server
/// knows no other formats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleToken {
    /// Its policies.
    pub token_policies: Vec<String>,
    /// How long it lasts.
    #[schemars(range(min = 0))]
    pub token_ttl: i64,
    /// How long it lasts at most.
    #[schemars(range(min = 0))]
    pub token_max_ttl: i64,
    /// The same, whatever else is set: 0, not used.
    #[schemars(range(min = 0))]
    pub token_explicit_max_ttl: i64,
    /// How long each renewal lasts; 0 where it has an end.
    #[schemars(range(min = 0))]
    pub token_period: i64,
    /// How often it may be used; 0 for any number.
    #[schemars(range(min = 0))]
    pub token_num_uses: i64,
    /// Networks that it may be used from; all where there is none.
    pub token_bound_cidrs: Vec<String>,
    /// Whether the policy `default` is left out.
    pub token_no_default_policy: bool,
    /// `batch` or `service`.
    pub token_type: String,
}
