//! `vault-rule-shadowed`

use super::held::{Held, Told, held, place};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::vault::access::ANY;
use crate::vault::path::Pattern;
use crate::vault::{Acl, Joined};

pub static RULE: Rule = Rule {
    code: "vault-rule-shadowed",
    severity: Severity::Warning,
    summary: "a rule of a policy is overruled by another one of the same role",
    explanation: "\
For each request exactly one rule decides: the one for that very path, else the one whose first `+` or `*` stands
furthest behind, and among those one without a star at its end, then one with fewer `+`, then the longer one. Rules
do not add up, and a `deny` is no stronger than others. It is found where a role's policies together hold a rule that
another one overrules wherever it could apply, and where a `deny` is overruled by a rule that is narrower: `deny` at
`secret/data/*` refuses nothing that `secret/data/app/*` grants, and `deny` at `secret/data/+/private/*` refuses nothing at all
beside `secret/data/*`, since its first `+` stands no further behind than that star.

A rule that is overruled grants nothing. A `deny` that is overruled protects nothing: what it was to keep from the role is
open to it, which is an error.

Remove the rule. To keep something from a role, grant less: what no rule is about is refused. `fleetc access --role ROLE` shows
what decides.

Known from: measured with OpenBao 2.7.2. Also known as VP003.
",
    good: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "apps" path="secret/team/*"
    policy "reader" {
        path "secret/data/team/app/*" "read"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "reader"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "apps" path="secret/team/*"
    policy "reader" {
        path "secret/data/team/*" "read"
        path "secret/data/team/+/private/*" "deny"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "reader"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut told = Told::default();
    for held in held(context.fleet) {
        let acl = held.acl();
        for joined in acl.joined() {
            if joined.capabilities.is_deny() {
                deny(&held, &acl, joined, &mut told, out);
            } else {
                grant(&held, &acl, joined, &mut told, out);
            }
        }
    }
}

/// Paths that a rule is about: of an open one also a deeper one.
fn witnesses(joined: &Joined<'_>) -> Vec<String> {
    let Some(source) = joined.sources.first() else { return Vec::new() };
    let path = &source.rule.path;
    let Some(witness) = path.witness(ANY) else { return Vec::new() };
    let deeper = format!("{witness}/{ANY}");
    let open = !matches!(path.pattern(), Pattern::Exact(_)) && path.matches(&deeper);
    std::iter::once(witness).chain(open.then_some(deeper)).collect()
}

/// The rule that decides at all of the paths that a rule is about, if it is another one.
fn overruled<'a, 'p>(acl: &'a Acl<'p>, joined: &Joined<'_>) -> Option<&'a Joined<'p>> {
    let mut other = None;
    for witness in witnesses(joined) {
        let decides = acl.deciding(&witness)?;
        if decides.path() == joined.path() {
            return None;
        }
        other = Some(decides);
    }
    other
}

fn grant(held: &Held<'_>, acl: &Acl<'_>, joined: &Joined<'_>, told: &mut Told, out: &mut Reporter<'_, '_>) {
    let (Some(other), Some(span)) = (overruled(acl, joined), place(joined)) else { return };
    if !told.first(place(other).into_iter().chain([span])) {
        return;
    }
    let mut found = out
        .found(format!(
            "\"{}\" grants role \"{}\" nothing: \"{}\" decides instead",
            joined.path(),
            held.name(),
            other.path()
        ))
        .label(span, "never decides")
        .effect(format!("the role gets {} there", other.capabilities))
        .help("remove it, or write its capabilities at the rule that decides");
    if let Some(span) = place(other) {
        found = found.label(span, "decides");
    }
    out.report(found);
}

fn deny(held: &Held<'_>, acl: &Acl<'_>, joined: &Joined<'_>, told: &mut Told, out: &mut Reporter<'_, '_>) {
    let Some(span) = place(joined) else { return };
    let Some(source) = joined.sources.first() else { return };
    let path = &source.rule.path;
    // A deny for one more segment does not go deeper, which is where people expect it to.
    let below = match path.pattern() {
        Pattern::Segments(pattern) if pattern.ends_with("/+") => {
            path.witness(ANY).map(|start| format!("{start}/{ANY}"))
        }
        _ => None,
    };
    let narrower = acl.joined().iter().filter(|other| !other.capabilities.grants_nothing());
    let tried = narrower.flat_map(witnesses).filter(|tried| path.matches(tried));
    let hole = witnesses(joined).into_iter().chain(tried).chain(below).find_map(|tried| {
        let decides = acl.deciding(&tried)?;
        (!decides.capabilities.grants_nothing()).then_some((tried, decides))
    });
    let Some((tried, decides)) = hole else { return };
    if !told.first(place(decides).into_iter().chain([span])) {
        return;
    }
    let mut found = out
        .found(format!("the deny at \"{}\" does not hold for role \"{}\"", joined.path(), held.name()))
        .severity(Severity::Error)
        .label(span, "overruled")
        .effect(format!("the role has {} at \"{tried}\", by \"{}\"", decides.capabilities, decides.path()))
        .help("grant less rather than deny: what no rule is about is refused");
    if let Some(span) = place(decides) {
        found = found.label(span, "decides there");
    }
    out.report(found);
}
