//! `workflow-expression`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "workflow-expression",
    severity: Severity::Error,
    summary: "what stands in `${{ }}` or under `if` is no expression",
    explanation: "\
It is found where GitHub could not read an expression: texts in double quotes, a single `=` or `&`, a bracket that is not closed, or `}}`
missing. Names of contexts and functions, and types, are actionlint's business.

GitHub refuses the whole workflow and shows \"Invalid workflow file\". None of its jobs ever runs.

Texts stand in single quotes, and a quote in them is doubled: `'it''s'`. Equality is `==`, both conditions `&&`, either `||`.

Known from: GitHub's documentation of expressions, and the runner's reader of them.
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
    if: github.ref == 'refs/heads/main'
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
    if: github.ref == "refs/heads/main"
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Reading,
};
