//! `secret-transformed`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::variables;
use crate::lint::shell::commands;

/// Programs that make another text of what they are given.
const CHANGE: [&str; 18] = [
    "base64",
    "jq",
    "yq",
    "openssl",
    "xxd",
    "od",
    "hexdump",
    "sed",
    "awk",
    "tr",
    "cut",
    "gzip",
    "python",
    "python3",
    "node",
    "ruby",
    "perl",
    "urlencode",
];
/// Where a script hands something on.
const ONWARD: [&str; 3] = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STATE"];

pub static RULE: Rule = Rule {
    code: "secret-transformed",
    severity: Severity::Error,
    summary: "a script makes another text of a secret and hands it on without masking it",
    explanation: "\
The runner masks the texts that it has been told, and a few encodings of them. What a script makes of a secret (a field of a JSON document, a
key without its line breaks, user and password in one) is a new text. It is found where a step has a secret in its environment, runs a
program such as jq, base64 or openssl, writes to GITHUB_OUTPUT or GITHUB_ENV, and nowhere says `::add-mask::`.

The new text is then printed in the clear by every step that shows its environment or inputs.

Mask it first: `echo \"::add-mask::$value\"`, each line of it, and then hand it on.

Known from: the runner's masking; actions/runner issue 2701. Also known as VW015.
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
      - env:
          PASSWORD: ${{ steps.vault.outputs.registry_password }}
        run: |
          auth=$(printf 'ci:%s' "$PASSWORD" | base64 -w0)
          echo "::add-mask::$auth"
          echo "AUTH=$auth" >> "$GITHUB_ENV"
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
      - env:
          PASSWORD: ${{ steps.vault.outputs.registry_password }}
        run: |
          auth=$(printf 'ci:%s' "$PASSWORD" | base64 -w0)
          echo "AUTH=$auth" >> "$GITHUB_ENV"
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        let Some(scalar) = step.step.run.as_ref().and_then(|run| run.scalar()) else { continue };
        let text = &scalar.text;
        if text.contains("add-mask") || !ONWARD.iter().any(|onward| text.contains(onward)) {
            continue;
        }
        let variables = variables(step.step, step.among);
        // A secret that the script never mentions is somebody else's business.
        let Some(variable) = variables.iter().find(|name| text.contains(**name)) else { continue };
        let Some(command) = commands(text).into_iter().find(|command| CHANGE.contains(&command.program()))
        else {
            continue;
        };
        let found = out
            .found(format!(
                "what `{}` makes of the secret in `{variable}` is handed on unmasked",
                command.program()
            ))
            .label(scalar.place(view.sources, command.range()), "makes a text that is not masked")
            .effect("every later step that shows its environment or its inputs prints it in the clear")
            .help("mask it before it is handed on: `echo \"::add-mask::$value\"`, each line of it");
        out.report(found);
    }
}
