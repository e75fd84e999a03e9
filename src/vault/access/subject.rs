//! Roles: who may log in, and what they get.

use super::deed::Grade;
use super::reach::{Reach, reaches};
use super::secret::{Cell, SecretPath};
use crate::model::vault::{JwtLogin, Login, Role, Vault};
use crate::syntax::Span;
use crate::vault::acl::Acl;
use crate::vault::capability::Flavour;
use crate::vault::of_fleet;
use crate::vault::policy::Policy;
use serde::Serialize;
use std::collections::BTreeMap;

/// A role, who may log in to it, and what that gives.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Subject {
    /// Its name in the file.
    pub role: String,
    /// Its name at the server.
    pub name: String,
    /// Mount path of the way to log in.
    pub auth: String,
    /// Who may log in: repositories, or ServiceAccounts as `NAMESPACE/NAME`.
    pub admits: Vec<String>,
    /// What must be true of them beside that, by claim.
    pub conditions: BTreeMap<String, Vec<String>>,
    /// Its policies, by their names at the server.
    pub policies: Vec<String>,
    /// Those of them whose rules the file does not hold: what they grant is not in this matrix.
    pub unknown_policies: Vec<String>,
    /// What it can do with each secret.
    pub secrets: Vec<SecretAccess>,
    /// What comes of each rule of its policies.
    pub reaches: Vec<Reach>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
    #[serde(skip)]
    rules: Vec<Policy>,
    #[serde(skip)]
    flavour: Flavour,
}

/// What a role can do with a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretAccess {
    /// The secret's name in the file.
    pub secret: String,
    /// Its path.
    pub path: String,
    /// How far each thing can be done; a store of version 1 has fewer.
    pub deeds: Vec<Cell>,
}

impl SecretAccess {
    /// Whether anything can be done at all.
    pub fn is_none(&self) -> bool {
        self.deeds.iter().all(|cell| cell.grade == Grade::No)
    }
}

/// Claims that say which repository it is.
const NAMES: [&str; 6] =
    ["repository", "repository_id", "repository_owner", "repository_owner_id", "sub", "enterprise"];

impl Subject {
    pub(super) fn of(vault: &Vault, role: &Role, secrets: &[SecretPath]) -> Self {
        let rules = of_fleet::policies_of(vault, role);
        let external = vault.policies_of(role).filter(|policy| policy.is_external());
        let unknown = external.map(|policy| policy.name.clone());
        let unknown = unknown.chain(role.unknown_policies.iter().map(|name| name.value.clone()));
        let mut subject = Self {
            role: role.node.name.to_string(),
            name: role.name.clone(),
            auth: vault.auth_of(role).path().to_owned(),
            admits: admits(&role.login),
            conditions: conditions(&role.login),
            policies: rules.iter().map(|policy| policy.name.clone()).collect(),
            unknown_policies: unknown.collect(),
            secrets: Vec::new(),
            reaches: Vec::new(),
            span: role.node.span,
            rules,
            flavour: vault.flavour(),
        };
        let acl = subject.acl();
        let secrets: Vec<_> = secrets
            .iter()
            .map(|secret| SecretAccess {
                secret: secret.name.clone(),
                path: secret.path.clone(),
                deeds: secret.cells(&acl),
            })
            .collect();
        let reaches = reaches(&acl);
        subject.secrets = secrets;
        subject.reaches = reaches;
        subject
    }

    /// Its policies, joined.
    pub fn acl(&self) -> Acl<'_> {
        Acl::new(&self.rules, self.flavour, None)
    }
}

fn admits(login: &Login) -> Vec<String> {
    match login {
        Login::Kubernetes(login) => {
            let pairs = login
                .namespaces
                .iter()
                .flat_map(|namespace| login.names.iter().map(move |name| format!("{namespace}/{name}")));
            pairs.collect()
        }
        Login::Jwt(login) => {
            let values = |claim: &str, form: fn(&str) -> String| -> Vec<String> {
                let claim = login.claim(claim);
                claim.iter().flat_map(|claim| &claim.values).map(|value| form(&value.text)).collect()
            };
            // Numbers only say again, for good, what the names say.
            let by = [
                values("repository", str::to_owned),
                values("repository_owner", |owner| format!("{owner}/*")),
                values("repository_id", |id| format!("repository {id}")),
                values("repository_owner_id", |id| format!("owner {id}")),
                values("sub", str::to_owned),
                values("enterprise", |name| format!("enterprise {name}")),
            ];
            let found = by.into_iter().find(|list| !list.is_empty());
            found.unwrap_or_else(|| vec!["anyone whose token the server believes".to_owned()])
        }
    }
}

fn conditions(login: &Login) -> BTreeMap<String, Vec<String>> {
    let Login::Jwt(JwtLogin { claims, audiences, .. }) = login else { return BTreeMap::new() };
    let others = claims.iter().filter(|claim| !NAMES.contains(&claim.name.as_str()));
    let text = |claim: &crate::model::vault::Claim| {
        let mut values: Vec<_> = claim.values.iter().map(|value| value.text.clone()).collect();
        values.sort_unstable();
        (claim.name.clone(), values)
    };
    let audience = audiences.iter().map(|audience| audience.value.clone()).collect::<Vec<_>>();
    let audience = Some(("aud".to_owned(), audience)).filter(|(_, values)| !values.is_empty());
    others.map(text).chain(audience).collect()
}
