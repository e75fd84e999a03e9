//! `alert-always-fires`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "alert-always-fires",
    severity: Severity::Warning,
    summary: "an alert's condition always holds",
    explanation: "\
The comparison of an alert with a number is looked at with what is known of the metric: counts, shares and spans of time are
not negative. It is found where it is true whatever happens, such as `>= 0` of a number of jobs, or
`consecutive-failures at-least=0`.

The alert fires from the first evaluation on, for every series. People silence it, and it is silent when it matters.

Write a number that is only reached when something is wrong, or `> 0` where none is expected.

Known from: the catalogue of metrics.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    alert "Watched" {
        expr "sum by (pool) (gha_controller_failed_ephemeral_runners) > 0"
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
        expr "sum by (pool) (gha_controller_failed_ephemeral_runners) >= 0"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::Always) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(found.effect(format!("alert {:?} fires all the time", wrong.rule)));
    }
}
