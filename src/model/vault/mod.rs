//! What the file wants a Vault server to hold: who may log in, and what each may do.
//!
//! Every reference is resolved and every default filled in. Names are those that the server gets.

mod backup;
mod build;
mod claims;
mod compiled;
mod grants;
mod ids;
mod login;
mod role;

pub use backup::{Backup, BackupStore};
pub(super) use build::build;
pub use ids::{Ids, Unidentified};
pub use role::*;

use crate::language::nodes::{self, VaultCapability};
use crate::syntax::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A server.
#[derive(Clone, Debug)]
pub struct Vault {
    /// Its declaration.
    pub node: nodes::Vault,
    /// The cluster whose fleet-controller looks after it: an index into the fleet's.
    pub cluster: usize,
    /// What the names of all that fleetc makes there start with: the fleet's name and `-`.
    pub prefix: String,
    /// Its secrets engines: those that are declared, then those that only secrets name.
    pub mounts: Vec<Mount>,
    /// Its secrets.
    pub secrets: Vec<Secret>,
    /// Its ways to log in.
    pub auths: Vec<Auth>,
    /// Its policies: those that are written by hand, then one for each role that reaches a secret.
    pub policies: Vec<Policy>,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Copies of its data.
    pub backup: Option<Backup>,
}

impl Vault {
    /// Its name in the file.
    pub fn name(&self) -> &str {
        self.node.name.as_str()
    }

    /// The role of this name in the file.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.node.name.as_str() == name)
    }

    /// The secret of this name in the file.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.iter().find(|secret| secret.node.name.as_str() == name)
    }

    /// The way in which a role logs in.
    pub fn auth_of(&self, role: &Role) -> &Auth {
        &self.auths[role.auth]
    }

    /// The policies that a role has, without Vault's own `default`.
    pub fn policies_of<'a>(&'a self, role: &'a Role) -> impl Iterator<Item = &'a Policy> {
        role.policies.iter().map(|at| &self.policies[*at])
    }

    /// The mount of a secret.
    pub fn mount_of(&self, secret: &Secret) -> &Mount {
        &self.mounts[secret.mount]
    }

    /// The path at which something is asked of a secret, such as `data`: what requests name and policies
    /// grant. For a family it ends in `/*`.
    pub fn path_of(&self, secret: &Secret, part: &str) -> String {
        let mount = self.mount_of(secret);
        let end = match (secret.family, secret.path.is_empty()) {
            (false, _) => secret.path.clone(),
            (true, true) => "*".to_owned(),
            (true, false) => format!("{}/*", secret.path),
        };
        match mount.version {
            KvVersion::V1 => format!("{}/{end}", mount.path),
            KvVersion::V2 => format!("{}/{part}/{end}", mount.path),
        }
    }
}

/// Version of a key-value store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvVersion {
    /// Values only.
    V1,
    /// Versions of values, under `data/`, `metadata/` and others.
    V2,
}

/// A secrets engine.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Its path, without a slash at the end.
    pub path: String,
    /// Its version.
    pub version: KvVersion,
    /// Its declaration, if it has one.
    pub node: Option<nodes::VaultMount>,
}

/// A secret, or a family of secrets.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Its declaration.
    pub node: nodes::VaultSecret,
    /// Its mount: an index.
    pub mount: usize,
    /// Its path below the mount; of a family, the folder, which is empty for the whole mount.
    pub path: String,
    /// Whether it stands for everything below its path.
    pub family: bool,
}

/// A way to log in.
#[derive(Clone, Debug)]
pub struct Auth {
    /// Its declaration.
    pub node: nodes::VaultAuth,
}

impl Auth {
    /// Its mount path.
    pub fn path(&self) -> &str {
        self.node.name.as_str()
    }

    /// Where a server that checks tokens reads the issuer's keys.
    pub fn discovery(&self) -> Option<&str> {
        self.node.discovery.as_ref().or(self.node.issuer.as_ref()).map(|url| url.as_str())
    }

    /// The certificate authority, as PEM; empty where there is none of its own.
    pub fn ca(&self) -> &str {
        self.node.ca.as_ref().map_or("", |ca| ca.pem.as_str())
    }
}

/// Rights at paths.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name in Vault.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Its rules.
    pub rules: Vec<PathRule>,
    /// Where it is declared: the policy's own node, or the role's.
    pub span: Span,
}

impl Policy {
    /// Whether others look after it.
    pub fn is_external(&self) -> bool {
        matches!(&self.origin, Origin::Written(node) if node.external.value)
    }

    /// Whether one of this name that fleetc did not write may be taken over.
    pub fn adopt(&self) -> bool {
        match &self.origin {
            Origin::Written(node) => node.adopt.value,
            Origin::Role { adopt, .. } => *adopt,
        }
    }
}

/// Where a policy comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// It is written by hand.
    Written(nodes::VaultPolicy),
    /// It holds what a role reaches.
    Role {
        /// The role's name in the file.
        role: String,
        /// Whether the role may be taken over.
        adopt: bool,
    },
}

/// What may be done at a path.
#[derive(Clone, Debug)]
pub struct PathRule {
    /// The path, as policies write it.
    pub path: String,
    /// What may be done there.
    pub capabilities: BTreeSet<VaultCapability>,
    /// Under which conditions.
    pub conditions: Conditions,
    /// The line that it comes from.
    pub span: Span,
}

/// What a request must be like, beside its path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Parameters that may be sent, with their values; all if there is none here.
    pub allowed: BTreeMap<String, Vec<String>>,
    /// Parameters that may not be sent, likewise.
    pub denied: BTreeMap<String, Vec<String>>,
    /// Parameters that must be sent.
    pub required: Vec<String>,
    /// Least time in seconds that a wrapped answer waits.
    pub min_wrapping: Option<u64>,
    /// Most time in seconds that a wrapped answer waits.
    pub max_wrapping: Option<u64>,
}
