//! The numbers by which GitHub knows owners and repositories.

use super::Vault;
use crate::language::nodes;
use crate::language::value::GithubId;
use crate::syntax::Span;
use std::collections::BTreeMap;

/// A number, and where it stands.
type Id = (GithubId, Span);

/// All numbers that a fleet file holds, whichever server they are declared at: they are GitHub's.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    owners: BTreeMap<String, Id>,
    repositories: BTreeMap<String, Id>,
    /// Numbers that contradict an earlier one: what of, the earlier, the later.
    pub contradictions: Vec<(String, Id, Id)>,
}

/// An owner or a repository that a role names and whose number the file lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unidentified {
    /// The owner.
    pub owner: String,
    /// The repository; none where all of the owner's are meant.
    pub repository: Option<String>,
}

impl Unidentified {
    /// The command that prints the number: of a repository, its own and its owner's.
    pub fn command(&self) -> String {
        match &self.repository {
            Some(repository) => format!("gh api repos/{}/{repository} --jq '.id, .owner.id'", self.owner),
            None => format!("gh api users/{} --jq .id", self.owner),
        }
    }
}

impl Ids {
    /// Collects them.
    pub fn of(vaults: &[nodes::Vault]) -> Self {
        let mut ids = Self::default();
        for vault in vaults {
            for owner in &vault.owners {
                ids.owner(owner.name.as_str(), (owner.id.value, owner.id.span));
                for repository in &owner.repositories {
                    let name = format!("{}/{}", owner.name.value, repository.name.value);
                    ids.repository(&name, (repository.id.value, repository.id.span));
                }
            }
            for repository in vault.roles.iter().flat_map(|role| &role.repositories) {
                if let Some(id) = &repository.id {
                    ids.repository(repository.name.as_str(), (id.value, id.span));
                }
            }
        }
        ids
    }

    fn owner(&mut self, name: &str, id: Id) {
        add(&mut self.owners, &mut self.contradictions, name, id);
    }

    fn repository(&mut self, name: &str, id: Id) {
        add(&mut self.repositories, &mut self.contradictions, name, id);
    }

    /// The number of an owner. GitHub's names know no upper and lower case.
    pub fn of_owner(&self, name: &str) -> Option<Id> {
        self.owners.get(&name.to_lowercase()).copied()
    }

    /// The number of a repository, by owner and name.
    pub fn of_repository(&self, name: &str) -> Option<Id> {
        self.repositories.get(&name.to_lowercase()).copied()
    }
}

fn add(known: &mut BTreeMap<String, Id>, contradictions: &mut Vec<(String, Id, Id)>, name: &str, id: Id) {
    let first = *known.entry(name.to_lowercase()).or_insert(id);
    if first.0 != id.0 {
        contradictions.push((name.to_owned(), first, id));
    }
}

/// Owner and name of a repository; `None` where the text is no such pair.
pub(super) fn split(repository: &str) -> Option<(&str, &str)> {
    let (owner, name) = repository.split_once('/')?;
    (!owner.is_empty() && !name.is_empty() && !name.contains('/')).then_some((owner, name))
}

impl Vault {
    /// Owners and repositories of its roles whose numbers the file lacks, each once, in order of name.
    pub fn unidentified(&self, ids: &Ids) -> Vec<(Unidentified, Span)> {
        let mut found: BTreeMap<Unidentified, Span> = BTreeMap::new();
        for node in self.roles.iter().flat_map(|role| &role.node.repositories) {
            let Some((owner, name)) = split(node.name.as_str()) else { continue };
            if owner.contains('*') {
                continue;
            }
            let exact = !name.contains('*');
            let lacks_owner = ids.of_owner(owner).is_none();
            let lacks = if exact { ids.of_repository(node.name.as_str()).is_none() } else { lacks_owner };
            if lacks {
                let missing =
                    Unidentified { owner: owner.to_owned(), repository: exact.then(|| name.to_owned()) };
                found.entry(missing).or_insert(node.name.span);
            }
        }
        found.into_iter().collect()
    }
}
