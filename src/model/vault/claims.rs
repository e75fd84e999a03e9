//! Which claims a token must have.

use super::ids::{Ids, split};
use super::{Claim, ClaimText};
use crate::language::nodes::{ClaimMatch, ClaimTexts, VaultRole};
use crate::syntax::Span;

/// The claims of a role for signed tokens, in order of name.
///
/// Repositories are bound by name and, as far as the file knows them, by the numbers of themselves and their owners: a
/// name can be given away, a number can't.
pub fn claims(role: &VaultRole, ids: &Ids) -> Vec<Claim> {
    let mut claims = Claims::default();
    repositories(role, ids, &mut claims);
    for repository in &role.repositories {
        if let Some(reference) = &repository.reference {
            claims.add("ref", reference.as_str(), reference.span);
        }
    }
    let words = [
        ("ref", &role.refs),
        ("environment", &role.environments),
        ("job_workflow_ref", &role.workflows),
        ("sub", &role.subjects),
    ];
    for (name, node) in words {
        if let Some(ClaimTexts { span, values }) = node {
            claims.open(name, *span);
            values.iter().for_each(|value| claims.add(name, value.as_str(), value.span));
        }
    }
    if let Some(events) = &role.events {
        claims.open("event_name", events.span);
        events.events.iter().for_each(|event| claims.add("event_name", event.word(), event.span));
    }
    if let Some(runner) = &role.runner {
        claims.add("runner_environment", runner.environment.word(), runner.environment.span);
    }
    for claim in &role.claims {
        claims.open(claim.name.as_str(), claim.span);
        for value in &claim.values {
            let text = ClaimText { text: value.value.text(), span: value.span, is_text: value.is_text() };
            claims.add_text(claim.name.as_str(), text);
        }
    }
    claims.0.sort_by(|a, b| a.name.cmp(&b.name));
    claims.0
}

/// How the values are compared, where the role does not say so.
pub fn matching(role: &VaultRole, claims: &[Claim]) -> ClaimMatch {
    let pattern = || claims.iter().flat_map(|claim| &claim.values).any(|value| value.text.contains('*'));
    match &role.matching {
        Some(said) => said.value,
        None if pattern() => ClaimMatch::Glob,
        None => ClaimMatch::Exact,
    }
}

fn repositories(role: &VaultRole, ids: &Ids, claims: &mut Claims) {
    let nodes = &role.repositories;
    if nodes.is_empty() {
        return;
    }
    // `owner/*` is the owner itself: an exact comparison, where a pattern would be none.
    let whole_owner =
        |name: &str| split(name).filter(|(owner, rest)| *rest == "*" && !owner.contains('*')).is_some();
    let owner_of = |name: &str| name.split('/').next().unwrap_or_default().to_owned();
    if nodes.iter().all(|node| whole_owner(node.name.as_str())) {
        for node in nodes {
            claims.add("repository_owner", &owner_of(node.name.as_str()), node.name.span);
        }
    } else {
        for node in nodes {
            claims.add("repository", node.name.as_str(), node.name.span);
        }
        let exact = nodes.iter().map(|node| ids.of_repository(node.name.as_str()));
        // One that is left out would be locked out: all numbers, or none.
        if let Some(exact) = exact.collect::<Option<Vec<_>>>() {
            for (value, span) in exact {
                claims.add("repository_id", &value.to_string(), span);
            }
        }
    }
    let owners = nodes.iter().map(|node| ids.of_owner(&owner_of(node.name.as_str())));
    if let Some(owners) = owners.collect::<Option<Vec<_>>>() {
        for (value, span) in owners {
            claims.add("repository_owner_id", &value.to_string(), span);
        }
    }
}

#[derive(Default)]
struct Claims(Vec<Claim>);

impl Claims {
    /// The claim of this name, which is wanted even if no value follows.
    fn open(&mut self, name: &str, span: Span) -> &mut Claim {
        let at = self.0.iter().position(|claim| claim.name == name).unwrap_or_else(|| {
            self.0.push(Claim { name: name.to_owned(), values: Vec::new(), span });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    fn add(&mut self, name: &str, text: &str, span: Span) {
        self.add_text(name, ClaimText { text: text.to_owned(), span, is_text: true });
    }

    fn add_text(&mut self, name: &str, value: ClaimText) {
        let claim = self.open(name, value.span);
        if !claim.values.iter().any(|known| known.text == value.text) {
            claim.values.push(value);
        }
    }
}
