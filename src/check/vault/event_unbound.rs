//! `vault-event-unbound`

use super::{Job, jobs};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::VaultCapability;

pub static RULE: Rule = Rule {
    code: "vault-event-unbound",
    severity: Severity::Warning,
    summary: "a role that writes does not care what started the job",
    explanation: "\
`pull_request_target`, `workflow_run` and `issue_comment` start jobs that run with the identity of the base repository, on its default
branch, while strangers decide when, and with what input. It is found where a role may change something and binds neither `event`
nor `environment`.

A workflow with such a trigger that checks out the pull request, a common mistake, then runs the stranger's code with the right to write.
Binding the ref does not help: it is that of the default branch.

Add `event \"push\"`, with what else should start such jobs, or an `environment` that is protected.

Known from: GitHub's documentation of events. Also known as VJ019.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        write "registry"
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
        write "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(Job::is_github) {
        if job.login.binds("event_name") || job.login.binds("environment") {
            continue;
        }
        let grant = job.role.grants.iter().find(|grant| grant.verb.changes()).map(|grant| grant.span);
        let by_hand = || {
            let rules = job.vault.policies_of(job.role).flat_map(|policy| &policy.rules);
            rules
                .filter(|rule| rule.capabilities.iter().any(|word| CHANGES.contains(word)))
                .map(|rule| rule.span)
                .next()
        };
        let Some(changes) = grant.or_else(by_hand) else { continue };
        let found = out
            .found(format!("role \"{}\" may write, whatever started the job", job.role.node.name.value))
            .label(changes, "may change this")
            .label(job.role.node.span, "no `event` and no `environment`")
            .effect("a job that a stranger started, by a comment or a pull request, can log in and write")
            .help("add `event \"push\"`, or `environment \"NAME\"` with one that is protected");
        out.report(found);
    }
}

const CHANGES: [VaultCapability; 5] = [
    VaultCapability::Create,
    VaultCapability::Update,
    VaultCapability::Patch,
    VaultCapability::Delete,
    VaultCapability::Sudo,
];
