//! `gauge-scope`

use super::wrong;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::monitoring::ProblemKind;

pub static RULE: Rule = Rule {
    code: "gauge-scope",
    severity: Severity::Warning,
    summary: "a gauge of a pool is asked for one repository",
    explanation: "\
The gauges that ARC exports of a pool carry the scope that the pool is registered for. `repository` of an organization's pool is empty,
whichever repository's jobs it runs; only the metrics of jobs (`gha_started_jobs_total` and others) carry the job's
repository. It is found where a gauge is chosen by a repository and no pool is registered for that alone.

The choice finds nothing, so the alert never fires and the panel is empty.

Choose by `pool`. For jobs that wait or run by repository there is fleet-exporter: `github_actions_jobs_total`,
`github_actions_workflow_runs_in_progress`.

Known from: ARC issues 4304 and 4525; `cmd/ghalistener/metrics/metrics.go`.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    alert "Watched" {
        expr "sum(gha_running_jobs{pool=\"build\"}) > 3"
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
        expr "sum(gha_running_jobs{repository=\"app\"}) > 3"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for wrong in wrong(cx, ProblemKind::GaugeScope) {
        let found = wrong.diagnostic(out.found(&wrong.problem.message));
        out.report(found.effect(format!("alert {:?} sees no series", wrong.rule)));
    }
}
