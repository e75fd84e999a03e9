//! `vault-account-product`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-account-product",
    severity: Severity::Warning,
    summary: "a role lets in accounts that it does not name",
    explanation: "\
A role has a list of names and a list of namespaces, and any name in any of the namespaces may log in. It is found where a role names
several accounts in several namespaces.

`admin` in `vault` and `portal` in `web` let `admin` in `web` in as well: whoever may make accounts in `web` makes one.

Make a role for each namespace.

Known from: measured with OpenBao 2.7. Also known as VK004.
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
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        service-account "admin" namespace="vault"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, role) in roles(cx) {
        let Some(login) = role.kubernetes() else { continue };
        let accounts = &role.node.service_accounts;
        let named = |name: &str, namespace: &str| {
            accounts
                .iter()
                .any(|account| account.name.as_str() == name && account.namespace.as_str() == namespace)
        };
        let pairs =
            login.names.iter().flat_map(|name| login.namespaces.iter().map(move |space| (name, space)));
        let Some((name, namespace)) = pairs.into_iter().find(|(name, namespace)| !named(name, namespace))
        else {
            continue;
        };
        let found = out
            .found(format!(
                "account \"{name}\" of namespace \"{namespace}\" can log in to role \"{}\", too",
                role.node.name.value
            ))
            .label(role.node.span, "any of the names in any of the namespaces");
        let found = accounts.iter().fold(found, |found, account| found.label(account.span, "named here"));
        let found = found
            .effect("an account that nobody named reads what the role reads")
            .help("make a role for each namespace");
        out.report(found);
    }
}
