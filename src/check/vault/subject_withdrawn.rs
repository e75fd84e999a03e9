//! `vault-subject-withdrawn`

use super::subject::Subject;
use super::{Job, jobs};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-subject-withdrawn",
    severity: Severity::Error,
    summary: "a subject has its numbers behind hyphens",
    explanation: "\
When GitHub first put numbers into the subject of tokens, in April 2026, they stood behind hyphens: `repo:OWNER-ID/NAME-ID:…`. That form
was withdrawn within hours, since an organization can be called `OWNER-ID`. It is found where a role asks for such a subject; much
that was written in those days still shows it.

No token has that form, so nobody can log in, except somebody who makes an organization and a repository of these names.

Write `repo:OWNER@ID/NAME@ID:…`, or leave the subject out and bind `repository`, `ref` and `environment`.

Known from: GitHub's changelog; the report that had it withdrawn. Also known as VJ004.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/portal" id=812345678
        subject "repo:my-org/portal:ref:refs/heads/main" "repo:my-org@201234567/portal@812345678:ref:refs/heads/main"
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
        repository "my-org/portal" id=812345678
        subject "repo:my-org-201234567/portal-812345678:ref:refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(Job::is_github) {
        for value in job.login.claim("sub").iter().flat_map(|claim| &claim.values) {
            let Some(subject) = Subject::of(&value.text).filter(Subject::is_withdrawn) else { continue };
            let at = |part: &str| {
                part.rsplit_once('-')
                    .map_or_else(|| part.to_owned(), |(name, number)| format!("{name}@{number}"))
            };
            let (owner, name) = (at(subject.owner), at(subject.name));
            let found = out
                .found(format!("no token has the subject \"{}\"", value.text))
                .label(value.span, "numbers behind hyphens")
                .effect("jobs can't log in, and an organization of that name could")
                .help(format!("write \"repo:{owner}/{name}{}\"", subject.rest));
            out.report(found);
        }
    }
}
