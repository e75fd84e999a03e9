//! `secret-in-script`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::named;

pub static RULE: Rule = Rule {
    code: "secret-in-script",
    severity: Severity::Error,
    summary: "a secret is pasted into the text of a script",
    explanation: "\
`${{ … }}` in `run:` is replaced before the shell sees the script: the secret becomes a part of the program. It is found where a script
names an output of a step that read Vault, or a secret of GitHub's.

A secret with a quote, a `$` or a line break changes what the script does, or breaks it on the day that the secret is changed. The script
is a file on the runner, and shells print the line with `set -x` or an error.

Hand it over as a variable: `env: PASSWORD: ${{ steps.vault.outputs.password }}`, and write `\"$PASSWORD\"` in the script.

Known from: GitHub's advice against script injection. Also known as VW009.
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
        uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
      - run: ./login "$PASSWORD"
        env:
          PASSWORD: ${{ steps.vault.outputs.registry_password }}
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
        uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
      - run: ./login ${{ steps.vault.outputs.registry_password }}
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        let Some(scalar) = step.step.run.as_ref().and_then(|run| run.scalar()) else { continue };
        for secret in named(&scalar.text, step.among) {
            let found = out
                .found("a secret is pasted into a script")
                .label(scalar.place(view.sources, secret.range), "becomes part of the program")
                .effect(
                    "a quote or a line break in the secret changes what the script does, and errors print it",
                )
                .help(format!(
                    "write `env: SECRET: ${{{{ {} }}}}` in the step, and \"$SECRET\" here",
                    secret.text
                ));
            out.report(found);
        }
    }
}
