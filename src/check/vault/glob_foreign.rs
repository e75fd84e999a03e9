//! `vault-glob-foreign`

use super::jobs;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-glob-foreign",
    severity: Severity::Error,
    summary: "a pattern fits repositories of other owners",
    explanation: "\
In a pattern `*` stands for any characters, `/` and `:` among them. It is found where the first `*` of a pattern for `repository`,
`subject` or `workflow` lies in front of the slash behind the owner.

`my-org*` fits `my-org-evil/app`, which anybody can make, and `repo:*` fits every subject there is.

End the owner before the pattern starts: `my-org/*`.

Known from: measured with OpenBao 2.7. Also known as VJ005.
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
        repository "my-org*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(|job| job.is_github() && job.is_glob()) {
        for (claim, value) in
            job.values(&["repository", "repository_owner", "sub", "job_workflow_ref", "workflow_ref"])
        {
            let text = value.text.as_str();
            let Some(star) = text.find('*') else { continue };
            let owner_ends = if claim == "repository_owner" { None } else { text.find('/') };
            if owner_ends.is_some_and(|end| end < star) {
                continue;
            }
            let found = out
                .found(format!("\"{text}\" fits {claim} of other owners"))
                .label(value.span, "`*` in front of the end of the owner")
                .effect("anybody can make an owner whose name fits, and log in to the role")
                .help("write the owner in full: \"OWNER/*\" for all of its repositories");
            out.report(found);
        }
    }
}
