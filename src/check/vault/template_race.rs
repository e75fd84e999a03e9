//! `vault-template-race`

use super::{Job, jobs};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::contract::oidc::OF_REPOSITORY;
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-template-race",
    severity: Severity::Error,
    summary: "a path depends on who of the same identity logged in last",
    explanation: "\
`{{identity.entity.aliases.….metadata.KEY}}` in a policy's path stands for what the last login of the same identity said of itself. It is
found where a role has such a policy, and KEY is a claim that does not follow from the role's `user-claim`.

All jobs of a repository are one identity, and metadata is written anew at each login while tokens are judged at each request. So
a job of `dev` that is still running reads the secrets of `prod` from the moment in which a job of `prod` logs in: measured.

Write a policy for each case, without templates; each role of a fleet gets its own anyway. `repository_id` is safe in a template,
since it is the same for all jobs of the identity.

Known from: measured with OpenBao 2.7. Also known as VJ018.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    policy "own" {
        path "secret/data/{{identity.entity.aliases.auth_jwt_1234.metadata.repository_id}}/*" "read"
    }
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
        claim-metadata "environment" "repository_id"
        policy "own"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    policy "own" {
        path "secret/data/{{identity.entity.aliases.auth_jwt_1234.metadata.environment}}/*" "read"
    }
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
        claim-metadata "environment" "repository_id"
        policy "own"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx) {
        for policy in job.vault.policies_of(job.role) {
            for rule in &policy.rules {
                let racing = keys(&rule.path).find(|key| !job.follows(key));
                let Some(key) = racing else { continue };
                let found = out
                    .found(format!("a path depends on `{key}`, which differs between jobs of one identity"))
                    .label(rule.span, format!("whatever `{key}` the last login had"))
                    .label(job.role.node.span, format!("one identity for each `{}`", job.login.user_claim))
                    .effect(
                        "a running job gets the rights of another one in the moment in which that logs in",
                    )
                    .help("write one role and its secrets for each case, without a template");
                out.report(found);
            }
        }
    }
}

/// Keys of metadata in the templates of a path.
fn keys(path: &str) -> impl Iterator<Item = &str> {
    let templates = path.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
    templates
        .map(str::trim)
        .filter(|template| template.starts_with("identity.entity.aliases."))
        .filter_map(|template| template.split_once(".metadata.").map(|(_, key)| key))
}

impl Job<'_> {
    /// Whether all jobs of one identity have the same value there.
    fn follows(&self, key: &str) -> bool {
        // A key that no login writes stands for nothing, and the server drops the rule.
        let Some(claim) = self.login.metadata.get(key) else { return true };
        let of_owner = ["repository_owner", "repository_owner_id", "enterprise", "enterprise_id"];
        match self.login.user_claim.as_str() {
            same if same == claim => true,
            "repository_id" | "repository" => OF_REPOSITORY.contains(&claim.as_str()),
            "repository_owner_id" | "repository_owner" => of_owner.contains(&claim.as_str()),
            _ => false,
        }
    }
}
