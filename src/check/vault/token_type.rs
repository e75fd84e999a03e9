//! `vault-token-type`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::VaultToken;

pub static RULE: Rule = Rule {
    code: "vault-token-type",
    severity: Severity::Warning,
    summary: "a token of a job is of a kind that does not fit",
    explanation: "\
A `batch` token, which jobs get here, is not stored: it ends by itself. A `service` token is stored until it ends or is revoked, with all
that it leased. It is found where a job's role has `token=\"service\"` and nobody revokes it, and, as an error, where a `batch` token
has `uses` or a `period`.

hashicorp/vault-action never revokes the token that it got, so every job leaves one behind: stored, replicated, and good for the rest of its time.
A `batch` token can't be counted or renewed, and the server refuses a role that says so with 400.

Leave `token` out. Where a job needs what only a `service` token can do, end the job with a step that calls
`auth/token/revoke-self`, under `if: always()`, and say so: `revoked=#true`.

Known from: measured with OpenBao 2.7; hashicorp/vault-action issue 427. Also known as VJ016.
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
    role "ci-build" auth="github" ttl="10m" token="service" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, role) in roles(cx) {
        let (node, token) = (&role.node, &role.token);
        let kind = node.token.as_ref().map_or(node.span, |kind| kind.span);
        match token.kind {
            VaultToken::Service if role.jwt().is_some() && !node.revoked.value => {
                let found = out
                    .found(format!("jobs leave tokens of role \"{}\" behind", node.name.value))
                    .label(kind, "stored until it ends")
                    .effect("each job leaves a token on the server that is good until its time is over")
                    .help("leave `token` out, or revoke it in a last step and write `revoked=#true`");
                out.report(found);
            }
            VaultToken::Batch => {
                let counted = node.uses.as_ref().map(|uses| ("uses", uses.span)).filter(|_| token.uses > 0);
                let renewed =
                    node.period.as_ref().map(|period| ("period", period.span)).filter(|_| token.period > 0);
                for (word, span) in counted.into_iter().chain(renewed) {
                    let found = out
                        .found(format!("a `batch` token can't have `{word}`"))
                        .severity(Severity::Error)
                        .label(span, "not of a `batch` token")
                        .label(kind, "of this type")
                        .effect("the server refuses the role with 400: nobody can log in")
                        .help(format!("remove `{word}`, or write `token=\"service\"`"));
                    out.report(found);
                }
            }
            VaultToken::Service => {}
        }
    }
}
