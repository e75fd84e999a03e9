//! `vault-role-name`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-role-name",
    severity: Severity::Error,
    summary: "a role is called like none of the fleet",
    explanation: "\
What a fleet owns on a server is told from all else by its name: the fleet's name and `-` in front. It is found where the `vault-name` of a role does
not start so. Where the role reaches a secret, its own policy has the same name, and `vault-policy-name` says so of both.

fleet-controller may write no such role: its own rights end at that prefix, so that a fleet can't take over what others made. The role is never there, and
jobs that log in get 400.

Leave `vault-name` out, or begin it with the fleet's name and `-`. A role of others stays theirs: name it in workflows, not here.

Known from: the rights of fleet-controller. Also known as VP011.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" vault-name="example-build" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    policy "audit" external=#true
    role "ci-build" auth="github" ttl="10m" vault-name="build" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        policy "audit"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (vault, role) in roles(cx) {
        let Some(own) = role.node.vault_name.as_ref().filter(|_| role.grants.is_empty()) else { continue };
        if own.as_str().starts_with(&vault.prefix) {
            continue;
        }
        let found = out
            .found(format!("the role \"{}\" is outside of what the fleet may write", own.value))
            .label(own.span, format!("does not begin with \"{}\"", vault.prefix))
            .effect("fleet-controller may not write it: its own rights end at that prefix")
            .help(format!("leave `vault-name` out, or begin it with \"{}\"", vault.prefix));
        out.report(found);
    }
}
