//! `vault-policy-name`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::vault::{Origin, Policy, Vault};
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "vault-policy-name",
    severity: Severity::Error,
    summary: "a policy has a name that is the server's or another team's",
    explanation: "\
Names of policies that fleetc writes begin with the name of the fleet, so that fleet-controller, whose own rights end at that
prefix, can write them and knows them for its own. It is found where `vault-name` gives a policy, or a role and with it the
role's policy, a name without the prefix; where that name is `default`, `root`, `default-ceiling` or `response-wrapping`; and
where a role is given `root`.

`root` and `response-wrapping` refuse to be written. `default` does not: every token of the server, other teams' too, has that
policy, and writing it takes away or gives rights to all of them. Without the prefix the controller gets 403 for the
policy.

Leave `vault-name` out, or begin it with the prefix. Name a policy that others look after with `external=#true`.

Known from: measured with OpenBao 2.7.2. Also known as VP011.
",
    good: r#"
vault "https://vault.example.com:8200" {
    policy "reader" {
        path "secret/data/app" "read"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    policy "reader" vault-name="default" {
        path "secret/data/app" "read"
    }
}
"#,
    check: Check::Fleet(check),
};

const BUILT_IN: [&str; 4] = ["default", "default-ceiling", "response-wrapping", "root"];

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for vault in &context.fleet.vaults {
        for policy in &vault.policies {
            out_of_bounds(vault, policy, out);
        }
        for role in &vault.roles {
            for used in &role.node.policies {
                let is_it = |policy: &&Policy| matches!(&policy.origin, Origin::Written(node) if node.name.value == used.name.value);
                if vault
                    .policies_of(role)
                    .find(is_it)
                    .is_some_and(|policy| policy.name.eq_ignore_ascii_case("root"))
                {
                    let found = out
                        .found(format!("role \"{}\" is given `root`", role.node.name.value))
                        .label(used.name.span, "everything")
                        .effect("the server refuses each login to the role")
                        .help("grant what it needs: `read`, `write`, `record` and the like");
                    out.report(found);
                }
            }
        }
    }
}

fn out_of_bounds(vault: &Vault, policy: &Policy, out: &mut Reporter<'_, '_>) {
    if policy.is_external() {
        return;
    }
    let name = policy.name.to_lowercase();
    let span = span(vault, policy);
    let found: Diagnostic = if BUILT_IN.contains(&name.as_str()) {
        let effect = match name.as_str() {
            "default" => "every token of the server gets or loses these rights",
            _ => "the server keeps this name for itself",
        };
        out.found(format!("the policy `{name}` is the server's own")).label(span, "taken").effect(effect)
    } else if name.starts_with(&vault.prefix.to_lowercase()) {
        return;
    } else {
        out.found(format!("the policy \"{}\" is outside of what the fleet may write", policy.name))
            .label(span, format!("does not begin with \"{}\"", vault.prefix))
            .effect("fleet-controller may not write it: its own rights end at that prefix")
    };
    out.report(found.help(format!("leave `vault-name` out, or begin it with \"{}\"", vault.prefix)));
}

/// Where the name is written.
fn span(vault: &Vault, policy: &Policy) -> Span {
    let own = match &policy.origin {
        Origin::Written(node) => node.vault_name.as_ref(),
        Origin::Role { role, .. } => vault.role(role).and_then(|role| role.node.vault_name.as_ref()),
    };
    own.map_or(policy.span, |name| name.span)
}
