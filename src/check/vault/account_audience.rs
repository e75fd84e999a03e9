//! `vault-account-audience`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use std::collections::HashSet;

pub static RULE: Rule = Rule {
    code: "vault-account-audience",
    severity: Severity::Error,
    summary: "a ServiceAccount logs in with any of its tokens",
    explanation: "\
A token of a ServiceAccount is made for somebody: its audience. Without a word fleetc writes `vault`. It is found where `auth` or the role says
`audience=\"\"`.

Then the token that every pod is given for the API server logs in to Vault as well, and so does one that a pod gave to another service. What reads a pod's files
has its secrets.

Leave it out, or name an audience, and give pods a projected token with it: `serviceAccountToken: {audience: vault, expirationSeconds: 600}`.

Known from: measured with OpenBao 2.7. Also known as VK003.
",
    good: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "registry" path="secret/registry"
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="portal"
        read "registry"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience=""
    secret "registry" path="secret/registry"
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="portal"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut said = HashSet::new();
    for (vault, role) in roles(cx) {
        if role.kubernetes().is_none_or(|login| login.audience.is_some()) {
            continue;
        }
        let auth = &vault.auth_of(role).node;
        let span = role.node.audience.as_ref().or(auth.audience.as_ref()).map_or(auth.span, |text| text.span);
        if said.insert(span) {
            let found = out
                .found(format!("tokens for \"{}\" may be made for anybody", auth.name.value))
                .label(span, "no audience")
                .effect("the token that every pod has for the API server logs in to Vault")
                .help("remove it, which means \"vault\", and give pods a projected token of that audience");
            out.report(found);
        }
    }
}
