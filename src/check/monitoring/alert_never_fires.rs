//! `alert-never-fires`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "alert-never-fires",
    severity: Severity::Error,
    summary: "an alert's threshold can't be reached",
    explanation: "\
Of many metrics it is known where their values lie: a share is from 0 to 1, a pool's busy runners are at most its `max`, a job waits
at most 24 hours before GitHub cancels it, a quantile of a histogram is at most the greatest bound of its buckets. The comparison with
a number is looked at with that. It is found where it can't be true, in a typed alert as in one of your own.

Such an alert gives a feeling of safety and nothing else. The usual causes are a percentage where a share is meant (90 for 0.9),
milliseconds for seconds, and a pool that was made smaller.

Write a number that can be reached.

Known from: the catalogue of metrics, the `max` of pools; GitHub's limit of 24 hours for queued jobs.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    alert "Watched" {
        expr "sum(gha_busy_runners{pool=\"build\"}) > 3"
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
        expr "sum(gha_busy_runners{pool=\"build\"}) > 4"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::Never) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(found.effect(format!("alert {:?} never fires", wrong.rule)));
    }
}
