//! What a role may do with secrets, as the paths and capabilities that it takes.

use super::{Conditions, Grant, KvVersion, PathRule, Secret, Vault, Verb};
use crate::language::nodes::VaultCapability::{self, Create, Delete, List, Patch, Read, Update};
use std::collections::BTreeMap;

/// Where a verb acts, and what it needs there. Version 2 of the store has a path for each thing that can be
/// done; `None` where the version can't do it.
pub fn needs(
    verb: Verb,
    version: KvVersion,
) -> Option<&'static [(&'static str, &'static [VaultCapability])]> {
    // Version 1 has one path for all, and no parts to name.
    Some(match (version, verb) {
        (KvVersion::V2, Verb::Read) => &[("data", &[Read])],
        (KvVersion::V2, Verb::Write) => &[("data", &[Create, Update, Patch])],
        // Measured: a patch needs no right to read, and `create` can't overwrite.
        (KvVersion::V2, Verb::Record) => &[("data", &[Create, Patch])],
        (KvVersion::V2, Verb::List) => &[("metadata", &[List])],
        (KvVersion::V2, Verb::Inspect) => &[("metadata", &[Read])],
        (KvVersion::V2, Verb::Delete) => &[("data", &[Delete]), ("delete", &[Update])],
        (KvVersion::V2, Verb::Undelete) => &[("undelete", &[Update])],
        (KvVersion::V2, Verb::Destroy) => &[("destroy", &[Update]), ("metadata", &[Delete])],
        (KvVersion::V1, Verb::Read) => &[("", &[Read])],
        (KvVersion::V1, Verb::Write) => &[("", &[Create, Update])],
        (KvVersion::V1, Verb::List) => &[("", &[List])],
        (KvVersion::V1, Verb::Delete) => &[("", &[Delete])],
        (KvVersion::V1, Verb::Record | Verb::Inspect | Verb::Undelete | Verb::Destroy) => return None,
    })
}

/// The rules that a role's grants take, in order of path. What several grants need at one path is one rule.
pub fn rules(vault: &Vault, grants: &[Grant]) -> Vec<PathRule> {
    let mut rules: BTreeMap<String, PathRule> = BTreeMap::new();
    for grant in grants {
        let Some(secret) = vault.secrets.get(grant.secret) else { continue };
        for (part, capabilities) in needs(grant.verb, vault.mount_of(secret).version).unwrap_or_default() {
            let path = vault.path_of(secret, part);
            let rule = rules.entry(path.clone()).or_insert_with(|| PathRule {
                path,
                capabilities: Default::default(),
                conditions: Conditions::default(),
                span: grant.span,
            });
            rule.capabilities.extend(capabilities.iter().copied());
        }
    }
    rules.into_values().collect()
}

/// Why a verb can't be granted for a secret.
pub fn refusal(vault: &Vault, verb: Verb, secret: &Secret) -> Option<&'static str> {
    match (needs(verb, vault.mount_of(secret).version), verb) {
        (None, Verb::Record) => Some(
            "version 1 of the store can't be written without the right to overwrite; use `write`, or version 2",
        ),
        (None, _) => Some("version 1 of the store keeps no versions; use version 2"),
        (Some(_), Verb::List) if !secret.family => {
            Some("only a family, whose path ends in `/*`, has names to list; use `inspect` for its versions")
        }
        _ => None,
    }
}
