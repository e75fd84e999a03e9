//! `vault-user-claim`

use super::{Job, jobs};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-user-claim",
    severity: Severity::Warning,
    summary: "every job is somebody else",
    explanation: "\
`user-claim` is the claim by which the server knows who logs in; for each of its values it makes an identity, and keeps it. It is found
where that is `sub`, `jti`, `run_id`, `check_run_id` or `actor`.

`run_id`, `check_run_id` and `jti` are new for each job, and `sub` for each branch: identities pile up in the server's storage, and are
counted as clients by licences. `actor` is whoever pushed, so the same job is now this one and now that.

Leave it out: it is then `repository_id`, which stays the same as long as the repository.

Known from: the source of the auth method. Also known as VJ017.
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
    role "ci-build" auth="github" ttl="10m" user-claim="sub" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(Job::is_github) {
        let effect = match job.login.user_claim.as_str() {
            "sub" => "the server makes and keeps an identity for each branch and environment",
            "jti" | "run_id" | "check_run_id" => "the server makes and keeps an identity for each job",
            "actor" => "the same workflow is another identity, depending on who pushed",
            _ => continue,
        };
        let span = job.role.node.user_claim.span;
        let found = out
            .found(format!("`{}` is no lasting identity of a job", job.login.user_claim))
            .label(span, "says who logs in")
            .effect(effect)
            .help("leave `user-claim` out: it is then `repository_id`");
        out.report(found);
    }
}
