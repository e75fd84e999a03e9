//! `vault-id-missing`

use super::{Job, jobs};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::vault::Unidentified;

pub static RULE: Rule = Rule {
    code: "vault-id-missing",
    severity: Severity::Warning,
    summary: "a role knows its repositories by name only",
    explanation: "\
Names at GitHub can be given away: an owner or a repository that is renamed or deleted leaves a name that somebody else can take.
It is found where a role binds names and no number: neither `repository_id` nor `repository_owner_id`.

Who takes over the name then logs in to the role as if nothing had happened. A number is never given twice.

Write the numbers into the file once, for all roles: `owner \"NAME\" id=NUMBER { repository \"NAME\" id=NUMBER }`. `fleetc vault ids`
prints the commands that look them up; it can't do so itself, since compiling uses no network. The number of the owner is
enough for roles that are open to all of its repositories.

Known from: GitHub's documentation of the token; reports of taken-over names. Also known as VJ002.
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
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
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
    for job in jobs(cx).filter(Job::is_github) {
        let login = job.login;
        let named = ["repository", "repository_owner"].into_iter().find_map(|claim| login.claim(claim));
        let numbers = ["repository_id", "repository_owner_id", "enterprise_id"];
        let (Some(named), false) = (named, numbers.iter().any(|claim| login.binds(claim))) else { continue };
        let mut found =
            out.found(format!("role \"{}\" knows its repositories by name only", job.role.node.name.value));
        let lacking = named.values.iter().filter(|value| cx.fleet.ids.of_repository(&value.text).is_none());
        for value in lacking.clone() {
            found = found.label(value.span, "its number is not in the file");
        }
        let Some(command) = lacking.map(|value| command(&value.text)).next() else { continue };
        let found = found.effect("who takes over the name, after a rename or a deletion, logs in to the role").help(format!(
            "look it up with `{command}`, and write it under `vault`: `owner \"NAME\" id=NUMBER {{ repository \"NAME\" id=NUMBER }}`; `fleetc vault ids` has all that are missing"
        ));
        out.report(found);
    }
}

/// The command that looks up the numbers of a repository, or of all repositories of an owner.
fn command(name: &str) -> String {
    let (owner, repository) = name.split_once('/').unwrap_or((name, "*"));
    let repository = (!repository.contains('*')).then(|| repository.to_owned());
    Unidentified { owner: owner.to_owned(), repository }.command()
}
