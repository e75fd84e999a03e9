//! Who may log in to Vault, and what for.

pub mod backup;
pub mod policies;

mod account_any;
mod account_audience;
mod account_glob;
mod account_identity;
mod account_missing;
mod account_product;
mod audience;
mod claim_value;
mod event_unbound;
mod glob_foreign;
mod glob_mode;
mod glob_repository;
mod glob_suffix;
mod id_differs;
mod id_missing;
mod issuer;
mod name_charset;
mod name_clash;
mod patch_unjudged;
mod policy_unknown;
mod ref_product;
mod role_empty;
mod role_name;
mod role_open;
mod runner_unbound;
mod subject;
mod subject_broad;
mod subject_old;
mod subject_withdrawn;
mod template_race;
mod token_type;
mod ttl;
mod user_claim;
mod word_unused;
mod workflow_unowned;
mod workflow_unpinned;

use super::{Context, Rule};
use crate::contract::oidc::Issuer;
use crate::language::nodes::ClaimMatch;
use crate::model::vault::{Auth, ClaimText, JwtLogin, Role, Vault};

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &role_open::RULE,
    &id_missing::RULE,
    &subject_old::RULE,
    &subject_withdrawn::RULE,
    &glob_foreign::RULE,
    &glob_repository::RULE,
    &subject_broad::RULE,
    &glob_suffix::RULE,
    &glob_mode::RULE,
    &claim_value::RULE,
    &workflow_unowned::RULE,
    &workflow_unpinned::RULE,
    &audience::RULE,
    &ttl::RULE,
    &token_type::RULE,
    &user_claim::RULE,
    &template_race::RULE,
    &event_unbound::RULE,
    &runner_unbound::RULE,
    &policy_unknown::RULE,
    &name_clash::RULE,
    &role_name::RULE,
    &role_empty::RULE,
    &name_charset::RULE,
    &issuer::RULE,
    &account_any::RULE,
    &account_glob::RULE,
    &account_audience::RULE,
    &account_product::RULE,
    &account_identity::RULE,
    &account_missing::RULE,
    &word_unused::RULE,
    &ref_product::RULE,
    &id_differs::RULE,
    &patch_unjudged::RULE,
];

/// All roles, with their servers.
fn roles<'a>(cx: &Context<'a>) -> impl Iterator<Item = (&'a Vault, &'a Role)> + use<'a> {
    cx.fleet.vaults.iter().flat_map(|vault| vault.roles.iter().map(move |role| (vault, role)))
}

/// A role that jobs log in to by signed tokens.
struct Job<'a> {
    vault: &'a Vault,
    auth: &'a Auth,
    role: &'a Role,
    login: &'a JwtLogin,
    issuer: Issuer,
}

/// All roles for signed tokens. An `auth` without an issuer, which is an error, is taken for github.com's.
fn jobs<'a>(cx: &Context<'a>) -> impl Iterator<Item = Job<'a>> + use<'a> {
    roles(cx).filter_map(|(vault, role)| {
        let auth = vault.auth_of(role);
        let issuer = auth.node.issuer.as_ref().map_or(Issuer::Dotcom, |url| Issuer::of(&url.value));
        Some(Job { vault, auth, role, login: role.jwt()?, issuer })
    })
}

impl<'a> Job<'a> {
    /// Whether GitHub signs the tokens: what claims mean is known then.
    fn is_github(&self) -> bool {
        self.issuer.is_github()
    }

    /// Whether `*` in values stands for any characters.
    fn is_glob(&self) -> bool {
        self.login.matching == ClaimMatch::Glob
    }

    /// The values of these claims.
    fn values(
        &self,
        claims: &'static [&'static str],
    ) -> impl Iterator<Item = (&'a str, &'a ClaimText)> + use<'a> {
        let login = self.login;
        let bound = login.claims.iter().filter(move |claim| claims.contains(&claim.name.as_str()));
        bound.flat_map(|claim| claim.values.iter().map(move |value| (claim.name.as_str(), value)))
    }
}

/// Whether a text fits a pattern, as the server judges it: `*` stands for any characters, all others for
/// themselves.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn stars_stand_for_anything_and_nothing_else_does() {
        for (pattern, text) in [
            ("*", ""),
            ("refs/heads/release/*", "refs/heads/release/a/b"),
            ("*main", "refs/heads/evil-main"),
            ("a*b*c", "a-b-c"),
            ("a*b*c", "abbc"),
        ] {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("a?", "ab"), ("a*b", "a"), ("ab*ba", "aba"), ("A*", "ab")] {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
    }
}
