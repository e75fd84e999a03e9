//! `vault-token-exported`

use super::{is_on, with_vault};
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::secrets::VAULT_ACTION;
use crate::lint::{View, revokes};

pub static RULE: Rule = Rule {
    code: "vault-token-exported",
    severity: Severity::Error,
    summary: "a step gives Vault's token to all steps after it",
    explanation: "\
With `exportToken: true` vault-action puts its token into the environment as VAULT_TOKEN; with `outputToken: true` into an output. It is
found where a step does one of these. An output that a later step uses to revoke the token is what it is for, and is left alone.

Every step after it, and every action of others, can then do all that the role may do, not only read what this job asked for.

Remove the line: the action reads the secrets itself. Where a tool needs the token, give it to that step alone, and say why:
`# fleetc: allow vault-token-exported REASON`.

Known from: the documentation and source of vault-action. Also known as VW003.
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
          exportToken: true
          secrets: secret/data/registry password | PASSWORD
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        if !step.step.uses.as_ref().is_some_and(|uses| uses.is(VAULT_ACTION)) {
            continue;
        }
        for name in ["exportToken", "outputToken"] {
            let Some(input) = step.step.input(name).filter(|_| is_on(step.step, name)) else { continue };
            if name == "outputToken" && step.among.iter().any(revokes) {
                continue;
            }
            let found = out
                .found("the step hands Vault's token to the steps after it")
                .label(input.value.span, "for all of them")
                .effect("every later step, and every action of others, can do all that the role may do")
                .help(format!("remove `{name}`; the action reads the secrets itself"));
            out.report(found);
        }
    }
}
