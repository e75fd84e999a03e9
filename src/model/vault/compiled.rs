//! Policies of the model as the engine of policies has them.

use super::{Conditions, Policy, Vault};
use crate::language::nodes::{VaultCapability, VaultFlavour};
use crate::vault::{self, Capabilities, Capability, Flavour, Limits, RulePath};
use serde_json::Value;
use std::collections::BTreeMap;

impl Vault {
    /// Which server judges its policies.
    pub fn flavour(&self) -> Flavour {
        match self.node.flavour.value {
            VaultFlavour::Vault => Flavour::Vault,
            VaultFlavour::OpenBao => Flavour::OpenBao,
        }
    }
}

impl Policy {
    /// The policy as the server compiles it, in the order of the file. A rule whose path no server takes is left
    /// out: that is an error of its own.
    pub fn compiled(&self) -> vault::Policy {
        let rules = self.rules.iter().filter_map(|rule| {
            Some(vault::PathRule {
                path: RulePath::parse(&rule.path).ok()?,
                capabilities: rule
                    .capabilities
                    .iter()
                    .map(|word| capability(*word))
                    .collect::<Capabilities>(),
                limits: limits(&rule.conditions),
                span: rule.span,
            })
        });
        vault::Policy { name: self.name.clone(), rules: rules.collect() }
    }
}

fn capability(word: VaultCapability) -> Capability {
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

fn limits(conditions: &Conditions) -> Limits {
    let parameters = |map: &BTreeMap<String, Vec<String>>| {
        let values = |values: &Vec<String>| values.iter().map(|value| Value::from(value.as_str())).collect();
        map.iter().map(|(name, list)| (name.clone(), values(list))).collect()
    };
    Limits {
        allowed: parameters(&conditions.allowed),
        denied: parameters(&conditions.denied),
        required: conditions.required.clone(),
        min_wrapping: conditions.min_wrapping.unwrap_or_default(),
        max_wrapping: conditions.max_wrapping.unwrap_or_default(),
        ..Limits::default()
    }
}
