//! Who can do what: every role of a fleet against every secret, and against all that its policies reach.

mod compare;
mod deed;
mod picture;
mod reach;
mod secret;
mod subject;
mod table;

pub use compare::{
    Change, Comparison, ConditionChange, DeedChange, LoginChange, PathChange, SecretChange, compare,
};
pub use deed::{Deed, Grade};
pub use picture::picture;
pub use reach::Reach;
pub use secret::{ANY, Cell, SecretPath};
pub use subject::{SecretAccess, Subject};
pub use table::{matrix_table, role_table, secret_table};

use super::capability::Flavour;
use crate::model::Fleet;
use serde::Serialize;

/// Who can do what in a fleet.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AccessMatrix {
    /// By server.
    pub servers: Vec<ServerAccess>,
}

/// Who can do what at a server.
#[derive(Clone, Debug, Serialize)]
pub struct ServerAccess {
    /// The server's name in the file.
    pub server: String,
    /// Its address.
    pub url: String,
    /// Which of the two it is.
    pub flavour: Flavour,
    /// Its secrets.
    pub secrets: Vec<SecretPath>,
    /// Its roles.
    pub roles: Vec<Subject>,
}

/// Who can do what in a fleet. Pure: the same fleet gives the same matrix.
pub fn matrix(fleet: &Fleet) -> AccessMatrix {
    let servers = fleet.vaults.iter().map(|vault| {
        let secrets: Vec<_> = vault.secrets.iter().map(|secret| SecretPath::of(vault, secret)).collect();
        ServerAccess {
            server: vault.name().to_owned(),
            url: vault.node.url.to_string(),
            flavour: vault.flavour(),
            roles: vault.roles.iter().map(|role| Subject::of(vault, role, &secrets)).collect(),
            secrets,
        }
    });
    AccessMatrix { servers: servers.collect() }
}
