//! `vault-subject-old`

use super::jobs;
use super::subject::Subject;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-subject-old",
    severity: Severity::Error,
    summary: "a subject is written in one of its two forms only",
    explanation: "\
Repositories that were made, renamed or transferred after 15 July 2026 have numbers in the subject of their tokens:
`repo:OWNER@ID/NAME@ID:…`, where older ones have `repo:OWNER/NAME:…`. It is found where a role asks for a subject in the
old form and not in the new one. A GitHub Enterprise Server has the old form only.

The day the repository is renamed or moved, its jobs no longer log in, and nothing but the token says why. Until then the name alone
decides, and names can be taken over.

Leave the subject out and bind what it is made of: `repository`, `ref`, `environment`. Where it has to stay, write both
forms: of several values a token must have one.

Known from: GitHub's changelog of July 2026; aws-actions/configure-aws-credentials issue 1889. Also known as VJ003.
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
        subject "repo:my-org/portal:ref:refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(|job| job.issuer.has_immutable_subjects()) {
        let subjects = job.login.claim("sub").map(|claim| claim.values.as_slice()).unwrap_or_default();
        for value in subjects {
            let Some(subject) = Subject::of(&value.text) else { continue };
            let twin = |other: &Subject<'_>| other.is_immutable() && other.without_numbers() == value.text;
            let has_twin =
                subjects.iter().filter_map(|other| Subject::of(&other.text)).any(|other| twin(&other));
            if subject.is_immutable() || subject.is_withdrawn() || has_twin {
                continue;
            }
            let found = out
                .found(format!("subject \"{}\" fits repositories of before July 2026 only", value.text))
                .label(value.span, "no numbers in it")
                .effect("once the repository is renamed, moved or made anew, its jobs can't log in: their subject has numbers in it")
                .help(format!(
                    "leave `subject` out and bind `repository`, `ref` and `environment`, or add the other form: \"repo:{}@OWNER-ID/{}@ID{}\"",
                    subject.owner, subject.name, subject.rest
                ));
            out.report(found);
        }
    }
}
