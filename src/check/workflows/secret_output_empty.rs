//! `secret-output-empty`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::named;

pub static RULE: Rule = Rule {
    code: "secret-output-empty",
    severity: Severity::Error,
    summary: "a job hands a secret on as an output, which arrives empty",
    explanation: "\
The runner compares each output of a job with everything that it masks, and drops an output in which a masked text occurs, also as base64,
URL-encoded or escaped. It is found where an output of a job is made of a field that a step read from Vault, or of a secret of GitHub's.

The output is empty in the job that needs it. The log of the first job says \"Skip output … since it may contain secret\" and nothing else
does: a login fails with a wrong password, or a tool goes on without one.

Read the secret in the job that needs it: the action `fetch-secrets` of the fleet does it in one step. Where a job can't reach Vault, the
reusable workflow `fetch-secrets` hands all over as one sealed text, and `open-secrets` opens it.

Known from: the runner's check of outputs, measured; many threads on empty outputs. Also known as VW001.
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
      - run: ./login
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
  fetch:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    outputs:
      password: ${{ steps.vault.outputs.registry_password }}
    steps:
      - id: vault
        uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        for output in &job.job.outputs {
            let Some(scalar) = output.value.scalar() else { continue };
            let Some(secret) = named(&scalar.text, &job.job.steps).into_iter().next() else { continue };
            let name = output.name().unwrap_or("");
            let found = out
                .found(format!("output \"{name}\" of job \"{}\" arrives empty", job.job.id.value))
                .label(scalar.place(view.sources, secret.range), "masked, so the output is dropped")
                .effect("jobs that need it get an empty text: a login fails, or goes on without a password")
                .help("read it in the job that needs it, by the fleet's action fetch-secrets, or have fetch-secrets.yml seal it");
            out.report(found);
        }
    }
    // `jobs.x.outputs.y` is reported at the job; a secret itself has no business here either.
    for output in view.file.workflow().iter().flat_map(|workflow| &workflow.outputs) {
        let Some(scalar) = output.value.get("value").and_then(|value| value.scalar()) else { continue };
        let Some(secret) = named(&scalar.text, &[]).into_iter().next() else { continue };
        let found = out
            .found(format!("output \"{}\" of the workflow arrives empty", output.name().unwrap_or("")))
            .label(scalar.place(view.sources, secret.range), "masked, so the output is dropped")
            .effect("workflows that call this one get an empty text")
            .help("let callers pass the secret to the job that needs it, with `secrets:`");
        out.report(found);
    }
}
