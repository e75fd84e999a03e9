//! `vault-audience`

use super::jobs;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use std::collections::HashSet;

pub static RULE: Rule = Rule {
    code: "vault-audience",
    severity: Severity::Error,
    summary: "a way to log in has no audience of its own",
    explanation: "\
A token is made for somebody: its audience. It is found where neither `auth` nor the role names one, which is an error, and
where it is GitHub's default, `https://github.com/OWNER`, which is a warning.

Without an audience any token of the issuer will do, also one that was made for another service, which can then use it here.
The default is the audience of every job that asks for a token without saying what for.

Name one that only this server has, such as its address: `audience=\"https://vault.example.com\"`. Jobs ask for the same one
(`jwtGithubAudience` of hashicorp/vault-action); the workflows that fleetc writes do.

Known from: measured with OpenBao 2.7; GitHub's documentation. Also known as VJ013.
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
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com"
    secret "registry" path="secret/registry"
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
    // What an `auth` says is said once, however many roles it has.
    let mut said = HashSet::new();
    for job in jobs(cx) {
        let auth = &job.auth.node;
        let Some(audience) = job.login.audiences.first() else {
            let span = job
                .role
                .node
                .audience
                .as_ref()
                .or(auth.audience.as_ref())
                .map_or(auth.span, |text| text.span);
            if said.insert(span) {
                let found = out
                    .found(format!("tokens for \"{}\" may be made for anybody", auth.name.value))
                    .label(span, "no audience")
                    .effect("a token that a job gave to another service logs in here")
                    .help(
                        "add an audience that only this server has: `audience=\"https://vault.example.com\"`",
                    );
                out.report(found);
            }
            continue;
        };
        let host = cx.fleet.node.github.url.host();
        let default = [format!("https://{host}/"), "https://github.com/".to_owned()]
            .iter()
            .any(|start| audience.value.strip_prefix(start).is_some_and(|owner| !owner.contains('/')));
        if job.is_github() && default && said.insert(audience.span) {
            let found = out
                .found(format!("\"{}\" is what jobs ask for by default", audience.value))
                .severity(Severity::Warning)
                .label(audience.span, "GitHub's default audience")
                .effect("a token that a job got for anything at all logs in here, too")
                .help("use one that only this server has, such as its address; jobs name it as `jwtGithubAudience`");
            out.report(found);
        }
    }
}
