//! `vault-policy-unknown`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::suggest::nearest;

pub static RULE: Rule = Rule {
    code: "vault-policy-unknown",
    severity: Severity::Error,
    summary: "a role has a policy that nobody declares",
    explanation: "\
`policy \"NAME\"` in a role gives it a policy beside the one that fleetc makes for its secrets. It is found where the `vault` declares no policy of that
name.

The server takes such a role without a word, and logins succeed: the token just reaches nothing, and whoever makes a policy of that name later
decides what it reaches.

Declare it: `policy \"NAME\" { path \"…\" \"read\" }`, or, where others look after it, `policy \"NAME\" external=#true`.

Known from: measured with OpenBao 2.7. Also known as VJ021.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    policy "audit" external=#true
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
        policy "audit"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
        policy "audit"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (vault, role) in roles(cx) {
        for unknown in &role.unknown_policies {
            let known = vault.node.policies.iter().map(|policy| policy.name.as_str());
            let help = match nearest(&unknown.value, known) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!(
                    "declare it: `policy \"{0}\" {{ path \"…\" \"read\" }}`, or `policy \"{0}\" external=#true` if others look after it",
                    unknown.value
                ),
            };
            let found = out
                .found(format!("there is no policy \"{}\"", unknown.value))
                .label(unknown.span, "not declared")
                .effect("logins succeed and reach nothing, until somebody makes a policy of that name")
                .help(help);
            out.report(found);
        }
    }
}
