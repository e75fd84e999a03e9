//! What a role can make of itself.

use super::held::{Held, place};
use crate::model::vault::Vault;
use crate::syntax::Span;
use crate::vault::access::ANY;
use crate::vault::{Acl, Capability, Joined, Operation, Verdict};
use std::collections::{BTreeSet, HashMap};

/// A way in which a role gets rights that its policies do not grant.
pub struct Power {
    /// A few words on it.
    pub what: &'static str,
    /// The rule that grants it.
    pub span: Span,
    step: Step,
}

/// What it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Every right there is.
    Everything,
    /// What the roles of a way to log in can do.
    RolesOf(String),
    /// Every right, if a role that can be had holds a policy of this name; any name where there is none.
    Policy(Option<String>),
    /// Nothing more than the role has, but for longer or from elsewhere.
    Nothing,
}

/// What comes of the powers of a role in the end.
pub enum End {
    /// Every right there is.
    Everything,
    /// What these roles can do, by their names in the file.
    Roles(Vec<String>),
    /// Nothing that is known.
    Nothing,
}

/// The ways that a role has.
pub fn powers(acl: &Acl<'_>) -> Vec<Power> {
    let mut powers = Vec::new();
    for joined in acl.joined() {
        let (Some(span), Some(source)) = (place(joined), joined.sources.first()) else { continue };
        let path = &source.rule.path;
        let broad =
            ["sys/", "auth/", "identity/"].iter().any(|top| path.matches(&format!("{top}{ANY}/{ANY}")));
        let (what, step) = if joined.capabilities.grants_nothing() {
            continue;
        } else if broad {
            ("covers what rights are made of", Step::Everything)
        } else if joined.capabilities.contains(Capability::Sudo) {
            ("reaches what is for administrators", Step::Everything)
        } else if let Some(found) = path.witness(ANY).and_then(|witness| written(acl, joined, &witness)) {
            found
        } else {
            continue;
        };
        powers.push(Power { what, span, step });
    }
    powers
}

/// What writing at a path is good for, where the rule lets it be written.
fn written(acl: &Acl<'_>, joined: &Joined<'_>, witness: &str) -> Option<(&'static str, Step)> {
    let writes = |path: &str| {
        [Operation::Create, Operation::Update, Operation::Patch].iter().any(|operation| {
            let answer = acl.answer(path, *operation);
            answer.verdict != Verdict::Denied
                && answer.decided_by.is_some_and(|by| by.path() == joined.path())
        })
    };
    if !writes(witness) {
        return None;
    }
    let parts: Vec<_> = witness.split('/').collect();
    Some(match parts.as_slice() {
        ["sys", "policies", "acl", name, ..] | ["sys", "policy", name, ..] => {
            let open = name.contains(ANY);
            ("writes policies", Step::Policy((!open).then(|| (*name).to_owned())))
        }
        ["sys", "policies" | "policy", ..] => ("writes policies", Step::Policy(None)),
        ["auth", "token", "roles", ..] => {
            ("writes roles of tokens, which may have any policy", Step::Everything)
        }
        ["auth", "token", "create" | "create-orphan", ..] => {
            ("makes tokens that outlive its own", Step::Nothing)
        }
        ["auth", .., "role" | "roles" | "users" | "groups" | "certs" | "map", _]
        | ["auth", .., "role" | "users", _, _] => {
            ("writes roles, which may have any policy", Step::Everything)
        }
        ["auth", mount @ .., "config"] => ("says who is believed at a login", Step::RolesOf(mount.join("/"))),
        ["auth", _] | ["auth", .., ANY] => ("covers roles, which may have any policy", Step::Everything),
        ["identity", "entity" | "entity-alias" | "group" | "group-alias" | "persona", ..] => {
            ("gives policies to whom it likes", Step::Everything)
        }
        ["sys", "storage", "raft", "snapshot" | "snapshot-force"] => {
            ("puts another state in place of the server's", Step::Everything)
        }
        _ => return None,
    })
}

/// Follows powers from role to role: whoever can become another role has its powers too.
pub struct Closure<'a> {
    held: &'a [Held<'a>],
    powers: &'a [Vec<Power>],
    /// Roles by server and way to log in.
    by_auth: HashMap<(*const Vault, &'a str), Vec<usize>>,
}

impl<'a> Closure<'a> {
    /// Of all roles with their powers.
    pub fn new(held: &'a [Held<'a>], powers: &'a [Vec<Power>]) -> Self {
        let mut by_auth: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, one) in held.iter().enumerate() {
            let auth = one.vault.auth_of(one.role).path();
            by_auth.entry((std::ptr::from_ref(one.vault), auth)).or_default().push(at);
        }
        Self { held, powers, by_auth }
    }

    /// What a role comes to.
    pub fn end_of(&self, start: usize) -> End {
        let (mut seen, mut queue) = (BTreeSet::from([start]), vec![start]);
        while let Some(at) = queue.pop() {
            for power in &self.powers[at] {
                match &power.step {
                    Step::Everything => return End::Everything,
                    Step::RolesOf(mount) => {
                        let key = (std::ptr::from_ref(self.held[at].vault), mount.as_str());
                        let roles = self.by_auth.get(&key).into_iter().flatten();
                        queue.extend(roles.filter(|role| seen.insert(**role)));
                    }
                    Step::Policy(_) | Step::Nothing => {}
                }
            }
        }
        let holds = |name: &str| {
            let policies = seen.iter().flat_map(|at| self.held[*at].policies());
            policies.into_iter().any(|policy| policy.name.eq_ignore_ascii_case(name))
        };
        let writes_own = seen.iter().flat_map(|at| &self.powers[*at]).any(|power| match &power.step {
            // Of what a star covers, some policy is the role's own as a rule.
            Step::Policy(None) => true,
            Step::Policy(Some(name)) => holds(name),
            _ => false,
        });
        seen.remove(&start);
        match (writes_own, seen.is_empty()) {
            (true, _) => End::Everything,
            (false, true) => End::Nothing,
            (false, false) => End::Roles(seen.iter().map(|at| self.held[*at].name().to_owned()).collect()),
        }
    }
}
