//! `id-token-not-granted`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::logs_in;
use crate::lint::workflow::{Uses, UsesKind};
use crate::syntax::Span;

/// Workflows of the fleet that log in to Vault.
const OURS: [&str; 2] = [".github/workflows/fetch-secrets.yml", ".github/workflows/docker-build-push.yml"];

pub static RULE: Rule = Rule {
    code: "id-token-not-granted",
    severity: Severity::Error,
    summary: "a job calls a workflow that logs in to Vault and does not let it",
    explanation: "\
A workflow that is called can't have more permissions than the job that calls it. It is found where the called workflow has a job that
logs in to Vault or asks for `id-token: write`, and the calling job does not grant that: workflows of repositories that are read in the same
run, and the fleet's own `fetch-secrets.yml` and `docker-build-push.yml`.

GitHub refuses the run: \"The workflow is requesting 'id-token: write', but is only allowed 'id-token: none'\".

Write `permissions:` with `id-token: write`, and what else the workflow asks for, into the job that calls it.

Known from: GitHub's documentation of reusable workflows. Also known as VW011.
",
    good: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  image:
    permissions:
      id-token: write
    uses: ./.github/workflows/image.yml

// file .github/workflows/image.yml
on: workflow_call
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
  image:
    permissions:
      contents: read
    uses: ./.github/workflows/image.yml

// file .github/workflows/image.yml
on: workflow_call
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
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some(uses) = &job.job.uses else { continue };
        let permissions = job.workflow.permissions_of(job.job);
        if permissions.is_some_and(|permissions| permissions.grants_id_token()) {
            continue;
        }
        let Some(cause) = asks(view, uses) else { continue };
        let mut found = out
            .found(format!(
                "job \"{}\" calls a workflow that logs in to Vault and does not let it",
                job.job.id.value
            ))
            .label(
                permissions.map_or(job.job.id.span, |permissions| permissions.span),
                "no `id-token: write`",
            )
            .label(uses.span, "called here");
        if let Some(cause) = cause {
            found = found.label(cause, "asks for it");
        }
        let found = found
            .effect("GitHub refuses the run: the called workflow asks for more than it is allowed")
            .help("write `id-token: write` under `permissions:` of the calling job");
        out.report(found);
    }
}

/// Whether a called workflow asks for an identity, and where.
fn asks(view: &View<'_>, uses: &Uses) -> Option<Option<Span>> {
    if let Some(file) = view.world.find(view.id, &uses.kind) {
        let workflow = view.world.file(file).workflow()?;
        return workflow.jobs.iter().find_map(|job| {
            let own = job.permissions.as_ref().filter(|own| own.grants_id_token()).map(|own| own.span);
            let step = job.steps.iter().find(|step| logs_in(step)).map(|step| step.span);
            own.or(step).map(Some)
        });
    }
    // The fleet's repository, by the name that Argo CD reads it under.
    let fleet = view.fleet.node.gitops.as_ref()?.repo.as_str().trim_end_matches('/').trim_end_matches(".git");
    let UsesKind::Remote { repository, path, .. } = &uses.kind else { return None };
    let is_fleet = fleet.to_lowercase().ends_with(&format!("/{}", repository.to_lowercase()));
    (is_fleet && OURS.contains(&path.as_str())).then_some(None)
}
