//! Roles: who may log in, and what for.

use crate::language::nodes::{self, AccountIdentity, ClaimMatch, VaultToken};
use crate::syntax::{Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};

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
