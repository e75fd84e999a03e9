//! `vault-ignore-not-found`

use super::{is_on, with_vault};
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::VAULT_ACTION;

pub static RULE: Rule = Rule {
    code: "vault-ignore-not-found",
    severity: Severity::Warning,
    summary: "a secret that is not there counts as an empty one",
    explanation: "\
With `ignoreNotFound: true` vault-action goes on where a path or a field does not exist, and its output is empty. It is found where a step
says so.

The job fails later and elsewhere: a login with an empty password, or, worse, a tool that takes an empty password for none and works
anonymously against a public registry.

Remove the line. Where a secret truly may be missing, test the output before it is used.

Known from: vault-action. Also known as VW013.
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
          ignoreNotFound: true
          secrets: secret/data/registry password | PASSWORD
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        let vault = step.step.uses.as_ref().is_some_and(|uses| uses.is(VAULT_ACTION));
        let Some(input) =
            step.step.input("ignoreNotFound").filter(|_| vault && is_on(step.step, "ignoreNotFound"))
        else {
            continue;
        };
        let found = out
            .found("a secret that is not there counts as an empty one")
            .label(input.value.span, "goes on without it")
            .effect("a login with an empty password fails elsewhere, or works anonymously")
            .help("remove the line");
        out.report(found);
    }
}
