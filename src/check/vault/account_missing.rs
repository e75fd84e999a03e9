//! `vault-account-missing`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-account-missing",
    severity: Severity::Error,
    summary: "a role of Kubernetes names no ServiceAccount",
    explanation: "\
A role whose `auth` is of type `kubernetes` lets in the ServiceAccounts that it names. It is found where it names none.

The server refuses such a role with 400, and fleet-controller can never write it: nobody logs in.

Add `service-account \"NAME\" namespace=\"NAMESPACE\"`, or name an `auth` of type `jwt` if jobs of GitHub are meant.

Known from: measured with OpenBao 2.7.
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
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, role) in roles(cx) {
        if role.kubernetes().is_none() || !role.node.service_accounts.is_empty() {
            continue;
        }
        let found = out
            .found(format!("role \"{}\" names nobody who may log in", role.node.name.value))
            .label(role.node.span, "no `service-account`")
            .effect("the server refuses the role with 400")
            .help("add `service-account \"NAME\" namespace=\"NAMESPACE\"`");
        out.report(found);
    }
}
