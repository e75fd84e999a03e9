//! `workflow-yaml`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "workflow-yaml",
    severity: Severity::Error,
    summary: "a workflow is no YAML that GitHub takes",
    explanation: "\
It is found where the text of a workflow or action is no YAML, has a key twice in one mapping (in any case: GitHub takes `Env` and `env` for the
same), holds more than one document or nothing at all, or has aliases that never end.

GitHub refuses such a file and shows \"Invalid workflow file\" at its place in the list of runs. None of its jobs ever runs, and checks
that a pull request waits for stay yellow.

Correct the place. Most often it is the indentation of the line before, a tab, or a `:` in a text without quotes.

Known from: the runner's reader of templates (`TemplateReader`), which compares keys without regard to case.
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
    runs-on: build
    timeout-minutes: 10
    env:
      MODE: fast
    steps:
      - run: make test
    env:
      COLOR: always
"#,
    check: Check::Reading,
};
