//! Policies of a fleet as data that answers.

use super::acl::Acl;
use super::builtin::default_policy;
use super::capability::{Capabilities, Capability, Flavour};
use super::limits::{Limits, Parameters};
use super::path::RulePath;
use super::policy::{PathRule, Policy};
use crate::language::nodes::{VaultCapability, VaultFlavour};
use crate::model::vault;
use serde_json::Value;

/// Which server it is.
pub fn flavour(vault: &vault::Vault) -> Flavour {
    match vault.node.flavour.value {
        VaultFlavour::Vault => Flavour::Vault,
        VaultFlavour::OpenBao => Flavour::OpenBao,
    }
}

/// The capability that a word of the language stands for.
pub fn capability(word: VaultCapability) -> Capability {
    match word {
        VaultCapability::Create => Capability::Create,
        VaultCapability::Read => Capability::Read,
        VaultCapability::Update => Capability::Update,
        VaultCapability::Patch => Capability::Patch,
        VaultCapability::Delete => Capability::Delete,
        VaultCapability::List => Capability::List,
        VaultCapability::Sudo => Capability::Sudo,
        VaultCapability::Deny => Capability::Deny,
        VaultCapability::Scan => Capability::Scan,
        VaultCapability::Recover => Capability::Recover,
        VaultCapability::Subscribe => Capability::Subscribe,
    }
}

/// A policy. Rules whose path no server takes are left out: a rule of fleetc's reports them.
pub fn policy(policy: &vault::Policy) -> Policy {
    let rules = policy.rules.iter().filter_map(|rule| {
        Some(PathRule {
            path: RulePath::parse(&rule.path).ok()?,
            capabilities: Capabilities::of(rule.capabilities.iter().copied().map(capability)),
            limits: limits(&rule.conditions),
            span: rule.span,
        })
    });
    Policy { name: policy.name.to_lowercase(), rules: rules.collect() }
}

fn limits(conditions: &vault::Conditions) -> Limits {
    let parameters = |map: &std::collections::BTreeMap<String, Vec<String>>| -> Parameters {
        let values = |values: &Vec<String>| values.iter().map(|value| Value::from(value.as_str())).collect();
        map.iter().map(|(name, list)| (name.to_lowercase(), values(list))).collect()
    };
    Limits {
        allowed: parameters(&conditions.allowed),
        denied: parameters(&conditions.denied),
        required: conditions.required.iter().map(|name| name.to_lowercase()).collect(),
        min_wrapping: conditions.min_wrapping.unwrap_or(0),
        max_wrapping: conditions.max_wrapping.unwrap_or(0),
        ..Limits::default()
    }
}

/// All policies of a role that the file knows the rules of, `default` among them unless the role leaves it out.
pub fn policies_of(vault: &vault::Vault, role: &vault::Role) -> Vec<Policy> {
    let own = vault.policies_of(role).filter(|policy| !policy.is_external()).map(policy);
    let default = (!role.token.no_default_policy).then(default_policy);
    own.chain(default).collect()
}

/// Joins policies as a token of the server has them. Nothing in a fleet ends by itself, so no clock is needed.
pub fn acl<'p>(vault: &vault::Vault, policies: &'p [Policy]) -> Acl<'p> {
    Acl::new(policies, flavour(vault), None)
}
