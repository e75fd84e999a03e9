//! `vault-escalation`

use super::held::held;
use super::powers::{Closure, End, powers};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-escalation",
    severity: Severity::Error,
    summary: "a role can give itself more rights than its policies grant",
    explanation: "\
Some paths of the server are what rights are made of: who writes policies, roles of a login, or identities gives rights to
whom it likes, itself included. It is found where the policies of a role

- grant anything at all of `sys/`, `auth/` or `identity/`, or of everything;
- grant `sudo`;
- let it write policies, roles, identities, or the configuration of a login, make tokens, or restore a snapshot.

What such a role comes to is followed from role to role: whoever may write `auth/github/config` can have any token believed, and
so has the powers of every role that logs in there, and if one of those may write a policy that it holds, every right there
is.

A job that can do this is an administrator, and so is whoever can change its workflow. Limits on parameters do not help:
see `vault-parameters-boundary`.

Take the rule out. fleet-controller needs such rights, in a namespace of its own; its role is made with `fleetc vault` and is not
part of a fleet. Silence the finding for a role that is meant to be one of administrators.

Known from: measured with OpenBao 2.7.2. Also known as VP005.
",
    good: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    policy "signer" {
        path "transit/sign/release" "update"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "signer"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    policy "onboarding" {
        path "auth/kubernetes/role/*" "create" "update"
        path "sys/policies/acl/example-*" "create" "update"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "onboarding"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let held = held(context.fleet);
    let all: Vec<_> = held.iter().map(|held| powers(&held.acl())).collect();
    let closure = Closure::new(&held, &all);
    for (at, (held, own)) in held.iter().zip(&all).enumerate() {
        if own.is_empty() {
            continue;
        }
        let effect = match closure.end_of(at) {
            End::Everything => {
                "whoever has a token of it can give itself every right on the server".to_owned()
            }
            End::Roles(roles) => {
                format!("whoever has a token of it can log in as well as {}", roles.join(", "))
            }
            End::Nothing => "whoever has a token of it has more than the rules say".to_owned(),
        };
        let mut found = out.found(format!("role \"{}\" can make its own rights", held.name()));
        for power in own {
            found = found.label(power.span, power.what);
        }
        let help = "take these rules out of its policies; silence this for a role of administrators";
        out.report(found.effect(effect).help(help));
    }
}
