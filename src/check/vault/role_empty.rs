//! `vault-role-empty`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-role-empty",
    severity: Severity::Warning,
    summary: "a role reaches nothing",
    explanation: "\
A role lets somebody log in for what its words grant: `read`, `record`, `policy` and the others. It is found where it has none of them.

Whoever logs in gets a token with which nothing can be done, and each request is refused with 403. Most often the line that grants was forgotten, or
removed with a secret.

Add what the role is for, or remove the role.

Known from: measured with OpenBao 2.7.
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
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, role) in roles(cx) {
        // One whose lines are all wrong grants something in the file.
        let named =
            [&role.node.read, &role.node.write, &role.node.record, &role.node.list, &role.node.inspect]
                .into_iter()
                .chain([&role.node.delete, &role.node.undelete, &role.node.destroy]);
        if named.flatten().next().is_some() || !role.node.policies.is_empty() {
            continue;
        }
        let found = out
            .found(format!("role \"{}\" reaches nothing", role.node.name.value))
            .label(role.node.span, "grants nothing")
            .effect("whoever logs in gets 403 for every request")
            .help("add what it is for, such as `read \"SECRET\"`, or remove the role");
        out.report(found);
    }
}
