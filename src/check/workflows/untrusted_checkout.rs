//! `untrusted-checkout`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::source;

/// Events that run with the repository's own rights, whoever started them.
const EVENTS: [&str; 3] = ["pull_request_target", "workflow_run", "issue_comment"];
/// What names the code of a pull request.
const HEADS: [&str; 5] = ["pull_request.head", "head_ref", "head_sha", "head_branch", "refs/pull/"];

pub static RULE: Rule = Rule {
    code: "untrusted-checkout",
    severity: Severity::Error,
    summary: "a job that has secrets checks out the code of a stranger",
    explanation: "\
Workflows on `pull_request_target`, `workflow_run` and `issue_comment` run with the repository's own identity, whoever opened the pull
request or wrote the comment. It is found where a job of one reads secrets from Vault and checks out the pull request's code.

Whatever runs of that code (a test, a build script, a configuration file of a tool) has the secrets: anybody on GitHub can read them by
opening a pull request.

Use `pull_request`, which gives forks no identity. Where a secret is needed for a pull request, split the workflow: one without
secrets runs the code, one with secrets takes its result as data.

Known from: GitHub Security Lab on such workflows. Also known as VW012.
",
    good: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: pull_request
permissions: {}
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: make test
"#
    ),
    bad: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: pull_request_target
permissions: {}
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
      - run: make test
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some(trigger) = job.workflow.trigger(&EVENTS) else { continue };
        let Some(secrets) = job.job.steps.iter().find(|step| source(step).is_some()) else { continue };
        for step in &job.job.steps {
            let foreign = step.input("ref").or_else(|| step.input("repository")).filter(|input| {
                input.value.text().is_some_and(|text| HEADS.iter().any(|head| text.contains(head)))
            });
            let checkout = step.uses.as_ref().is_some_and(|uses| uses.is("actions/checkout"));
            let Some(foreign) = foreign.filter(|_| checkout) else { continue };
            let found = out
                .found(format!(
                    "job \"{}\" has secrets and checks out the code of a stranger",
                    job.job.id.value
                ))
                .label(foreign.value.span, "code of whoever opened the pull request")
                .label(secrets.uses.as_ref().map_or(secrets.span, |uses| uses.span), "reads secrets")
                .label(trigger.name.span, "runs as the repository")
                .effect("anybody on GitHub can read the secrets by opening a pull request")
                .help("use `pull_request`, or check out in a job of its own without secrets");
            out.report(found);
        }
    }
}
