//! Whether backups of a Vault server will be there when they are needed.

mod keep;
mod name;
mod namespace;
mod store;
mod store_twice;

use super::super::{Context, Rule};
use crate::model::vault::{Backup, Vault};

/// The rules of this section.
pub static RULES: &[&Rule] = &[&store::RULE, &store_twice::RULE, &keep::RULE, &name::RULE, &namespace::RULE];

/// All backups that something is emitted for, with their servers.
fn emitted<'a>(cx: &Context<'a>) -> impl Iterator<Item = (&'a Vault, &'a Backup)> + use<'a> {
    let fleet = cx.fleet;
    let vaults = fleet.vaults.iter().filter(|_| fleet.versions.fleet_controller.is_some());
    vaults.filter_map(|vault| Some((vault, vault.backup.as_ref()?)))
}
