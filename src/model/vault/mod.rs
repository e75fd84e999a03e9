//! What the file wants a Vault server to hold: who may log in, and what each may do.
//!
//! Every reference is resolved and every default filled in. Names are those that the server gets.

mod build;
mod claims;
mod compiled;
mod grants;
mod ids;
mod login;

pub(super) use build::build;
pub use ids::{Ids, Unidentified};

use crate::language::nodes::{self, AccountIdentity, ClaimMatch, VaultCapability, VaultToken};
use crate::syntax::{Span, Spanned};
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

/// Who may log in, and what for.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its declaration.
    pub node: nodes::VaultRole,
    /// Its name in Vault.
    pub name: String,
    /// The way to log in: an index into the server's.
    pub auth: usize,
    /// Who may log in.
    pub login: Login,
    /// The token that a login gives.
    pub token: Token,
    /// What it reaches.
    pub grants: Vec<Grant>,
    /// Its policies: indexes into the server's, without repetition.
    pub policies: Vec<usize>,
    /// Policies that it names and nobody declares.
    pub unknown_policies: Vec<Spanned<String>>,
}

impl Role {
    /// Who may log in, of a role for signed tokens.
    pub fn jwt(&self) -> Option<&JwtLogin> {
        match &self.login {
            Login::Jwt(login) => Some(login),
            Login::Kubernetes(_) => None,
        }
    }

    /// Who may log in, of a role for ServiceAccounts.
    pub fn kubernetes(&self) -> Option<&KubernetesLogin> {
        match &self.login {
            Login::Kubernetes(login) => Some(login),
            Login::Jwt(_) => None,
        }
    }
}

/// Who may log in.
#[derive(Clone, Debug)]
pub enum Login {
    /// Who has a signed token.
    Jwt(JwtLogin),
    /// A ServiceAccount.
    Kubernetes(KubernetesLogin),
}

/// What a signed token must say.
#[derive(Clone, Debug)]
pub struct JwtLogin {
    /// Who it must be made for; of several, one.
    pub audiences: Vec<Spanned<String>>,
    /// Claims that it must have, by name.
    pub claims: Vec<Claim>,
    /// How their values are compared.
    pub matching: ClaimMatch,
    /// The claim that says who somebody is.
    pub user_claim: String,
    /// Claims that audit logs see, by the name that they get there.
    pub metadata: BTreeMap<String, String>,
}

impl JwtLogin {
    /// What is wanted of a claim.
    pub fn claim(&self, name: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.name == name)
    }

    /// Whether a claim is bound.
    pub fn binds(&self, name: &str) -> bool {
        self.claim(name).is_some()
    }
}

/// A claim that a token must have, with one of these values.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// Its values; no token matches where there is none.
    pub values: Vec<ClaimText>,
    /// The first line that asks for it.
    pub span: Span,
}

/// A value of a claim.
#[derive(Clone, Debug)]
pub struct ClaimText {
    /// The value as text.
    pub text: String,
    /// Where it comes from.
    pub span: Span,
    /// Whether the file has it as text.
    pub is_text: bool,
}

/// Which ServiceAccounts may log in: any of these names in any of these namespaces.
#[derive(Clone, Debug)]
pub struct KubernetesLogin {
    /// Names.
    pub names: BTreeSet<String>,
    /// Namespaces.
    pub namespaces: BTreeSet<String>,
    /// Who the account's token must be made for.
    pub audience: Option<Spanned<String>>,
    /// What makes two logins the same identity.
    pub identity: AccountIdentity,
}

/// The token that a login gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its kind.
    pub kind: VaultToken,
    /// How long it lasts, in seconds; what the mount says (32 days, if nobody changed it) for 0.
    pub ttl: u64,
    /// How long it lasts at most, in seconds.
    pub max_ttl: u64,
    /// How long each renewal lasts, in seconds; 0 where it has an end.
    pub period: u64,
    /// How often it may be used; 0 for any number.
    pub uses: u32,
    /// Whether Vault's policy `default` is left out.
    pub no_default_policy: bool,
    /// Networks that it may be used from; all where there is none.
    pub networks: BTreeSet<String>,
}

/// Something that a role may do with a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub verb: Verb,
    /// The secret: an index into the server's.
    pub secret: usize,
    /// The line that grants it.
    pub span: Span,
}

/// What a role may do with a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the word of a role")]
pub enum Verb {
    Read,
    Write,
    Record,
    List,
    Inspect,
    Delete,
    Undelete,
    Destroy,
}

impl Verb {
    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Record => "record",
            Self::List => "list",
            Self::Inspect => "inspect",
            Self::Delete => "delete",
            Self::Undelete => "undelete",
            Self::Destroy => "destroy",
        }
    }

    /// Whether it changes what the server holds.
    pub const fn changes(self) -> bool {
        !matches!(self, Self::Read | Self::List | Self::Inspect)
    }
}
