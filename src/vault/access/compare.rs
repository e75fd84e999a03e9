//! What changes for whom between two states of a fleet.

use super::deed::{Deed, Grade};
use super::secret::{ANY, SecretPath};
use super::subject::Subject;
use super::{AccessMatrix, ServerAccess};
use crate::syntax::Span;
use crate::vault::acl::Acl;
use crate::vault::capability::{Capabilities, Capability};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What changes, role by role. Roles for which nothing changes are not in it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Comparison {
    /// In order of server and role.
    pub roles: Vec<Change>,
}

/// What changes for those who log in to a role.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// The server's name in the file.
    pub server: String,
    /// The role's name in the file.
    pub role: String,
    /// Whether the role is only in the new state.
    pub is_new: bool,
    /// Whether the role is only in the old state.
    pub is_gone: bool,
    /// Who may log in.
    pub login: LoginChange,
    /// What can be done with declared secrets.
    pub secrets: Vec<SecretChange>,
    /// What is granted at paths, which covers more than declared secrets.
    pub paths: Vec<PathChange>,
    /// Where the role is declared in the new state, else in the old one.
    #[serde(skip)]
    pub span: Span,
}

/// Who may log in, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LoginChange {
    /// Who may now: they get all that the role can do.
    pub gained: Vec<String>,
    /// Who may no longer.
    pub lost: Vec<String>,
    /// What must be true of them.
    pub conditions: Vec<ConditionChange>,
}

/// A claim whose values change. No list at all means that any value will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConditionChange {
    /// The claim.
    pub claim: String,
    /// Its values before.
    pub before: Option<Vec<String>>,
    /// Its values after.
    pub after: Option<Vec<String>>,
}

impl ConditionChange {
    /// Whether somebody may log in now who might not before.
    pub fn is_wider(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(_), None) => true,
            (None, _) => false,
            (Some(before), Some(after)) => after.iter().any(|value| !before.contains(value)),
        }
    }
}

/// What changes with a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretChange {
    /// The secret's name in the file.
    pub secret: String,
    /// Its path.
    pub path: String,
    /// What can be done now, or further than before.
    pub gained: Vec<DeedChange>,
    /// What can be done no longer, or less far.
    pub lost: Vec<DeedChange>,
}

/// How far something can be done, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DeedChange {
    /// What.
    pub deed: Deed,
    /// Before.
    pub before: Grade,
    /// After.
    pub after: Grade,
}

/// What changes at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PathChange {
    /// The path that was tried; `‹any›` in it stands for any name.
    pub path: String,
    /// What is granted now.
    pub gained: Vec<Capability>,
    /// What is granted no longer.
    pub lost: Vec<Capability>,
}

impl Change {
    /// Whether somebody can do something that they could not.
    pub fn gains(&self) -> bool {
        let path = self.paths.iter().any(|path| !path.gained.is_empty());
        let secret = self.secrets.iter().any(|secret| !secret.gained.is_empty());
        let login =
            !self.login.gained.is_empty() || self.login.conditions.iter().any(ConditionChange::is_wider);
        path || secret || login
    }

    fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.paths.is_empty() && self.login == LoginChange::default()
    }
}

/// What changes from one state to another. Roles are the same if they have one name at one server.
pub fn compare(before: &AccessMatrix, after: &AccessMatrix) -> Comparison {
    let mut keys = BTreeMap::<(&str, &str), (Option<Side<'_>>, Option<Side<'_>>)>::new();
    for (server, subject) in sides(before) {
        keys.entry((&server.server, &subject.role)).or_default().0 = Some((server, subject));
    }
    for (server, subject) in sides(after) {
        keys.entry((&server.server, &subject.role)).or_default().1 = Some((server, subject));
    }
    let secrets_of = |server: &str| -> BTreeSet<&SecretPath> {
        let servers = before.servers.iter().chain(&after.servers).filter(|known| known.server == server);
        servers.flat_map(|server| &server.secrets).collect()
    };
    let changes = keys.into_iter().map(|((server, _), (old, new))| change(old, new, &secrets_of(server)));
    Comparison { roles: changes.flatten().filter(|change| !change.is_empty()).collect() }
}

type Side<'a> = (&'a ServerAccess, &'a Subject);

fn sides(matrix: &AccessMatrix) -> impl Iterator<Item = Side<'_>> {
    matrix.servers.iter().flat_map(|server| server.roles.iter().map(move |role| (server, role)))
}

fn change(old: Option<Side<'_>>, new: Option<Side<'_>>, secrets: &BTreeSet<&SecretPath>) -> Option<Change> {
    let (server, subject) = new.or(old)?;
    // Nobody logs in to a role that is not there.
    let none = Subject::default();
    let (was, is) = (old.map_or(&none, |(_, subject)| subject), new.map_or(&none, |(_, subject)| subject));
    let (before, after) = (was.acl(), is.acl());
    Some(Change {
        server: server.server.clone(),
        role: subject.role.clone(),
        is_new: old.is_none(),
        is_gone: new.is_none(),
        login: logins(was, is, old.is_some() && new.is_some()),
        secrets: secrets.iter().filter_map(|secret| in_secret(secret, &before, &after)).collect(),
        paths: paths(&before, &after),
        span: subject.span,
    })
}

fn logins(old: &Subject, new: &Subject, both: bool) -> LoginChange {
    let only = |list: &[String], other: &[String]| -> Vec<String> {
        list.iter().filter(|who| !other.contains(who)).cloned().collect()
    };
    let claims: BTreeSet<_> = old.conditions.keys().chain(new.conditions.keys()).collect();
    let conditions =
        claims.into_iter().filter(|claim| both && old.conditions.get(*claim) != new.conditions.get(*claim));
    LoginChange {
        gained: only(&new.admits, &old.admits),
        lost: only(&old.admits, &new.admits),
        conditions: conditions
            .map(|claim| ConditionChange {
                claim: claim.clone(),
                before: old.conditions.get(claim).cloned(),
                after: new.conditions.get(claim).cloned(),
            })
            .collect(),
    }
}

fn in_secret(secret: &SecretPath, before: &Acl<'_>, after: &Acl<'_>) -> Option<SecretChange> {
    let pairs = secret.cells(before).into_iter().zip(secret.cells(after));
    let deeds = pairs.map(|(old, new)| DeedChange { deed: new.deed, before: old.grade, after: new.grade });
    let (gained, lost): (Vec<_>, Vec<_>) =
        deeds.filter(|deed| deed.before != deed.after).partition(|deed| deed.after > deed.before);
    let (name, path) = (secret.name.clone(), secret.path.clone());
    (!gained.is_empty() || !lost.is_empty()).then_some(SecretChange { secret: name, path, gained, lost })
}

/// Tries a path of each rule of either state in both: what a star of one covers is seen even where the other has no
/// such rule.
fn paths(before: &Acl<'_>, after: &Acl<'_>) -> Vec<PathChange> {
    let rules = before.joined().iter().chain(after.joined());
    let witness = |joined: &crate::vault::Joined<'_>| joined.sources.first()?.rule.path.witness(ANY);
    let tried: BTreeSet<String> = rules.filter_map(witness).collect();
    let mut changes = Vec::new();
    for path in tried {
        let granted = |acl: &Acl<'_>| acl.capabilities(&path).without(Capabilities::DENY);
        let (old, new) = (granted(before), granted(after));
        if old != new {
            let (gained, lost) = (new.without(old).iter().collect(), old.without(new).iter().collect());
            changes.push(PathChange { path, gained, lost });
        }
    }
    changes
}
