//! Steps that log in to a Vault, and what the fleet file knows of it.

use super::secrets::VAULT_ACTION;
use super::view::{StepView, View};
use super::workflow::Step;
use crate::model::vault::{Role, Vault};
use crate::yaml::Entry;

/// A step of vault-action.
pub struct VaultUse<'v, 'a> {
    /// The step.
    pub step: StepView<'v, 'a>,
    /// The server that it names, if it is one of the fleet's.
    pub vault: Option<&'a Vault>,
    /// The role that it names, if the server has it.
    pub role: Option<&'a Role>,
}

/// All steps of vault-action.
pub fn uses_of_vault<'v, 'a>(view: &'v View<'a>) -> Vec<VaultUse<'v, 'a>> {
    let steps = view.steps().into_iter();
    let steps = steps.filter(|step| step.step.uses.as_ref().is_some_and(|uses| uses.is(VAULT_ACTION)));
    let with_fleet = steps.map(|step| {
        let url = literal(step.step, "url").and_then(|entry| entry.value.text());
        let vaults = view.fleet.vaults.as_slice();
        let vault = match (url, vaults) {
            (Some(url), vaults) => vaults.iter().find(|vault| same_url(vault.node.url.as_str(), url)),
            // An address by a variable is taken for the only one that there is.
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let role = vault.zip(literal(step.step, "role")).and_then(|(vault, entry)| {
            let name = entry.value.text()?;
            // Vault compares names of roles in lower case.
            vault.roles.iter().find(|role| role.name.eq_ignore_ascii_case(name.trim()))
        });
        VaultUse { step, vault, role }
    });
    with_fleet.collect()
}

/// An input of a step that is written out, without expressions.
pub fn literal<'s>(step: &'s Step, name: &str) -> Option<&'s Entry> {
    step.input(name).filter(|entry| entry.value.text().is_some_and(|text| !text.contains("${{")))
}

/// Whether two addresses are the same: case of the host and a slash at the end do not count.
pub fn same_url(one: &str, other: &str) -> bool {
    one.trim().trim_end_matches('/').eq_ignore_ascii_case(other.trim().trim_end_matches('/'))
}

/// Whether a step revokes Vault's token, whatever happened before.
pub fn revokes(step: &Step) -> bool {
    let always = step.condition.as_ref().and_then(|condition| condition.text());
    let text = step.run.as_ref().and_then(|run| run.text()).unwrap_or("");
    always.is_some_and(|text| text.contains("always()"))
        && (text.contains("revoke-self") || text.contains("token revoke"))
}
