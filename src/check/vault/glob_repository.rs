//! `vault-glob-repository`

use super::jobs;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-glob-repository",
    severity: Severity::Error,
    summary: "a pattern fits other repositories of the owner",
    explanation: "\
In a pattern `*` stands for any characters. It is found where the name of a repository ends in one: `my-org/app*`, or
`repo:my-org/app*` in a subject.

`my-org/app*` fits `my-org/app-sandbox` too, in which more people may run what they like; and every repository that
is ever made under such a name.

Name each repository, or all of the owner's with `my-org/*`. In a subject end the name with the colon: `repo:my-org/app:…`.

Known from: measured with OpenBao 2.7. Also known as VJ006.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/app" ref="refs/heads/main"
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
        repository "my-org/app*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(|job| job.is_github() && job.is_glob()) {
        for (claim, value) in job.values(&["repository", "sub", "job_workflow_ref", "workflow_ref"]) {
            let Some((owner, rest)) = value.text.split_once('/') else { continue };
            let stop = if claim == "sub" { ':' } else { '/' };
            let name = rest.split(stop).next().unwrap_or_default();
            // `*` alone is every repository of the owner, which is meant.
            let Some(start) = name.find('*').filter(|start| *start > 0) else { continue };
            if owner.contains('*') {
                continue;
            }
            let found = out
                .found(format!("\"{}\" fits every repository whose name starts with \"{}\"", value.text, &name[..start]))
                .label(value.span, "the name does not end before `*`")
                .effect("a repository that is made for something else can log in to the role, if only its name fits")
                .help("name each repository in a `repository` of its own, or all of the owner's: \"OWNER/*\"");
            out.report(found);
        }
    }
}
