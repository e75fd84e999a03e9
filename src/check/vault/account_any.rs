//! `vault-account-any`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-account-any",
    severity: Severity::Error,
    summary: "a role lets any ServiceAccount log in",
    explanation: "\
A role of Kubernetes names ServiceAccounts and their namespaces. It is found where one of the two is `*`, or both are.

With both, every pod of the cluster can log in; with one, everybody who may make an account or a namespace of a certain name. The server takes
even `*` for both without a word.

Name account and namespace.

Known from: measured with OpenBao 2.7. Also known as VK001.
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
        service-account "portal" namespace="*"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, role) in roles(cx).filter(|(_, role)| role.kubernetes().is_some()) {
        for account in &role.node.service_accounts {
            let (name, namespace) = (account.name.as_str(), account.namespace.as_str());
            let (who, span) = match (name == "*", namespace == "*") {
                (true, true) => ("every pod of the cluster".to_owned(), account.span),
                (true, false) => (format!("every account in namespace \"{namespace}\""), account.name.span),
                (false, true) => (format!("account \"{name}\" of any namespace"), account.namespace.span),
                (false, false) => continue,
            };
            let found = out
                .found(format!("{who} can log in to role \"{}\"", role.node.name.value))
                .label(span, "any")
                .effect("whoever can start a pod, or make a namespace, reads what the role reads")
                .help(
                    "name the account and its namespace: `service-account \"NAME\" namespace=\"NAMESPACE\"`",
                );
            out.report(found);
        }
    }
}
