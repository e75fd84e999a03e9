//! `alert-on-missing-metric`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "alert-on-missing-metric",
    severity: Severity::Error,
    summary: "an alert asks for a metric that nothing exports",
    explanation: "\
Each metric that an expression asks for is looked up in the catalogue of what is really exported: by fleet-exporter (where
the file has `exporter`), fleet-controller, the listeners and the controller of ARC, and kube-state-metrics. What a listener exports is exactly
what `listenerMetrics` of its AutoscalingRunnerSet lists, after patches.

A comparison with a series that does not exist has no result, and no result is no alert: it never fires, and looks
healthy. That is how `gha_job_queue_duration_seconds`, which no release of ARC has, came into alerts and dashboards.

Write the metric that was meant. If another program exports it, declare it: `monitoring { metric \"node_load1\" }`, with its
labels if they shall be checked too. In a PrometheusRule that is carried along with `manifest` it is a warning, since that
may watch other things.

Known from: ARC issues 3423, 4431 and 4507; `cmd/ghalistener/metrics` of ARC 0.14.
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
        expr "sum(gha_busy_runner{pool=\"build\"}) == 0"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::MissingMetric) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(super::milder(
            found.effect(format!("alert {:?} never fires: nothing is compared", wrong.rule)),
            wrong.carried,
        ));
    }
}
