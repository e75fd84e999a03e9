//! `vault-wildcard`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::{VAULT_ACTION, reads};

pub static RULE: Rule = Rule {
    code: "vault-wildcard",
    severity: Severity::Warning,
    summary: "a step reads every field of a secret",
    explanation: "\
`secret/data/app *` makes an output of each field that the secret has, and masks the value of each. It is found where a line of
vault-action's `secrets` ends so.

A field that somebody adds later reaches jobs that do not need it. And each value is masked whatever it is: a field `enabled` with the value
`true` makes `***` of every `true` in the log, and empties every output of the job in which it occurs.

Name the fields that the job needs, each with the name of its output.

Known from: vault-action, measured. Also known as VW008.
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
          exportEnv: false
          secrets: secret/data/registry *
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        if !step.step.uses.as_ref().is_some_and(|uses| uses.is(VAULT_ACTION)) {
            continue;
        }
        let Some(scalar) = step.step.input("secrets").and_then(|input| input.value.scalar()) else {
            continue;
        };
        for read in reads(scalar).into_iter().filter(|read| matches!(read.selector, "*" | "**")) {
            let found = out
                .found(format!("the step reads every field of {}", read.path))
                .label(scalar.place(view.sources, read.selector_at.clone()), "all of them")
                .effect("each value is masked: one that is `true` or a single letter empties outputs that hold it")
                .help("name the fields that the job needs: `PATH FIELD | NAME`");
            out.report(found);
        }
    }
}
