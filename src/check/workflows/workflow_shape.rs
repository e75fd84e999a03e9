//! `workflow-shape`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "workflow-shape",
    severity: Severity::Error,
    summary: "a workflow lacks what every workflow has",
    explanation: "\
A workflow is a mapping with `on` and `jobs`; a job says where it runs (`runs-on`) or which workflow it calls (`uses`). It is found where one
of these is missing. fleetc reads no more of GitHub's schema than it needs: actionlint checks the rest.

GitHub refuses such a file and shows \"Invalid workflow file\". None of its jobs ever runs.

Add what is missing. A file under `.github/workflows/` that is no workflow belongs elsewhere.

Known from: GitHub's documentation of the syntax of workflows.
",
    good: r#"
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
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Reading,
};
