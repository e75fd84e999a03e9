//! `vault-claim-value`

use super::{Job, jobs};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::contract::oidc::{CLAIMS, is_claim};
use crate::diagnostic::Severity;
use crate::language::suggest::nearest;
use crate::model::vault::Claim;

pub static RULE: Rule = Rule {
    code: "vault-claim-value",
    severity: Severity::Error,
    summary: "no token can have what a role asks for",
    explanation: "\
A role lets in whose token has every claim with one of the values. It is found where that can't be: the claim is one that GitHub does
not know; it has no values; a ref does not start with `refs/`; a value is a number or a boolean, while GitHub writes all of its claims as text; or a value has a
comma in it, which separates nothing there.

Nobody can log in, and the server says `claim is missing` or `does not match` to the job only. It takes the role without a
word: it does not know what claims a token will have.

Write text in quotes, each value by itself: `claim \"ref_protected\" \"true\"`. `actor`, `ref`, `environment`, `event_name` and the others are in
GitHub's documentation of the token; custom properties of a repository are `repo_property_NAME`.

Known from: measured with OpenBao 2.7. Also known as VJ010.
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
        claim "ref_protected" "true"
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
        read "registry"
        claim "ref_protected" #true
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx) {
        for claim in &job.login.claims {
            report(&job, claim, out);
        }
    }
}

fn report(job: &Job<'_>, claim: &Claim, out: &mut Reporter<'_, '_>) {
    let nobody = "no job can log in, and only its log says so";
    let name = claim.name.as_str();
    if job.is_github() && !is_claim(name) {
        let help = match nearest(name, CLAIMS) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "GitHub's documentation of the token lists its claims; a property of a repository is `repo_property_NAME`".to_owned(),
        };
        let found = out.found(format!("GitHub's tokens have no claim `{name}`"));
        out.report(found.label(claim.span, "unknown").effect(nobody).help(help));
        return;
    }
    if claim.values.is_empty() {
        let found = out.found(format!("no value of `{name}` is allowed"));
        out.report(
            found.label(claim.span, "no values").effect(nobody).help("name one or more, or remove the line"),
        );
    }
    for value in &claim.values {
        let text = value.text.as_str();
        let found = if job.is_github()
            && let Some((form, help)) = malformed(name, text)
        {
            out.found(format!("`{name}` is never \"{text}\"")).label(value.span, form).help(help)
        } else if !value.is_text {
            out.found(format!("`{name}` is never {text}: a claim of GitHub's is text"))
                .label(value.span, "not text")
                .help(format!("write \"{text}\""))
        } else if text.contains(',') {
            out.found(format!("\"{text}\" is one value of `{name}`, with a comma in it"))
                .label(value.span, "a comma separates nothing here")
                .help("write each value in quotes of its own")
        } else {
            continue;
        };
        out.report(found.effect(nobody));
    }
}

/// Why GitHub never writes such a value of a claim, and what to write; patterns are left to other rules.
fn malformed(claim: &str, text: &str) -> Option<(&'static str, String)> {
    let open = text.contains('*');
    let start = text.split('*').next().unwrap_or_default();
    match claim {
        "ref" if !(start.starts_with("refs/") || open && "refs/".starts_with(start)) => Some((
            "a ref starts with `refs/`",
            format!("write \"refs/heads/{text}\" for a branch, \"refs/tags/{text}\" for a tag"),
        )),
        "repository" if text.contains('?') || (!open && text.split('/').count() != 2) => {
            Some(("no owner and name", "write \"OWNER/NAME\", or \"OWNER/*\" for all of an owner".to_owned()))
        }
        "repository_id" | "repository_owner_id" | "enterprise_id" | "actor_id"
            if !open && !text.bytes().all(|digit| digit.is_ascii_digit()) =>
        {
            Some((
                "no number",
                "write the number, in quotes; `fleetc vault ids` says how it is looked up".to_owned(),
            ))
        }
        _ => None,
    }
}
