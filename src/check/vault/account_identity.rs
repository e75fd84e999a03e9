//! `vault-account-identity`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::AccountIdentity;

pub static RULE: Rule = Rule {
    code: "vault-account-identity",
    severity: Severity::Warning,
    summary: "a ServiceAccount that is made anew inherits",
    explanation: "\
`identity` says what makes two logins the same: the UID of the account, which is what fleetc writes, or namespace and name. It is found where a
role says `identity=\"name\"`.

An account that is deleted and made again, by whoever may do so, is then the same to Vault, with all that was given to its identity: groups, policies,
templates.

Leave it out, unless clusters that are made anew have to keep their identities.

Known from: Vault's documentation of the auth method. Also known as VK005.
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
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "registry" path="secret/registry"
    role "portal" auth="kubernetes" ttl="1h" identity="name" {
        service-account "portal" namespace="portal"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, role) in roles(cx) {
        if role.kubernetes().is_none_or(|login| login.identity != AccountIdentity::Name) {
            continue;
        }
        let found = out
            .found(format!("role \"{}\" knows accounts by name", role.node.name.value))
            .label(role.node.identity.span, "namespace and name")
            .effect("an account that is deleted and made anew has all that its forerunner was given")
            .help("remove `identity`: it is then the account's UID");
        out.report(found);
    }
}
