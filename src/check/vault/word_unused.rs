//! `vault-word-unused`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::AuthMethod;
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "vault-word-unused",
    severity: Severity::Warning,
    summary: "a word means nothing for the way to log in",
    explanation: "\
Some words of a role are about signed tokens, such as `repository` and `ref`, others about ServiceAccounts. It is found where a role has a word
of the other kind than its `auth` is.

The word has no effect, and who can log in is not what the file says.

Remove it, or name the `auth` that was meant.

Known from: roles of the two auth methods have different fields.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
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
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
        service-account "portal" namespace="portal"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (vault, role) in roles(cx) {
        let node = &role.node;
        let auth = &vault.auth_of(role).node;
        let words: Vec<(&str, Option<Span>)> = match auth.method.value {
            AuthMethod::Jwt => {
                vec![("service-account", node.service_accounts.first().map(|account| account.span))]
            }
            AuthMethod::Kubernetes => vec![
                ("repository", node.repositories.first().map(|repository| repository.span)),
                ("ref", node.refs.as_ref().map(|refs| refs.span)),
                ("environment", node.environments.as_ref().map(|environments| environments.span)),
                ("event", node.events.as_ref().map(|events| events.span)),
                ("workflow", node.workflows.as_ref().map(|workflows| workflows.span)),
                ("runner-environment", node.runner.as_ref().map(|runner| runner.span)),
                ("subject", node.subjects.as_ref().map(|subjects| subjects.span)),
                ("claim", node.claims.first().map(|claim| claim.span)),
                ("claim-metadata", node.metadata.as_ref().map(|metadata| metadata.span)),
                ("match", node.matching.as_ref().map(|matching| matching.span)),
            ],
        };
        for (word, span) in words.into_iter().filter_map(|(word, span)| Some((word, span?))) {
            let found = out
                .found(format!("`{word}` means nothing in a role of type \"{}\"", auth.method.value))
                .label(span, "has no effect")
                .label(auth.method.span, "because of this")
                .effect("who can log in does not depend on it, although the file reads as if it did")
                .help("remove it, or name another `auth`");
            out.report(found);
        }
    }
}
