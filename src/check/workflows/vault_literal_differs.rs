//! `vault-literal-differs`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::suggest::nearest;
use crate::lint::View;
use crate::lint::secrets::logs_in;
use crate::lint::vault::{literal, same_url, uses_of_vault};
use crate::model::vault::{Login, Role, Vault};
use crate::yaml::Entry;

/// Where vault-action logs in if it is not told: the usual place of the method.
const USUAL_PATH: &str = "jwt";

pub static RULE: Rule = Rule {
    code: "vault-literal-differs",
    severity: Severity::Error,
    summary: "a workflow says something else of Vault than the fleet file",
    explanation: "\
Address, auth method, role and audience of a login are in the fleet file, and in each workflow that uses vault-action by itself. It is found where such
a step names a server of the fleet and a role that the server does not have, the mount of another method, or another audience than the role
is bound to; and where the fleet has one server and the step names another.

Vault answers 400: \"role could not be found\", \"invalid audience (aud) claim\". Nothing in either file looks wrong by itself.

Use the fleet's action `fetch-secrets`: it is made from the fleet file. Otherwise write what the fleet file says.

Known from: measured with OpenBao. Also known as VW018.
",
    good: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  build:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          path: github
          role: example-ci-build
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#
    ),
    bad: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  build:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          path: github
          role: ci-build
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    // Of servers that could not be read there is nothing to compare.
    if view.fleet.lacks_vaults {
        return;
    }
    for used in uses_of_vault(view).into_iter().filter(|used| logs_in(used.step.step)) {
        let step = used.step.step;
        let Some(vault) = used.vault else {
            if let ([only], Some(url)) = (view.fleet.vaults.as_slice(), literal(step, "url")) {
                let known = only.node.url.as_str();
                let found = out
                    .found("this is not the fleet's Vault")
                    .severity(Severity::Warning)
                    .label(url.value.span, "another server")
                    .label(only.node.url.span, "the fleet's")
                    .effect("the job logs in where nobody keeps roles and policies true to the fleet file")
                    .help(format!("write `{known}`, or declare the other server in the fleet file"));
                out.report(found);
            }
            continue;
        };
        match (used.role, literal(step, "role")) {
            (None, Some(role)) => unknown_role(vault, role, out),
            (Some(role), _) => of_role(vault, role, step, out),
            (None, None) => {}
        }
    }
}

fn unknown_role(vault: &Vault, entry: &Entry, out: &mut Reporter<'_, '_>) {
    let name = entry.value.text().unwrap_or("");
    let roles = || vault.roles.iter();
    let help = match roles().find(|role| role.node.name.as_str().eq_ignore_ascii_case(name)) {
        // Names in Vault start with the fleet's.
        Some(role) => format!("Vault knows it as `{}`", role.name),
        None => nearest(name, roles().map(|role| role.name.as_str())).map_or_else(
            || "declare it in the fleet file, or use the fleet's action fetch-secrets".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ),
    };
    let found = out
        .found(format!("the fleet's Vault has no role \"{name}\""))
        .label(entry.value.span, "no such role")
        .label(vault.node.span, "on this server")
        .effect("Vault answers 400, \"role could not be found\": the job fails after it has got its runner")
        .help(help);
    out.report(found);
}

fn of_role(vault: &Vault, role: &Role, step: &crate::lint::workflow::Step, out: &mut Reporter<'_, '_>) {
    let name = &role.node.name.value;
    let own = &vault.auths[role.auth];
    let (written, span) = match step.input("path") {
        Some(entry) => (entry.value.text().unwrap_or(""), Some(entry.value.span)),
        None => (USUAL_PATH, None),
    };
    let uses = step.uses.as_ref().map_or(step.span, |uses| uses.span);
    if !written.contains("${{") && written.trim_matches('/') != own.path() {
        let found = out
            .found(format!(
                "role \"{name}\" is of the method at \"{}\", and the step logs in at \"{written}\"",
                own.path()
            ))
            .label(span.unwrap_or(uses), "another method")
            .label(own.node.span, "the role's")
            .effect("Vault answers 400 or 403: the job fails after it has got its runner")
            .help(format!("write `path: {}`", own.path()));
        out.report(found);
    }
    let Login::Jwt(login) = &role.login else {
        let found = out
            .found(format!("role \"{name}\" is for ServiceAccounts, and a job is none"))
            .label(uses, "logs in as a job")
            .label(role.node.span, "the role")
            .effect("Vault answers 400: the job fails after it has got its runner")
            .help("name a role of a method of type \"jwt\"");
        out.report(found);
        return;
    };
    let Some(first) = login.audiences.first() else { return };
    let entry = step.input("jwtGithubAudience");
    let written = entry.and_then(|entry| entry.value.text());
    // Without one, GitHub makes the token for the owner's address.
    let usual = |audience: &str| audience.starts_with("https://github.com/");
    let fits = login.audiences.iter().any(|audience| match written {
        Some(text) => text.contains("${{") || same_url(text, &audience.value) && text == audience.value,
        None => usual(&audience.value),
    });
    if !fits {
        let found = out
            .found(format!("role \"{name}\" wants tokens that are made for \"{}\"", first.value))
            .label(entry.map_or(uses, |entry| entry.value.span), "made for somebody else")
            .label(first.span, "the audience")
            .effect("Vault answers 400, \"invalid audience (aud) claim\": the job fails after it has got its runner")
            .help(format!("write `jwtGithubAudience: {}`", first.value));
        out.report(found);
    }
}
