//! `metrics-off`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::monitoring::alerts;
use crate::monitoring::selectors;
use fleet_model::metrics::{self, Source};

pub static RULE: Rule = Rule {
    code: "metrics-off",
    severity: Severity::Error,
    summary: "alerts rest on metrics of ARC, and those are turned off",
    explanation: "\
ARC's controller and the listeners export metrics only where the chart's `metrics` values are set. `controller
metrics=#false` leaves them out: the chart then starts the controller with `--metrics-addr=0`, and listeners open no port.
It is found where an alert asks for a metric of ARC all the same. Where fleetc does not install the controller, the
file's `metrics` says what its owners have set.

No series exists, no comparison has a result, and no alert fires, whatever happens to the pools.

Turn the metrics on, which costs little: without the labels of jobs, which fleetc leaves out, a listener exports fewer
than 100 series. Or remove the alerts.

Known from: values and Deployment of ARC's chart `gha-runner-scale-set-controller` 0.14.2.
",
    good: r#"
controller service-account="arc" metrics=#true
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    listener-down
}
"#,
    bad: r#"
controller service-account="arc" metrics=#false
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    listener-down
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(node) = cx.fleet.controller.node.as_ref().filter(|node| !node.metrics.value) else { return };
    let of_arc = |name: &str| {
        metrics::find(name)
            .is_some_and(|series| matches!(series.metric.source, Source::Listener | Source::ArcController))
    };
    let alerts = alerts(cx.fleet);
    let resting = alerts.iter().filter(|alert| selectors(&alert.expr).iter().any(|(name, _)| of_arc(name)));
    let resting: Vec<_> = resting.collect();
    let Some(first) = resting.first() else { return };
    let names: Vec<_> = resting.iter().map(|alert| alert.name.as_str()).collect();
    let found = out
        .found(format!("{} of the alerts rest on metrics of ARC, which are off", names.len()))
        .label(node.metrics.span, "turned off here")
        .label(first.place, "needed here")
        .effect(format!("these never fire: {}", names.join(", ")))
        .help("write metrics=#true");
    out.report(found);
}
