//! `vault-issuer`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::contract::oidc::{Issuer, issuer_of_server};
use crate::diagnostic::Severity;
use crate::language::nodes::AuthMethod;

pub static RULE: Rule = Rule {
    code: "vault-issuer",
    severity: Severity::Error,
    summary: "a way to log in takes tokens of the wrong issuer",
    explanation: "\
`issuer` says who signs the tokens. It is found where an `auth` of type `jwt` names none, where `discovery` is not the issuer itself, where it is not `https`, and
where it is not the issuer of the GitHub that the fleet registers at: a GitHub Enterprise Server signs at
`https://HOST/_services/token`.

Without an issuer the server takes a token of any issuer whose keys it finds. With a wrong one it takes none of yours: each login fails, and the job is told
`invalid issuer`.

Write `issuer=\"https://token.actions.githubusercontent.com\"` for github.com, with the slug of the enterprise behind it if that has an issuer of its own;
`https://token.actions.NAME.ghe.com` for ghe.com.

Known from: measured with OpenBao 2.7; GitHub's documentation. Also known as VJ023.
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
    auth "github" type="jwt" audience="https://vault.example.com"
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
    let github = &cx.fleet.node.github.url;
    let own = if github.is_enterprise_server() {
        issuer_of_server(github.host())
    } else {
        "https://token.actions.githubusercontent.com".to_owned()
    };
    for auth in cx.fleet.vaults.iter().flat_map(|vault| &vault.auths) {
        let node = &auth.node;
        if node.method.value != AuthMethod::Jwt {
            continue;
        }
        let Some(issuer) = &node.issuer else {
            let found = out
                .found(format!("\"{}\" takes tokens of any issuer", node.name.value))
                .label(node.span, "no issuer")
                .effect("whoever signs tokens with keys that the server finds can log in")
                .help(format!("add `issuer=\"{own}\"`"));
            out.report(found);
            continue;
        };
        let text = issuer.as_str().trim_end_matches('/');
        let of = Issuer::of(&issuer.value);
        let same_host = github.is_enterprise_server()
            && issuer.host() == github.host().split(':').next().unwrap_or_default();
        let wrong = if !text.starts_with("https://") {
            Some("an issuer is an https address")
        } else if same_host && text != own {
            Some("not where this server signs")
        } else if github.is_enterprise_server() && matches!(of, Issuer::Dotcom | Issuer::Enterprise(_)) {
            Some("not the GitHub that the fleet registers at")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            let found = out
                .found(format!("\"{text}\" signs no token of this fleet's jobs"))
                .label(issuer.span, wrong)
                .effect("no job can log in: its token has another issuer")
                .help(format!("write issuer=\"{own}\""));
            out.report(found);
        }
        if let Some(discovery) = &node.discovery
            && discovery.as_str().trim_end_matches('/') != text
        {
            let found = out
                .found("keys are read from another issuer than the one that is asked for")
                .label(discovery.span, "read from here")
                .label(issuer.span, "asked for")
                .effect(
                    "the server refuses the configuration, or takes no token: the two have to be the same",
                )
                .help("remove `discovery`: keys are then read from the issuer");
            out.report(found);
        }
    }
}
