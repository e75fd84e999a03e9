//! `timeout-missing`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;

pub static RULE: Rule = Rule {
    code: "timeout-missing",
    severity: Severity::Warning,
    summary: "a job on a pool may hang for six hours",
    explanation: "\
A job without `timeout-minutes` is ended by GitHub after 360 minutes. It is found where such a job runs on a pool; on a pool
whose jobs hold a device it is an error.

A job that hangs (a test that waits for input, a download that stalls) holds its runner, and its GPU or board, for six hours.
With three of them that is the whole pool, and everybody else waits.

Write `timeout-minutes` into the job: twice of what it usually takes. The time in the queue does not count, so it
need not be generous.

Known from: GitHub's default of 360 minutes.
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
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in view.jobs.iter().filter(|job| job.job.timeout.is_none()) {
        let scarce = job.pool(|pool| pool.holds_device());
        let Some((pool, target)) = scarce.or_else(|| job.pool(|_| true)) else { continue };
        let (severity, held) = match pool.holds_device() {
            true => (Severity::Error, "its runner and its device"),
            false => (Severity::Warning, "its runner"),
        };
        let found = out
            .found(format!("job \"{}\" has no `timeout-minutes`", job.job.id.value))
            .severity(severity)
            .label(job.job.id.span, "no limit of its own")
            .label(target.place(), format!("runs on pool \"{}\"", pool.name()))
            .effect(format!("if it hangs, it holds {held} for six hours"))
            .help("write `timeout-minutes:` with twice of what it usually takes");
        out.report_about(pool, found);
    }
}
