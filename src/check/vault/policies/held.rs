//! Policies and who holds them, as rules look at them.

use crate::language::nodes::VaultPolicyPath;
use crate::model::Fleet;
use crate::model::vault::{KvVersion, Mount, Origin, PathRule, Role, Vault};
use crate::syntax::Span;
use crate::vault::builtin::is_built_in;
use crate::vault::{Acl, Joined, Policy as Compiled, of_fleet};
use std::collections::HashSet;

/// A rule of a policy that is written by hand.
pub struct Line<'a> {
    /// The server.
    pub vault: &'a Vault,
    /// The rule.
    pub rule: &'a PathRule,
    /// The rule as it is written.
    pub node: &'a VaultPolicyPath,
}

impl<'a> Line<'a> {
    /// The path.
    pub fn path(&self) -> &'a str {
        &self.rule.path
    }

    /// Where the path is written.
    pub fn span(&self) -> Span {
        self.node.path.span
    }

    /// The mount that the path lies in, if it is one of the file's, and the path below it.
    pub fn mount(&self) -> Option<(&'a Mount, &'a str)> {
        let path = self.path().trim_start_matches('/');
        let below = |mount: &Mount| path.strip_prefix(mount.path.as_str())?.strip_prefix('/');
        let found = self.vault.mounts.iter().filter_map(|mount| Some((mount, below(mount)?)));
        found.max_by_key(|(mount, _)| mount.path.len())
    }
}

/// All rules that are written by hand in policies that the file looks after.
pub fn lines(fleet: &Fleet) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for vault in &fleet.vaults {
        for policy in vault.policies.iter().filter(|policy| !policy.is_external()) {
            let Origin::Written(node) = &policy.origin else { continue };
            let pairs = policy.rules.iter().zip(&node.paths);
            lines.extend(pairs.map(|(rule, node)| Line { vault, rule, node }));
        }
    }
    lines
}

/// Places that have been told of: a policy that many roles have is wrong once.
#[derive(Default)]
pub struct Told(HashSet<Vec<Span>>);

impl Told {
    /// Whether something at these places is told of for the first time.
    pub fn first(&mut self, places: impl IntoIterator<Item = Span>) -> bool {
        self.0.insert(places.into_iter().collect())
    }
}

/// A role with its policies.
pub struct Held<'a> {
    /// The server.
    pub vault: &'a Vault,
    /// The role.
    pub role: &'a Role,
    policies: Vec<Compiled>,
}

impl<'a> Held<'a> {
    /// The name of the role in the file.
    pub fn name(&self) -> &'a str {
        self.role.node.name.as_str()
    }

    /// What its policies grant together.
    pub fn acl(&self) -> Acl<'_> {
        of_fleet::acl(self.vault, &self.policies)
    }

    /// Its policies, `default` among them where it has that.
    pub fn policies(&self) -> &[Compiled] {
        &self.policies
    }
}

/// All roles.
pub fn held(fleet: &Fleet) -> Vec<Held<'_>> {
    let roles = fleet.vaults.iter().flat_map(|vault| vault.roles.iter().map(move |role| (vault, role)));
    roles.map(|(vault, role)| Held { vault, role, policies: of_fleet::policies_of(vault, role) }).collect()
}

/// Where a rule is written; none for those of `default`.
pub fn place(joined: &Joined<'_>) -> Option<Span> {
    let written = joined.sources.iter().find(|source| !is_built_in(source))?;
    Some(written.rule.span)
}

/// Whether a store keeps versions.
pub fn is_versioned(mount: &Mount) -> bool {
    mount.version == KvVersion::V2
}
