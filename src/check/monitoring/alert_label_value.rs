//! `alert-label-value`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "alert-label-value",
    severity: Severity::Error,
    summary: "an alert asks for a value that its label never has",
    explanation: "\
Where all values of a label are known, those of an expression are compared with them: names of pools, namespaces, hardware and
caches of this fleet, its organizations, the conclusions of a run, the windows of a failure rate, the bounds of a
histogram's buckets. A pattern must match one of them.

A choice by a value that never occurs finds nothing. The alert on the pool that was renamed last month never fires,
and nobody misses it.

Write one of the values. Dashboards may use variables (`$pool`), which are not judged.

Known from: the catalogue of metrics in this program, and the fleet file itself.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    alert "Watched" {
        expr "sum(gha_busy_runners{name=\"build\"}) == 0"
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
        expr "sum(gha_busy_runners{name=\"biuld\"}) == 0"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::LabelValue) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(super::milder(
            found.effect(format!("alert {:?} never sees what it is about", wrong.rule)),
            wrong.carried,
        ));
    }
}
