//! `vault-ttl`

use super::roles;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::value::Duration;

pub static RULE: Rule = Rule {
    code: "vault-ttl",
    severity: Severity::Error,
    summary: "a login lasts longer than a job needs it",
    explanation: "\
`ttl` is how long the token lasts that a login gives. It is found where a role has none, where that of a job's is longer than an hour, and
where `max-ttl` is shorter than `ttl`.

Without one the mount decides, and that is 32 days unless somebody changed it: a token that leaks from a job's log is good for a
month. A token of type `batch`, which is what jobs get here, can't be revoked either. A `max-ttl` that is less
than `ttl` makes the server refuse the role.

Write what the job needs between login and last read: 5 to 10 minutes.

Known from: measured with OpenBao 2.7. Also known as VJ015.
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
    role "ci-build" auth="github" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

/// Longest time in seconds that a job's token should last.
const LONGEST: u64 = 3600;

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, role) in roles(cx) {
        let (node, token) = (&role.node, &role.token);
        let name = &node.name.value;
        if token.ttl == 0 && token.period == 0 {
            let found = out
                .found(format!("logins to role \"{name}\" have no end of their own"))
                .label(node.ttl.as_ref().map_or(node.span, |ttl| ttl.span), "no ttl")
                .effect("the mount decides: a token is good for 32 days, unless somebody changed that")
                .help("add `ttl=\"10m\"`, or what is needed between login and last read");
            out.report(found);
            continue;
        }
        let longest = token.ttl.max(token.max_ttl).max(token.period);
        if role.jwt().is_some() && longest > LONGEST {
            let wordy = [&node.period, &node.max_ttl, &node.ttl];
            let written = wordy.into_iter().flatten().find(|duration| duration.value.seconds() == longest);
            let found = out
                .found(format!("a job's login to role \"{name}\" can last {}", Duration(longest)))
                .label(written.map_or(node.span, |duration| duration.span), "more than an hour")
                .effect("a token that leaks from a job is good long after the job is over")
                .help("write what is needed between login and last read, such as `ttl=\"10m\"`");
            out.report(found);
        }
        if token.max_ttl > 0 && token.max_ttl < token.ttl {
            let max = node.max_ttl.as_ref().map_or(node.span, |max| max.span);
            let found = out
                .found(format!("role \"{name}\" has a `max-ttl` that is less than its `ttl`"))
                .label(max, "less than `ttl`")
                .effect("the server refuses the role with 400")
                .help("leave `max-ttl` out: it is then the same as `ttl`");
            out.report(found);
        }
    }
}
