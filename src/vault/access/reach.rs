//! All that a set of policies reaches, whether the file declares it or not.

use super::secret::ANY;
use crate::vault::acl::Acl;
use crate::vault::builtin::is_built_in;
use crate::vault::capability::Capabilities;
use serde::Serialize;

/// A rule of a role's policies, and what comes of it beside the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// The rule's path.
    pub path: String,
    /// Policies that have it.
    pub policies: Vec<String>,
    /// A path that the rule is about, which was tried.
    pub witness: String,
    /// What is granted at the witness.
    pub capabilities: Capabilities,
    /// What requests have to fulfil beside that.
    pub conditions: Vec<String>,
    /// The path of the rule that decides there, where it is another one.
    pub shadowed_by: Option<String>,
}

/// What comes of each rule, but for those of `default`.
pub fn reaches(acl: &Acl<'_>) -> Vec<Reach> {
    let mut list = Vec::new();
    for joined in acl.joined() {
        let sources = joined.sources.iter().filter(|source| !is_built_in(source));
        let policies: Vec<_> = sources.map(|source| source.policy.name.clone()).collect();
        let Some(witness) = joined.sources.first().and_then(|source| source.rule.path.witness(ANY)) else {
            continue;
        };
        if policies.is_empty() {
            continue;
        }
        let decided = acl.deciding(&witness);
        let other = decided.filter(|decided| decided.path() != joined.path());
        list.push(Reach {
            path: joined.path().to_owned(),
            policies,
            capabilities: acl.capabilities(&witness),
            conditions: decided.map(|decided| decided.limits.describe()).unwrap_or_default(),
            shadowed_by: other.map(|decided| decided.path().to_owned()),
            witness,
        });
    }
    list.sort_by(|a, b| a.path.cmp(&b.path));
    list
}
