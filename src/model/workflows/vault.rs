//! What workflows read and write in Vault, looked up in what the fleet declares there.

use super::{Field, Login, Record};
use crate::language::value::Name;
use crate::model::vault::{KvVersion, Role, Secret, Vault, Verb};
use crate::syntax::{Span, Spanned};

/// A role, on the server that has it.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// The server.
    pub vault: &'a Vault,
    /// The role.
    pub role: &'a Role,
}

impl<'a> Reach<'a> {
    /// The role of this name, on the first server that has it.
    pub fn find(vaults: &'a [Vault], role: &str) -> Option<Self> {
        vaults.iter().find_map(|vault| Some(Self { vault, role: vault.role(role)? }))
    }

    /// Whether it may do this with a secret of its server.
    pub fn may(&self, verb: Verb, secret: &str) -> bool {
        let named =
            |at: usize| self.vault.secrets.get(at).is_some_and(|known| known.node.name.as_str() == secret);
        self.role.grants.iter().any(|grant| grant.verb == verb && named(grant.secret))
    }

    /// Whether the jobs of GitHub are who it lets in.
    pub fn is_for_jobs(&self) -> bool {
        self.role.jwt().is_some()
    }

    /// The secrets that it may read: single ones, whose keys are declared.
    pub fn readable(&self) -> impl Iterator<Item = &'a Secret> + use<'a> {
        let Self { vault, role } = *self;
        let read = role.grants.iter().filter(|grant| grant.verb == Verb::Read);
        let secrets = read.filter_map(|grant| vault.secrets.get(grant.secret));
        secrets.filter(|secret| !secret.family && !secret.node.keys.is_empty())
    }

    /// How a job logs in with it.
    pub(super) fn login(&self) -> Login {
        Login {
            url: self.vault.node.url.as_str().trim_end_matches('/').to_owned(),
            namespace: self.vault.node.namespace.as_ref().map(|namespace| namespace.to_string()),
            auth: self.vault.auth_of(self.role).path().to_owned(),
            role: self.role.name.clone(),
            audience: self
                .role
                .jwt()
                .and_then(|jwt| jwt.audiences.first())
                .map(|audience| audience.value.clone()),
        }
    }

    /// A key of a secret, as a request asks for it.
    pub(super) fn field(&self, secret: &Secret, key: &str, span: Span) -> Field {
        Field {
            secret: secret.node.name.to_string(),
            path: self.vault.path_of(secret, "data"),
            key: key.to_owned(),
            span,
        }
    }

    /// Where tags are recorded. Version 1 of the store can't tell whether somebody else has written in between.
    pub(super) fn record(&self, name: &Spanned<Name>) -> Option<Record> {
        let secret = self.vault.secret(name.as_str())?;
        let path = self.vault.path_of(secret, "data");
        let versioned = self.vault.mount_of(secret).version == KvVersion::V2;
        versioned.then(|| Record {
            login: self.login(),
            path: path.strip_suffix("/*").unwrap_or(&path).to_owned(),
            family: secret.family,
        })
    }
}
