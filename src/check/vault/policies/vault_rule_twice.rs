//! `vault-rule-twice`

use super::held::{Told, held};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-rule-twice",
    severity: Severity::Warning,
    summary: "two rules of a role have one and the same path",
    explanation: "\
Rules whose paths are written the same are joined, within a policy and across the policies of a role: what either grants is
granted, unless one of them is a `deny`, which then is all that is left. Whose parameters are limited by one rule stays
limited by both. It is found where two rules of a role's policies have one path and say different things.

Each policy looks right by itself, and the role gets something that neither of them says. With a `deny` among them the
role loses what the other grants, in every place where both policies meet.

Write one rule with what is meant.

Known from: measured with OpenBao 2.7.2. Also known as VP004.
",
    good: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "app" path="secret/app"
    policy "reader" {
        path "secret/data/app" "read"
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
    secret "app" path="secret/app"
    policy "reader" {
        path "secret/data/app" "read"
    }
    policy "closed" {
        path "secret/data/app" "deny"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "reader"
        policy "closed"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut told = Told::default();
    for held in held(context.fleet) {
        for joined in held.acl().joined() {
            let [first, others @ ..] = joined.sources.as_slice() else { continue };
            let differs = |other: &&crate::vault::Source<'_>| other.rule != first.rule;
            let Some(other) = others.iter().find(differs) else { continue };
            if !told.first([first.rule.span, other.rule.span]) {
                continue;
            }
            let gets = format!("role \"{}\" gets {} there", held.name(), joined.capabilities);
            let found = out
                .found(format!("\"{}\" has two rules that say different things", joined.path()))
                .label(other.rule.span, other.rule.capabilities.to_string())
                .label(first.rule.span, first.rule.capabilities.to_string())
                .effect(gets)
                .help("write one rule with what is meant");
            out.report(found);
        }
    }
}
