//! `action-not-pinned`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::{VAULT_ACTION, source};
use crate::lint::workflow::{Uses, UsesKind};

pub static RULE: Rule = Rule {
    code: "action-not-pinned",
    severity: Severity::Warning,
    summary: "an action is named by a tag or branch, which can be moved to other code",
    explanation: "\
`uses: owner/name@v4` runs whatever the tag points to on that day. Only a full commit id, 40 hexadecimal digits, always means the
same code. It is found for every action and reusable workflow of another repository; where the action handles Vault's
secrets it is an error.

Whoever takes over the repository or the account of an action can move its tags, and has then all that your jobs have: it
has happened to actions that thousands of repositories used, and what they printed were secrets.

Write the commit, and the version behind it as a comment: `uses: actions/checkout@COMMIT # v4.2.2`. Dependabot and Renovate keep both
up to date. `gh api repos/OWNER/NAME/commits/TAG --jq .sha` looks the commit up.

Known from: GitHub's advice on security hardening; the incident of tj-actions/changed-files in March 2025. Also known as VW002.
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
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
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
      - uses: actions/checkout@v4
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        if let Some(uses) = &step.step.uses {
            let secrets = source(step.step).is_some();
            judge(view, uses, secrets, out);
        }
    }
    for uses in view.jobs.iter().filter_map(|job| job.job.uses.as_ref()) {
        judge(view, uses, false, out);
    }
}

fn judge(view: &View<'_>, uses: &Uses, secrets: bool, out: &mut Reporter<'_, '_>) {
    let UsesKind::Remote { repository, path, reference } = &uses.kind else { return };
    let name = uses.text.split('@').next().unwrap_or("");
    let pinned = reference.len() == 40 && reference.bytes().all(|b| b.is_ascii_hexdigit());
    let found = if pinned {
        // A commit says nothing to a reader, and tools that update it look for the comment.
        let source = view.sources.get(uses.span.source);
        let line = source.position(uses.span.start).line;
        let of_line = |at: u32| source.position(at).line == line;
        if view.file.comments.iter().any(|comment| of_line(comment.span.start)) {
            return;
        }
        out.found(format!("nothing says which version of `{name}` this is"))
            .severity(Severity::Info)
            .label(uses.span, "a commit without a version")
            .effect("nobody sees how old it is, and tools that update actions can't tell")
            .help("write the version behind it: `# v1.2.3`")
    } else {
        let what = if reference.is_empty() { "by nothing".to_owned() } else { format!("by \"{reference}\"") };
        let severity = if secrets || uses.is(VAULT_ACTION) { Severity::Error } else { Severity::Warning };
        let kind = if path.starts_with(".github/workflows/") { "workflow" } else { "action" };
        out.found(format!("the {kind} `{name}` is named {what}, which can be moved to other code"))
            .severity(severity)
            .label(uses.span, "no commit")
            .effect("whoever takes over that repository runs what they like with all that this job may do")
            .help(format!(
                "write its commit with the version behind it: `gh api repos/{repository}/commits/{} --jq .sha`",
                if reference.is_empty() { "HEAD" } else { reference }
            ))
    };
    out.report(found);
}
