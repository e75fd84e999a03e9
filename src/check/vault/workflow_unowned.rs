//! `vault-workflow-unowned`

use super::jobs;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-workflow-unowned",
    severity: Severity::Error,
    summary: "whoever calls a workflow can log in",
    explanation: "\
`workflow` binds the reusable workflow that a job comes from (`job_workflow_ref`). All other claims are about the caller. It
is found where a role binds the workflow and neither owner nor repository by number.

A reusable workflow in a public repository can be called by anybody. Their job then runs the trusted steps, in their
repository, with their inputs, and logs in to the role.

Bind the callers as well: `repository \"OWNER/*\"`, with the owner's number in the file.

Known from: measured with OpenBao 2.7. Also known as VJ011.
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
        workflow "my-org/workflows/.github/workflows/build.yml@refs/tags/v1"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        claim "repository_owner" "my-org"
        workflow "my-org/workflows/.github/workflows/build.yml@refs/tags/v1"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(|job| job.is_github() && !job.issuer.is_private()) {
        let Some(claim) = job.login.claim("job_workflow_ref") else { continue };
        if ["repository_id", "repository_owner_id", "enterprise_id"]
            .iter()
            .any(|number| job.login.binds(number))
        {
            continue;
        }
        let found = out
            .found(format!("whoever calls the workflow can log in to role \"{}\"", job.role.node.name.value))
            .label(claim.span, "the workflow is bound, its callers are not")
            .effect("a job of another owner that calls it logs in, with inputs of its own")
            .help("add `repository \"OWNER/*\"` for the callers, and the owner's number: `owner \"OWNER\" id=NUMBER`");
        out.report(found);
    }
}
