//! Custom resources that carry what a Vault or OpenBao server should hold.
//!
//! The compiler writes them, fleet-controller keeps the server true to them. Each holds a whole object as the server's
//! HTTP API takes it, under the API's own field names, with nothing left to a default: the server keeps the old value
//! of a role's field that a write leaves out, sets `bound_claims_type` back where it is left out, and says
//! nothing of a field that it does not know. So what is written is always everything, and what is compared
//! afterwards is every field that is here.
//!
//! Durations are whole seconds, lists are in order and without repetition, names are in lower case: what the server
//! gives back is then equal to what it was given.

mod auth;
mod policy;
mod role;
mod server;
mod status;

pub use auth::*;
pub use policy::*;
pub use role::*;
pub use server::*;
pub use status::*;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt;

/// API group of all of them.
pub const GROUP: &str = "fleetc.dev";
/// Their version.
pub const VERSION: &str = "v1alpha1";

/// What happens on the server when a resource is deleted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub enum Deletion {
    /// It is deleted, if fleet-controller wrote it.
    #[default]
    Delete,
    /// It stays.
    Retain,
}

/// The definitions of all kinds, as the API server takes them.
pub fn definitions() -> Vec<CustomResourceDefinition> {
    vec![
        VaultServer::crd(),
        VaultJwtAuth::crd(),
        VaultKubernetesAuth::crd(),
        VaultPolicy::crd(),
        VaultJwtRole::crd(),
        VaultKubernetesRole::crd(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_of_one_group_and_have_a_status() {
        for definition in definitions() {
            assert_eq!(definition.spec.group, GROUP);
            let [version] = definition.spec.versions.as_slice() else { panic!("one version") };
            assert_eq!(version.name, VERSION);
            assert!(version.subresources.as_ref().is_some_and(|parts| parts.status.is_some()));
            let columns = version.additional_printer_columns.as_ref().map_or(0, Vec::len);
            assert!(columns >= 4, "{} has {columns} columns", definition.spec.names.kind);
        }
    }

    #[test]
    fn a_role_has_the_fields_of_the_servers_api() {
        let role = serde_json::to_value(JwtRole::default()).unwrap_or_default();
        let names: Vec<_> = role.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert!(
            names.contains(&"bound_claims_type") && names.contains(&"token_no_default_policy"),
            "{names:?}"
        );
        assert!(names.iter().all(|name| !name.contains(char::is_uppercase)), "{names:?}");
    }
}
