//! Policies.

use crate::model::Fleet;
use crate::model::vault::{Origin, Policy, Vault};
use fleet_model::vault::{Deletion, VaultPolicy, VaultPolicySpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What the policy is of, and its name in the file.
pub fn place(policy: &Policy) -> (&'static str, String) {
    match &policy.origin {
        Origin::Written(node) => ("policy", node.name.to_string()),
        Origin::Role { role, .. } => ("role", role.clone()),
    }
}

/// The policy as HCL. Its first line says that the fleet wrote it, and has the hash of what follows: nothing without
/// that line is ever deleted, and a change by hand shows.
pub fn text(fleet: &Fleet, policy: &Policy) -> String {
    let rules = policy.compiled().to_string();
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(&rules) {
        // Writing to a string never fails.
        let _infallible = write!(hash, "{byte:02x}");
    }
    format!("# managed-by: fleetc fleet={} spec={hash}\n{rules}", fleet.node.name.value)
}

/// The resource.
pub fn resource(fleet: &Fleet, vault: &Vault, policy: &Policy, metadata: ObjectMeta) -> VaultPolicy {
    VaultPolicy {
        metadata,
        spec: VaultPolicySpec {
            server: vault.name().to_owned(),
            name: policy.name.clone(),
            policy: text(fleet, policy),
            adopt: policy.adopt(),
            deletion: Deletion::Delete,
        },
        status: None,
    }
}
