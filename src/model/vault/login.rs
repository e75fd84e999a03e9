//! Who may log in with a role, and the token that this gives.

use super::claims::{claims, matching};
use super::ids::Ids;
use super::{JwtLogin, KubernetesLogin, Login, Token};
use crate::language::nodes::{AuthMethod, VaultAuth, VaultRole, VaultToken};
use crate::syntax::Spanned;

/// Claims that every audit log is given. `run_id` finds the job, and `actor` the person.
const AUDITED: [&str; 4] = ["actor", "repository", "run_id", "workflow_ref"];

/// Who the tokens of ServiceAccounts are made for, where the file does not say it: with none at all, a token that was
/// made for the API server would log in.
const AUDIENCE: &str = "vault";

/// Who may log in.
pub fn login(role: &VaultRole, auth: &VaultAuth, ids: &Ids) -> Login {
    let audience = role.audience.as_ref().or(auth.audience.as_ref());
    let audience = match (audience, auth.method.value) {
        (Some(text), _) => Some(Spanned::new(text.value.to_string(), text.span)),
        (None, AuthMethod::Kubernetes) => Some(Spanned::new(AUDIENCE.to_owned(), auth.span)),
        (None, AuthMethod::Jwt) => None,
    };
    // `""` means none.
    let audience = audience.filter(|text| !text.value.is_empty());
    match auth.method.value {
        AuthMethod::Jwt => {
            let claims = claims(role, ids);
            let own = role.metadata.iter().flat_map(|node| &node.values).map(|claim| claim.as_str());
            Login::Jwt(JwtLogin {
                matching: matching(role, &claims),
                claims,
                audiences: audience.into_iter().collect(),
                user_claim: role.user_claim.to_string(),
                metadata: AUDITED
                    .into_iter()
                    .chain(own)
                    .map(|claim| (claim.to_owned(), claim.to_owned()))
                    .collect(),
            })
        }
        AuthMethod::Kubernetes => Login::Kubernetes(KubernetesLogin {
            names: role.service_accounts.iter().map(|account| account.name.to_string()).collect(),
            namespaces: role.service_accounts.iter().map(|account| account.namespace.to_string()).collect(),
            audience,
            identity: role.identity.value,
        }),
    }
}

/// The token.
pub fn token(role: &VaultRole, method: AuthMethod) -> Token {
    // Jobs are over before a token is; what runs in a cluster goes on, and renews its own.
    let usual = match method {
        AuthMethod::Jwt => VaultToken::Batch,
        AuthMethod::Kubernetes => VaultToken::Service,
    };
    let kind = role.token.as_ref().map_or(usual, |kind| kind.value);
    let seconds = |duration: &Option<Spanned<crate::language::value::Duration>>| {
        duration.as_ref().map_or(0, |duration| duration.value.seconds())
    };
    let ttl = seconds(&role.ttl);
    Token {
        kind,
        ttl,
        max_ttl: role.max_ttl.as_ref().map_or(ttl, |max| max.value.seconds()),
        period: seconds(&role.period),
        uses: role.uses.as_ref().map_or(0, |uses| uses.value.0),
        no_default_policy: !role
            .default_policy
            .as_ref()
            .map_or(kind == VaultToken::Service, |wanted| wanted.value),
        networks: role
            .networks
            .iter()
            .flat_map(|node| &node.blocks)
            .map(|block| single(block.as_str()))
            .collect(),
    }
}

/// A network as the server gives it back: without the prefix length where it is a single address.
fn single(block: &str) -> String {
    let whole = if block.contains(':') { "/128" } else { "/32" };
    block.strip_suffix(whole).unwrap_or(block).to_owned()
}
