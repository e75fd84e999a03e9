//! Who gains and who loses what at Vault servers.

use super::change::Place;
use super::pairing::Side;
use crate::syntax::Sources;
use crate::vault::access::{self, AccessMatrix, DeedChange, LoginChange};
use schemars::JsonSchema;
use serde::Serialize;

/// What changes for those who log in to a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccessChange {
    /// The server's name in the file.
    pub server: String,
    /// The role's name in the file.
    pub role: String,
    /// What somebody can do now who could not: one sentence each.
    pub gained: Vec<String>,
    /// What somebody can do no longer.
    pub lost: Vec<String>,
    /// Where the role is declared.
    pub place: Place,
}

/// The roles for which something changes.
pub fn changes(before: Option<Side<'_>>, after: Side<'_>, sources: &Sources) -> Vec<AccessChange> {
    let old = before.map_or_else(AccessMatrix::default, |side| access::matrix(side.fleet));
    let compared = access::compare(&old, &access::matrix(after.fleet));
    compared.roles.iter().map(|change| of_role(change, sources)).collect()
}

fn of_role(change: &access::Change, sources: &Sources) -> AccessChange {
    let (mut gained, mut lost) = (Vec::new(), Vec::new());
    logins(&change.login, &mut gained, &mut lost);
    for secret in &change.secrets {
        let told = |deeds: &[DeedChange]| {
            let deeds: Vec<_> = deeds.iter().map(|deed| deed.deed.as_str()).collect();
            format!("{} secret \"{}\" ({})", deeds.join(", "), secret.secret, secret.path)
        };
        if !secret.gained.is_empty() {
            gained.push(told(&secret.gained));
        }
        if !secret.lost.is_empty() {
            lost.push(told(&secret.lost));
        }
    }
    for path in &change.paths {
        let told = |capabilities: &[crate::vault::Capability]| {
            let words: Vec<_> = capabilities.iter().map(ToString::to_string).collect();
            format!("{} at path {}", words.join(", "), path.path)
        };
        if !path.gained.is_empty() {
            gained.push(told(&path.gained));
        }
        if !path.lost.is_empty() {
            lost.push(told(&path.lost));
        }
    }
    AccessChange {
        server: change.server.clone(),
        role: change.role.clone(),
        gained,
        lost,
        place: Place::of(change.span, sources),
    }
}

fn logins(login: &LoginChange, gained: &mut Vec<String>, lost: &mut Vec<String>) {
    gained.extend(login.gained.iter().map(|who| format!("log in as {who}")));
    lost.extend(login.lost.iter().map(|who| format!("log in as {who}")));
    for condition in &login.conditions {
        let values = |values: &Option<Vec<String>>| match values {
            Some(values) => values.join(" or "),
            None => "anything".to_owned(),
        };
        let text = format!(
            "log in where {} is {} (before: {})",
            condition.claim,
            values(&condition.after),
            values(&condition.before)
        );
        if condition.is_wider() {
            gained.push(text)
        } else {
            lost.push(format!("log in otherwise: now only {text}"))
        }
    }
}
