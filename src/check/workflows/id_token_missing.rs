//! `id-token-missing`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::logs_in;

pub static RULE: Rule = Rule {
    code: "id-token-missing",
    severity: Severity::Error,
    summary: "a job logs in to Vault as itself and may not ask GitHub who it is",
    explanation: "\
To log in to Vault a job shows a token of GitHub's issuer, and to get one it needs `permissions: id-token: write`. It is found where a job uses
vault-action with `method: jwt`, or the fleet's `fetch-secrets`, and neither the job nor the workflow grants that. No setting of a repository
grants it by default. In a workflow that only others call, the caller must grant it as well.

The step fails: \"Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable\".

Write it into the job. `permissions` of a job replace those of the workflow, so write what else it needs too: `contents: read` for
`actions/checkout`.

Known from: GitHub's documentation of OIDC. Also known as VW011.
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
      - uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
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
      contents: read
    steps:
      - uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let permissions = job.workflow.permissions_of(job.job);
        if permissions.is_some_and(|permissions| permissions.grants_id_token()) {
            continue;
        }
        let Some(uses) =
            view.steps_of(job).into_iter().find(|step| logs_in(step)).and_then(|step| step.uses.as_ref())
        else {
            continue;
        };
        let mut found = out
            .found(format!("job \"{}\" logs in to Vault and lacks `id-token: write`", job.job.id.value))
            .label(uses.span, "logs in as this job");
        found = match permissions {
            Some(permissions) => found.label(permissions.span, "not among these"),
            None => found.label(job.job.id.span, "no `permissions`"),
        };
        let found = found
            .effect("GitHub gives the job no token: the step fails before it reaches Vault")
            .help("write `id-token: write` under `permissions:` of the job");
        out.report(found);
    }
}
