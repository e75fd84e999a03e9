//! `vault-long-lived-login`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::VAULT_ACTION;

/// Ways to log in with something that is kept.
const KEPT: [&str; 6] = ["token", "approle", "userpass", "github", "ldap", "cert"];

pub static RULE: Rule = Rule {
    code: "vault-long-lived-login",
    severity: Severity::Error,
    summary: "a job logs in to Vault with something that is kept, rather than as itself",
    explanation: "\
GitHub gives each job a token that says which repository, ref and event it is of, and lasts minutes; Vault's jwt method checks it. It
is found where vault-action uses another `method`: a token (also where it names none: that is its default), an AppRole, a password.

What is kept in GitHub's secrets is the same for every branch and every job, is seldom changed, and works from anywhere for whoever
has read it once. Vault can't tell a release of main from a branch of somebody's.

Write `method: jwt` with the `role` of the fleet file, `permissions: id-token: write` in the job, and remove the kept login. The
fleet's action `fetch-secrets` does all of it.

Known from: the documentation of vault-action and of GitHub's OIDC. Also known as VW006.
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
      - id: vault
        uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
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
    steps:
      - id: vault
        uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          token: ${{ secrets.VAULT_TOKEN }}
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        let Some(uses) = step.step.uses.as_ref().filter(|uses| uses.is(VAULT_ACTION)) else { continue };
        let input = step.step.input("method");
        let method = input.map_or(Some("token"), |input| input.value.text().map(str::trim));
        let Some(method) = method.filter(|method| KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(method)))
        else {
            continue;
        };
        let span = input.or_else(|| step.step.input("token")).map_or(uses.span, |input| input.value.span);
        let found = out
            .found(format!("the job logs in to Vault with a kept login (`{method}`)"))
            .label(span, "the same for every job, and it does not end")
            .effect("whoever reads it once reads the secrets from anywhere, until somebody changes it")
            .help("write `method: jwt` with the role, and `permissions: id-token: write` in the job");
        out.report(found);
    }
}
