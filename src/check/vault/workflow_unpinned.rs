//! `vault-workflow-unpinned`

use super::{Job, jobs};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-workflow-unpinned",
    severity: Severity::Warning,
    summary: "a role trusts a workflow at a branch that people push to",
    explanation: "\
`workflow` names a reusable workflow and the ref at which it is called: a commit, a tag or a branch. It is found where the ref is a
pattern, is missing, or is a branch other than `main`, `master` and the revision of `gitops`, which fleetc takes for protected.

Whoever can push to such a branch writes the steps that the role trusts. Of `@*`, that is whoever can push any branch.

Write a tag that nobody can move (`@refs/tags/v1`), a commit (`@` and 40 digits), or a protected branch.

Known from: measured with OpenBao 2.7; GitHub's documentation. Also known as VJ012.
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
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
        workflow "my-org/workflows/.github/workflows/build.yml@*"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let revision = cx.fleet.node.gitops.as_ref().map(|gitops| gitops.revision.as_str());
    let is_protected = |branch: &str| matches!(branch, "main" | "master") || Some(branch) == revision;
    for job in jobs(cx).filter(Job::is_github) {
        for (_, value) in job.values(&["job_workflow_ref"]) {
            let git_ref = value.text.rsplit_once('@').map(|(_, git_ref)| git_ref);
            let problem = match git_ref {
                None => "it names no ref, and the claim has one",
                Some(git_ref) if git_ref.contains('*') => "any ref that fits",
                Some(git_ref) => match git_ref.strip_prefix("refs/heads/") {
                    Some(branch) if !is_protected(branch) => "a branch that may not be protected",
                    _ => continue,
                },
            };
            let found = out
                .found(format!("workflow \"{}\" is not pinned", value.text))
                .label(value.span, problem)
                .effect("whoever can push there decides which steps read what the role reads")
                .help("pin it to a tag (\"@refs/tags/v1\"), a commit, or a protected branch (\"@refs/heads/main\")");
            out.report(found);
        }
    }
}
