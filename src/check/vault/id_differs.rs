//! `vault-id-differs`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-id-differs",
    severity: Severity::Error,
    summary: "an owner or a repository has two numbers",
    explanation: "\
GitHub's numbers are given once and for ever. It is found where the file has two of them for one owner or one repository, at one server or at several.

One of them is somebody else's. Roles that have it let those in, and keep the right ones out.

Look the number up, `gh api repos/OWNER/NAME --jq '.id, .owner.id'`, and write it once, under `owner`.

Known from: GitHub's documentation of the token.
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
    role "other" auth="github" ttl="10m" {
        repository "my-org/app" id=2
        runner-environment "self-hosted"
        read "registry"
    }
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/app" id=1
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (name, first, second) in &cx.fleet.ids.contradictions {
        let found = out
            .found(format!("\"{name}\" can't be both {} and {}", first.0, second.0))
            .label(second.1, "one number")
            .label(first.1, "and another")
            .effect("one of the two is somebody else, who can log in")
            .help("look it up, `gh api repos/OWNER/NAME --jq '.id, .owner.id'`, and write it once, under `owner`");
        out.report(found);
    }
}
