//! `id-token-workflow-wide`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::logs_in;

pub static RULE: Rule = Rule {
    code: "id-token-workflow-wide",
    severity: Severity::Warning,
    summary: "every job of a workflow may log in as the repository, though not every job needs to",
    explanation: "\
`id-token: write` at the top of a workflow holds for all jobs that have no `permissions` of their own. It is found where such a workflow
has a job that logs in to Vault, or calls a workflow that may, and another that does not.

Any step of any of these jobs, a linter's action as well, can then ask for a token that Vault takes for this repository.

Write `permissions: {}` at the top, and `id-token: write` into the jobs that log in.

Known from: GitHub's documentation of permissions. Also known as VW011.
",
    good: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  lint:
    runs-on: build
    timeout-minutes: 10
    steps:
      - run: make lint
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
permissions:
  id-token: write
jobs:
  lint:
    runs-on: build
    timeout-minutes: 10
    steps:
      - run: make lint
  build:
    runs-on: build
    timeout-minutes: 10
    steps:
      - uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    let Some(workflow) = view.file.workflow() else { return };
    let Some(permissions) = workflow.permissions.as_ref().filter(|all| all.grants_id_token()) else { return };
    let inherits = |job: &&crate::lint::workflow::Job| job.permissions.is_none();
    let needs = |job: &crate::lint::workflow::Job| job.uses.is_some() || job.steps.iter().any(logs_in);
    let logs_in = workflow.jobs.iter().any(needs);
    let Some(other) = workflow.jobs.iter().filter(inherits).find(|job| !needs(job)).filter(|_| logs_in)
    else {
        return;
    };
    let found = out
        .found(format!("job \"{}\" may log in as the repository and does not need to", other.id.value))
        .label(permissions.span, "for every job")
        .label(other.id.span, "needs no login")
        .effect("any step of it, an action of others too, can ask for a token that Vault takes for this repository")
        .help("write `permissions: {}` at the top, and `id-token: write` into the jobs that log in");
    out.report(found);
}
