//! Policies.

use crate::emit::digest::sha256_hex;
use crate::model::Fleet;
use crate::model::vault::{Backup, Origin, Policy, Vault};
use crate::vault::{self, Capabilities, Capability, Limits, PathRule, RulePath};
use fleet_model::vault::{Deletion, VaultPolicy, VaultPolicySpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

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
    marked(fleet, &policy.compiled())
}

/// The policy of backups: it reads snapshots, which are encrypted, and nothing else.
pub fn snapshot(fleet: &Fleet, backup: &Backup) -> String {
    let rule = RulePath::parse("sys/storage/raft/snapshot").map(|path| PathRule {
        path,
        capabilities: Capabilities::from_iter([Capability::Read]),
        limits: Limits::default(),
        span: backup.node.span,
    });
    marked(fleet, &vault::Policy { name: backup.role.clone(), rules: rule.into_iter().collect() })
}

fn marked(fleet: &Fleet, policy: &vault::Policy) -> String {
    let rules = policy.to_string();
    let hash = sha256_hex(&rules, 32);
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
