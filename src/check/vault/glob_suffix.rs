//! `vault-glob-suffix`

use super::jobs;
use super::subject::Subject;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-glob-suffix",
    severity: Severity::Error,
    summary: "a pattern for a ref ends in text",
    explanation: "\
In a pattern `*` stands for any characters. It is found where text follows the last `*` of a `ref`, of what stands behind the
repository in a `subject`, or of the ref of a `workflow`.

`*main` fits `refs/heads/evil-main`: whoever can push a branch chooses a name that ends right, and logs in.
`refs/heads/*/main` fits `refs/heads/evil/main`, since `*` crosses slashes.

Write refs in full, or let the `*` be the end: `refs/heads/release/*`, with such branches protected.

Known from: measured with OpenBao 2.7. Also known as VJ008.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/release/*"
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
        repository "my-org/*" ref="refs/heads/*main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for job in jobs(cx).filter(|job| job.is_github() && job.is_glob()) {
        for (claim, value) in
            job.values(&["ref", "base_ref", "head_ref", "sub", "job_workflow_ref", "workflow_ref"])
        {
            let text = value.text.as_str();
            let part = match claim {
                "sub" => Subject::of(text).map_or("", |subject| subject.rest),
                "job_workflow_ref" | "workflow_ref" => {
                    text.rsplit_once('@').map_or("", |(_, git_ref)| git_ref)
                }
                _ => text,
            };
            let Some((_, end)) = part.rsplit_once('*').filter(|(_, end)| !end.is_empty()) else { continue };
            let found = out
                .found(format!("\"{text}\" fits every ref that ends in \"{end}\""))
                .label(value.span, "text behind `*`")
                .effect(format!("whoever can push a branch calls it \"evil{end}\", and its job logs in"))
                .help("write the ref in full, or let `*` be its end, such as \"refs/heads/release/*\"");
            out.report(found);
        }
    }
}
