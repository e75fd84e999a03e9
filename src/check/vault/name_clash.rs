//! `vault-name-clash`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::vault::auth_name;
use crate::syntax::Span;
use std::collections::HashMap;

pub static RULE: Rule = Rule {
    code: "vault-name-clash",
    severity: Severity::Error,
    summary: "two roles or policies are one object on the server",
    explanation: "\
On the server a role is known by the way to log in and its name, and a policy by its name alone, whatever file it came from. It is found where
two of the fleet have the same: two that are given it by `vault-name`, or a policy that is called like a role, whose own policy has the role's name.
It is found likewise where the resources of two ways to log in would have one name, since Kubernetes knows no `/` in names.

The second would replace the first: who logs in with one gets the rights of the other, and the two would be written over each other for ever.

Rename one of the two.

Known from: measured with OpenBao 2.7. Also known as VJ022.
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
    policy "ci-build" {
        path "secret/data/registry" "read"
    }
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for vault in &cx.fleet.vaults {
        let mut known: HashMap<(&str, String), Span> = HashMap::new();
        let roles = vault
            .roles
            .iter()
            .map(|role| (vault.auth_of(role).path(), role.name.to_lowercase(), role.node.span));
        let policies = vault.policies.iter().map(|policy| ("", policy.name.to_lowercase(), policy.span));
        for (mount, name, span) in roles.chain(policies) {
            let Some(first) = known.insert((mount, name.clone()), span) else { continue };
            let what = if mount.is_empty() { "policy" } else { "role" };
            let found = out
                .found(format!("two would be {what} \"{name}\" on the server"))
                .label(span, "again here")
                .label(first, "first here")
                .effect("one replaces the other: whoever has one gets the rights of the other")
                .help("rename one of the two; a role's own policy has the role's name");
            out.report(found);
        }
        let mut resources: HashMap<String, Span> = HashMap::new();
        for auth in &vault.auths {
            let name = auth_name(auth.path());
            if let Some(first) = resources.insert(name.clone(), auth.node.span) {
                let found = out
                    .found(format!("the resources of two ways to log in would be called \"{name}\""))
                    .label(auth.node.span, "again here")
                    .label(first, "first here")
                    .effect("one replaces the other in the cluster")
                    .help("mount one of the two at another path");
                out.report(found);
            }
        }
    }
}
