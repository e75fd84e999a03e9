//! `alert-on-missing-label`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "alert-on-missing-label",
    severity: Severity::Error,
    summary: "an alert asks for a label that its metric does not have",
    explanation: "\
The labels between braces, and those of `by`, `on` and `group_left`, are compared with those that the metric has: its own, those
that Prometheus adds (`job`, `namespace`, `pod`), and `pool`, which fleetc adds to what ARC exports.

A choice by a label that is not there finds nothing, so the alert never fires. A sum `by` such a label puts all series into
one, so that one alert stands for all pools, and the pool is not named in it.

Write a label that the metric has. Job metrics of a listener (`gha_started_jobs_total`, `gha_job_startup_duration_seconds`)
have only those labels of a job that `listenerMetrics` asks for: fleetc leaves out those that name jobs and workflows, of
which there is no end.

Known from: `cmd/ghalistener/metrics/metrics.go` of ARC 0.14.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    alert "Watched" {
        expr "sum by (pool) (gha_busy_runners) == 0"
    }
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    alert "Watched" {
        expr "sum by (pol) (gha_busy_runners) == 0"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::MissingLabel) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(super::milder(
            found.effect(format!("alert {:?} chooses or groups by nothing", wrong.rule)),
            wrong.carried,
        ));
    }
}
