//! `vault-ref-product`

use super::jobs;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::VaultRepository;

pub static RULE: Rule = Rule {
    code: "vault-ref-product",
    severity: Severity::Error,
    summary: "a role lets repositories log in from refs of others",
    explanation: "\
A role has one list of repositories and one of refs, and any of the repositories may log in from any of the refs. It is found where two `repository` of
a role have a different `ref=`.

`a` with `main` and `b` with `release/*` let `b` log in from `main` as well, where it may not be protected.

Make a role for each, or write `ref` once for all of them.

Known from: measured with OpenBao 2.7: a role's claims are judged one by one.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/app" id=1
        repository "my-org/tools" id=2
        ref "refs/heads/main"
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
        repository "my-org/app" id=1 ref="refs/heads/main"
        repository "my-org/tools" id=2 ref="refs/heads/release/*"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx) {
        let repositories = &job.role.node.repositories;
        let Some(first) = repositories.first() else { continue };
        let git_ref =
            |repository: &VaultRepository| repository.reference.as_ref().map(|text| text.to_string());
        let Some(other) = repositories.iter().find(|other| git_ref(other) != git_ref(first)) else {
            continue;
        };
        let found = out
            .found(format!(
                "\"{}\" can log in from what \"{}\" may, and the other way round",
                first.name.value, other.name.value
            ))
            .label(other.span, "one ref")
            .label(first.span, "and another")
            .effect("any of the repositories can log in from any of the refs")
            .help("make a role for each, or write `ref \"…\"` once for all of them");
        out.report(found);
    }
}
