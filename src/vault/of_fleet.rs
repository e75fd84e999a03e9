//! Policies of a fleet's roles.

use super::acl::Acl;
use super::builtin::default_policy;
use super::policy::Policy;
use crate::model::vault::{Role, Vault};

/// All policies of a role that the file knows the rules of, `default` among them unless the role leaves it out.
pub fn policies_of(vault: &Vault, role: &Role) -> Vec<Policy> {
    let own = vault.policies_of(role).filter(|policy| !policy.is_external()).map(|policy| policy.compiled());
    let default = (!role.token.no_default_policy).then(default_policy);
    own.chain(default).collect()
}

/// Joins policies as a token of the server has them. Nothing in a fleet ends by itself, so no clock is needed.
pub fn acl<'p>(vault: &Vault, policies: &'p [Policy]) -> Acl<'p> {
    Acl::new(policies, vault.flavour(), None)
}
