//! `vault-role-open`

use super::jobs;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::contract::oidc::IDENTITY;
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-role-open",
    severity: Severity::Error,
    summary: "a role lets any repository of GitHub log in",
    explanation: "\
A token of GitHub says whose job it is in claims: repository, owner, enterprise. It is found where a role binds none of
them. An audience is no protection: whoever writes a workflow chooses the audience of its token.

Every repository of github.com, of anybody, can then log in to the role and read what it reads. An issuer that
only an enterprise of one's own has (`https://token.actions.githubusercontent.com/SLUG`, ghe.com, a GitHub Enterprise Server) gives
no token to others, so there the finding is not made.

Name the repositories: `repository \"OWNER/NAME\"`, or `repository \"OWNER/*\"` for all of an owner.

Known from: measured with OpenBao 2.7. Also known as VJ001.
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
        ref "refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx) {
        let open = if job.is_github() {
            !job.issuer.is_private() && !IDENTITY.iter().any(|claim| job.login.binds(claim))
        } else {
            // What the claims of others mean is not known here; without any, all of the issuer's tokens do.
            job.login.claims.is_empty()
        };
        if !open {
            continue;
        }
        let who = if job.is_github() { "any repository on GitHub" } else { "any token of the issuer" };
        let found = out
            .found(format!("{who} can log in to role \"{}\"", job.role.node.name.value))
            .label(job.role.node.span, "binds no repository and no owner")
            .effect("somebody else's job asks for a token with your audience, logs in, and reads what the role reads")
            .help("add `repository \"OWNER/NAME\"`, or `repository \"OWNER/*\"` for all repositories of an owner");
        out.report(found);
    }
}
