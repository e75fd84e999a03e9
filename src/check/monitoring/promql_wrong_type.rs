//! `promql-wrong-type`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "promql-wrong-type",
    severity: Severity::Error,
    summary: "a function is used on the wrong kind of metric",
    explanation: "\
`rate`, `irate`, `increase` and `resets` are for counters, which only grow: they take each fall for a restart and add what was
there before. On a gauge, such as a number of runners, every runner that ends its job is taken for a restart, and the result
is a number without meaning that is mostly too large. `delta`, `deriv` and `predict_linear` are for gauges: on a counter they
show a restart as a large negative change. `histogram_quantile` computes from buckets, which it tells apart by the
label `le`; without it there is no result.

Use the function of the kind, and keep `le` when summing buckets: `sum by (pool, le) (rate(…_bucket[5m]))`.

Known from: the documentation of Prometheus on functions.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    alert "Watched" {
        expr "avg_over_time(gha_busy_runners[1h]) > 3"
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
        expr "rate(gha_busy_runners[5m]) > 3"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::WrongType) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(found.effect(format!("alert {:?} compares a number that means nothing", wrong.rule)));
    }
}
