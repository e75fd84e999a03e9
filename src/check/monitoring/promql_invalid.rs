//! `promql-invalid`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "promql-invalid",
    severity: Severity::Error,
    summary: "an alert's expression is no PromQL",
    explanation: "\
The expression of an alert is read as Prometheus reads it. It is found where that fails: a bracket or a string is not
closed, an operator has only one side, a function does not exist or is given something else than it takes.

The Prometheus operator refuses a PrometheusRule that it can't read, and with it every rule of that object: alerts that were good
stay as they were before, and new ones never arrive. Where its webhook is not installed, the object is accepted and left
out of the configuration, which only the operator's log tells.

Correct the expression at the place that is shown. In a string of KDL a quote is written `\\\"`; a raw string,
`#\"sum(x{a=\"b\"})\"#`, needs none of that.

Known from: the Prometheus operator's admission webhook and its handling of invalid rules.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    alert "Watched" {
        expr "sum(gha_busy_runners{pool=\"build\"}) == 0"
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
        expr "sum(gha_busy_runners{pool=\"build\"} == 0"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::Invalid) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(found.effect("the operator refuses the PrometheusRule, with all alerts in it"));
    }
}
