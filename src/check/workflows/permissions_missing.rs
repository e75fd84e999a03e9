//! `permissions-missing`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;

pub static RULE: Rule = Rule {
    code: "permissions-missing",
    severity: Severity::Info,
    summary: "what the token of jobs may do is left to the repository's settings",
    explanation: "\
Each job gets a token for GitHub's API. Where neither the workflow nor the job has `permissions`, the settings of the repository or
organization decide what it may do, and in older ones that is to write almost everything. It is found in workflows with a job
on a pool of the fleet.

An action that is taken over, or a script that runs what it downloaded, can then push to the repository and publish releases.

Write `permissions: {}` at the top of the workflow, and in each job what that needs, such as `contents: read`.

Known from: GitHub's documentation of GITHUB_TOKEN; its default was changed to read for new organizations in 2023, and not for old ones.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  test:
    runs-on: build
    permissions:
      contents: read
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    let missing = |job: &&crate::lint::JobView<'_>| job.workflow.permissions_of(job.job).is_none();
    let mut jobs = view.jobs.iter().filter(missing).filter(|job| job.pool(|_| true).is_some());
    let Some(first) = jobs.next() else { return };
    let more = match jobs.count() {
        0 => String::new(),
        1 => ", and one other job".to_owned(),
        count => format!(", and {count} other jobs"),
    };
    let found = out
        .found(format!("nothing says what the token of job \"{}\"{more} may do", first.job.id.value))
        .label(first.job.id.span, "no `permissions`")
        .effect("where the repository's settings are old, any step can push to it")
        .help("write `permissions: {}` at the top of the workflow, and in each job what it needs");
    out.report(found);
}
