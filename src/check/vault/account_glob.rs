//! `vault-account-glob`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-account-glob",
    severity: Severity::Warning,
    summary: "a role lets ServiceAccounts log in by a pattern",
    explanation: "\
The server takes a `*` in names of accounts and namespaces, and it stands for any characters. It is found where a name has one and is not
`*` alone, which is an error of its own.

`por*` fits `portal`, and every account that is called so tomorrow.

Name each account: `service-account` may stand any number of times.

Known from: measured with OpenBao 2.7. Also known as VK002.
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
        service-account "por*" namespace="portal"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, role) in roles(cx).filter(|(_, role)| role.kubernetes().is_some()) {
        let names = role.node.service_accounts.iter().flat_map(|account| [&account.name, &account.namespace]);
        for name in names.filter(|name| name.as_str().contains('*') && name.as_str() != "*") {
            let found = out
                .found(format!("\"{}\" fits names that are not there yet", name.value))
                .label(name.span, "a pattern")
                .effect("an account or a namespace that is made later logs in, if only its name fits")
                .help("name each in a `service-account` of its own");
            out.report(found);
        }
    }
}
