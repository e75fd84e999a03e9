//! `vault-export-env`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::VAULT_ACTION;

pub static RULE: Rule = Rule {
    code: "vault-export-env",
    severity: Severity::Warning,
    summary: "secrets become variables of all steps after the one that reads them",
    explanation: "\
Unless told otherwise, vault-action sets an environment variable for each secret, which every later step of the job sees. It is
found where `exportEnv` is not `false`.

Actions of others, and every program that a build starts, get the registry's password with their environment; crash reports and debug
output carry environments away.

Write `exportEnv: false`, and give each secret to the step that needs it: `env: PASSWORD: ${{ steps.vault.outputs.PASSWORD }}`.

Known from: the default of vault-action. Also known as VW004.
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
          secrets: secret/data/registry password | PASSWORD
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        let Some(uses) = step.step.uses.as_ref().filter(|uses| uses.is(VAULT_ACTION)) else { continue };
        let input = step.step.input("exportEnv");
        if input.is_some_and(|input| {
            input.value.text().is_some_and(|text| text.trim().eq_ignore_ascii_case("false"))
        }) {
            continue;
        }
        let found = out
            .found("secrets become variables of every step after this one")
            .label(input.map_or(uses.span, |input| input.value.span), "`exportEnv` is not false")
            .effect("actions of others and all programs of the build get them with their environment")
            .help("write `exportEnv: false`, and give steps what they need: `env: NAME: ${{ steps.ID.outputs.NAME }}`");
        out.report(found);
    }
}
