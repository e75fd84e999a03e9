//! `counter-without-rate`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "counter-without-rate",
    severity: Severity::Warning,
    summary: "an alert compares a counter's own value",
    explanation: "\
A counter counts since its program started. Its value says how long the program has run as much as what happened, and
falls to zero with a restart. An alert on it starts to fire one day, fires for ever, and is quiet after the next roll-out.

Ask how fast it grows, `rate(…[5m])`, or by how much, `increase(…[1h])`. Whether there is such a series at all,
`absent(…)` and `count(…)`, can be asked of a counter too.

fleet-exporter keeps its counters over restarts; even so their value is a sum since the first day.

Known from: the documentation of Prometheus on metric types.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
exporter {
    organization "my-org"
}
alerts {
    alert "Watched" {
        expr "sum(increase(github_actions_jobs_total{conclusion=\"failure\"}[1h])) > 10"
    }
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
exporter {
    organization "my-org"
}
alerts {
    alert "Watched" {
        expr "sum(github_actions_jobs_total{conclusion=\"failure\"}) > 10"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::BareCounter) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(found.effect(format!("alert {:?} starts to fire one day and does not stop", wrong.rule)));
    }
}
