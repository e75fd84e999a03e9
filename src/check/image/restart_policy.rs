//! `restart-policy`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "restart-policy",
    severity: Severity::Error,
    summary: "the runner's container is restarted after its job",
    explanation: "\
A runner of ARC takes one job. Its configuration is spent then, and its pod must end: that is how ARC
notices that the slot is free. Kubernetes restarts containers unless the pod says `restartPolicy: Never`:
with `Always` or `OnFailure` the runner starts again with a spent configuration, fails, and starts again.
The slot stays taken, and with enough of them the pool takes no more jobs.

fleetc writes `Never`, as the official chart does since 0.6. This rule finds patches that change it.

Known from: ARC issue 2787, the chart `gha-runner-scale-set`.
",
    good: r#"
pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r##"
pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              template:
                spec:
                  restartPolicy: OnFailure
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(pod) = view.objects.runner_pod() else { return };
    let policy = pod.restart_policy.as_deref();
    if policy == Some("Never") {
        return;
    }
    let found = out
        .found(format!(
            "runners of pool \"{}\" are restarted: restartPolicy is {}",
            view.pool.name(),
            policy.unwrap_or("Always, the default")
        ))
        .label(view.runner_pod_span(view.pool.span()), "changed by this patch")
        .effect("after its job a runner starts again with a spent configuration and keeps its slot for ever")
        .help("keep `restartPolicy: Never`");
    out.report(found);
}
