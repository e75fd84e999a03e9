//! `vault-glob-mode`

use super::jobs;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ClaimMatch;

pub static RULE: Rule = Rule {
    code: "vault-glob-mode",
    severity: Severity::Warning,
    summary: "claims are compared in a way that their values are not made for",
    explanation: "\
`match` says how the values of all claims of a role are compared: `exact`, or `glob`, in which `*` stands for any characters. Without
it fleetc writes what the values need. It is found where `match=\"exact\"` stands beside a value with a `*`, which is then an error, and
where `match=\"glob\"` stands beside none.

Compared exactly, `refs/heads/*` fits a branch that is called `*` and nothing else: nobody logs in. A pattern without a `*`
does no harm, but the next value somebody adds may, since it is read as a pattern in every claim.

Remove `match`.

Known from: measured with OpenBao 2.7. Also known as VJ009.
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
    role "ci-build" auth="github" ttl="10m" match="exact" {
        repository "my-org/*" ref="refs/heads/*"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx) {
        let Some(said) = &job.role.node.matching else { continue };
        let values = job.login.claims.iter().flat_map(|claim| &claim.values);
        let pattern = values.clone().find(|value| value.text.contains('*'));
        let found = match (said.value, pattern) {
            (ClaimMatch::Exact, Some(value)) => out
                .found(format!("\"{}\" is a pattern, and claims are compared exactly", value.text))
                .severity(Severity::Error)
                .label(value.span, "`*` is an ordinary character here")
                .label(said.span, "because of this")
                .effect("no job can log in: no claim has a `*` in it")
                .help("remove `match`, or write the value in full"),
            (ClaimMatch::Glob, None) => out
                .found(format!("role \"{}\" compares by patterns, and has none", job.role.node.name.value))
                .label(said.span, "no value has a `*`")
                .effect("nothing now; a `*` that a value gets later is taken for a pattern in every claim")
                .help("remove `match`"),
            _ => continue,
        };
        out.report(found);
    }
}
