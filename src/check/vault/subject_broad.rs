//! `vault-subject-broad`

use super::subject::Subject;
use super::{Job, glob, jobs};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-subject-broad",
    severity: Severity::Warning,
    summary: "a subject lets pull requests log in",
    explanation: "\
What stands behind the repository in a subject says what a job runs for: `environment:NAME`, `pull_request`, or `ref:…`. It is found
where a pattern there fits `pull_request`, or it is named.

`repo:my-org/app:*` fits every branch, every environment and every pull request: whoever can open one reads
what the role reads. In a subject an environment hides the branch.

Name what is meant, such as `repo:my-org/app:environment:production`, or bind `ref`, `environment` and `event` in words of
their own.

Known from: measured with OpenBao 2.7; GitHub's documentation. Also known as VJ007.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/portal" id=812345678
        subject "repo:my-org/portal:environment:production" "repo:my-org@201234567/portal@812345678:environment:production"
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
        subject "repo:my-org/portal:*" "repo:my-org@201234567/portal@812345678:*"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(Job::is_github) {
        for (_, value) in job.values(&["sub"]) {
            let Some(subject) = Subject::of(&value.text) else { continue };
            let rest = subject.rest.trim_start_matches(':');
            let fits = if job.is_glob() { glob(rest, "pull_request") } else { rest == "pull_request" };
            if !fits {
                continue;
            }
            let found = out
                .found(format!("subject \"{}\" fits jobs of pull requests", value.text))
                .label(value.span, "fits `pull_request`")
                .effect("whoever opens a pull request from a branch of the repository reads what the role reads")
                .help("name the branch or the environment, such as \":environment:production\", or use `ref`, `environment` and `event` in place of `subject`");
            out.report(found);
        }
    }
}
