//! `vault-action-outdated`

use super::version;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::VAULT_ACTION;

/// The first release that masks each line of a secret.
const MASKS_LINES: [u32; 3] = [2, 2, 0];

pub static RULE: Rule = Rule {
    code: "vault-action-outdated",
    severity: Severity::Error,
    summary: "this release of vault-action prints secrets of more than one line",
    explanation: "\
Before 2.2.0 `hashicorp/vault-action` masked a secret only as a whole. The runner masks line by line, so a secret of more than one line, such
as a private key, was not masked at all. It is found where the version, or the comment behind the commit, is an older one.

Each line of such a secret that any step prints stands in the log, which everybody who may read the repository may read.

Take the newest release: its commit, and the version behind it as a comment.

Known from: the advisory GHSA-4mgv-m5cm-f9h7. Also known as VW002.
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
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          role: ci
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#,
    bad: r#"
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
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - uses: hashicorp/vault-action@v2.1.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          role: ci
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        let Some(uses) = step.step.uses.as_ref().filter(|uses| uses.is(VAULT_ACTION)) else { continue };
        let source = view.sources.get(uses.span.source);
        let line = source.position(uses.span.start).line;
        let comment =
            view.file.comments.iter().find(|comment| source.position(comment.span.start).line == line);
        let written = comment.and_then(|comment| version(comment.text.split_whitespace().next()?));
        let Some(of_action) = uses.reference().and_then(version).or(written) else { continue };
        // `v2` is whatever it points to; `v1` is old whatever that is.
        let known = &MASKS_LINES[..of_action.len().min(MASKS_LINES.len())];
        if of_action.as_slice() >= known {
            continue;
        }
        let found = out
            .found("this release of vault-action does not mask secrets of more than one line")
            .label(uses.span, "older than 2.2.0")
            .effect("a private key that any step prints stands in the log, readable for everybody who sees the run")
            .help("take the newest release, by its commit");
        out.report(found);
    }
}
