//! What a set of policies lets somebody do with a secret.

use super::deed::{Deed, Grade};
use crate::model::vault::{KvVersion, Secret, Vault};
use crate::vault::acl::{Acl, Verdict};
use serde::Serialize;
use std::collections::BTreeSet;

/// Stands for names that people may choose, in paths that are tried. No rule of a policy names it.
pub const ANY: &str = "‹any›";

/// A secret, or a family of secrets, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SecretPath {
    /// Its name in the file.
    pub name: String,
    /// Its path, as people see it: the mount and the rest, of a family with `/*`.
    pub path: String,
    #[serde(skip)]
    mount: String,
    #[serde(skip)]
    rest: String,
    #[serde(skip)]
    is_family: bool,
    #[serde(skip)]
    is_versioned: bool,
}

/// How far something can be done with a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What.
    pub deed: Deed,
    /// How far.
    pub grade: Grade,
    /// Paths of the rules that decide, `*` and all; none where no rule is about it.
    pub rules: Vec<String>,
}

impl SecretPath {
    /// A secret of a fleet.
    pub fn of(vault: &Vault, secret: &Secret) -> Self {
        let mount = vault.mount_of(secret);
        Self {
            name: secret.node.name.to_string(),
            path: secret.node.path.to_string(),
            mount: mount.path.clone(),
            rest: secret.path.clone(),
            is_family: secret.family,
            is_versioned: mount.version == KvVersion::V2,
        }
    }

    /// The secret at a path, as people see it: this one, or of a family the one of that name.
    pub fn covering(&self, path: &str) -> Option<Self> {
        if path == self.path {
            return Some(self.clone());
        }
        let below = path.strip_prefix(self.path.strip_suffix('*')?)?;
        let named = self.is_family && !below.is_empty() && !below.contains('*');
        let rest = if self.rest.is_empty() { below.to_owned() } else { format!("{}/{below}", self.rest) };
        named.then(|| Self { path: path.to_owned(), rest, is_family: false, ..self.clone() })
    }

    /// Where requests for a part of it go, without what the names in a family are.
    fn at(&self, part: &str) -> String {
        let parts = [self.mount.as_str(), part, self.rest.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }

    /// What can be done with it.
    pub fn cells(&self, acl: &Acl<'_>) -> Vec<Cell> {
        let version = if self.is_versioned { KvVersion::V2 } else { KvVersion::V1 };
        let possible = Deed::ALL.into_iter().filter(|deed| !deed.requests(version).is_empty());
        possible.map(|deed| self.cell(acl, deed, version)).collect()
    }

    fn cell(&self, acl: &Acl<'_>, deed: Deed, version: KvVersion) -> Cell {
        let mut best = Cell { deed, grade: Grade::No, rules: Vec::new() };
        for (part, operation) in deed.requests(version) {
            let mut rules = BTreeSet::new();
            let mut verdicts = Vec::new();
            for path in self.tried(acl, part, operation.lists()) {
                let answer = acl.answer(&path, *operation);
                verdicts.push(answer.verdict);
                rules.extend(answer.decided_by.map(|joined| joined.path().to_owned()));
            }
            let grade = match (verdicts.iter().min(), verdicts.iter().max()) {
                (Some(Verdict::Allowed), _) => Grade::Yes,
                (Some(Verdict::Conditional), _) => Grade::Conditional,
                (_, Some(Verdict::Allowed | Verdict::Conditional)) => Grade::Partly,
                _ => Grade::No,
            };
            if grade > best.grade || best.rules.is_empty() {
                best = Cell { deed, grade: grade.max(best.grade), rules: rules.into_iter().collect() };
            }
        }
        best
    }

    /// Paths that are tried: the secret's own, or for a family some that show every difference that rules make.
    fn tried(&self, acl: &Acl<'_>, part: &str, lists: bool) -> Vec<String> {
        let own = self.at(part);
        if !self.is_family {
            // The name of a secret is seen in the folder that it lies in.
            let folder = own.rfind('/').map_or("", |slash| &own[..=slash]);
            return vec![if lists { folder.to_owned() } else { own }];
        }
        let folder = format!("{own}/");
        let mut paths = BTreeSet::new();
        if lists {
            paths.insert(folder.clone());
        }
        paths.insert(format!("{folder}{ANY}"));
        paths.insert(format!("{folder}{ANY}/{ANY}"));
        for joined in acl.joined() {
            for source in joined.sources.iter().take(1) {
                let witness = source.rule.path.witness(ANY).unwrap_or_default();
                paths.extend(
                    Some(witness).filter(|path| path.len() > folder.len() && path.starts_with(&folder)),
                );
            }
        }
        paths.into_iter().collect()
    }
}
