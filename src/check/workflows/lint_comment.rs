//! `lint-comment`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "lint-comment",
    severity: Severity::Error,
    summary: "a comment for fleetc says nothing that it can follow",
    explanation: "\
`# fleetc: allow CODE REASON` in a workflow allows one finding: on its own line, or, where the comment has a line to itself, on the line
below. It is found where the reason is missing, where there is no such rule, and, as a note, where nothing is found there (any more).

A comment without a reason allows nothing. Whoever comes later must be able to see whether the reason still holds, and a comment that allows
nothing would allow the next mistake on that line.

Write the reason, or remove the comment.

Known from: linters whose suppressions outlive what they were for.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
jobs:
  test: # fleetc: allow timeout-missing the tool ends itself after ten minutes
    runs-on: build
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
  test: # fleetc: allow timeout-missing
    runs-on: build
    steps:
      - run: make test
"#,
    check: Check::Reading,
};
