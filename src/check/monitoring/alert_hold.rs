//! `alert-hold`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::monitoring::alerts;
use crate::language::value::Duration;

pub static RULE: Rule = Rule {
    code: "alert-hold",
    severity: Severity::Warning,
    summary: "an alert's condition must hold for a time that does not fit it",
    explanation: "\
`for` says how long the condition of an alert must hold before it fires. Two times do not fit:

- 24 hours or more for an alert on waiting jobs. GitHub cancels a job that nothing has started within that time, so the
  condition ends before the alert fires. This is an error: the alert never fires for the jobs that it is about.
- Less than the interval at which rules are evaluated (`monitoring interval=`, 30 seconds by default). The condition is not
  looked at more often, so the alert waits for the next evaluation, just as with the interval itself.

Write a time between the two: some minutes for what people wait for, longer for what comes right by itself.

Known from: GitHub's limits for Actions; the documentation of Prometheus on alerting rules.
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
    queue-oldest over="15m" for="1m"
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
    queue-oldest over="15m" for="1d"
}
"#,
    check: Check::Fleet(check),
};

/// Alerts on jobs that wait.
const WAITING: &[&str] = &["queue-wait", "queue-oldest", "jobs-unmatched", "pool-saturated"];
/// What GitHub lets a job wait.
const EXPIRY: Duration = Duration(86_400);

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let interval = cx.fleet.monitoring.as_ref().map_or(Duration(30), |node| node.interval.value);
    for alert in alerts(cx.fleet) {
        let hold = alert.hold_time;
        if WAITING.contains(&alert.word) && hold >= EXPIRY {
            let found = out
                .found(format!("jobs must wait for {hold}, and none waits for more than {EXPIRY}"))
                .severity(Severity::Error)
                .label(alert.hold_place, "longer than a job waits")
                .effect(format!("GitHub cancels the jobs before alert {:?} fires", alert.name))
                .help("write some minutes, such as for=\"10m\"");
            out.report(found);
        } else if hold > Duration(0) && hold < interval {
            let found = out
                .found(format!("{hold} is less than the {interval} between two evaluations"))
                .label(alert.hold_place, "not seen")
                .effect(format!("alert {:?} waits for {interval} all the same", alert.name))
                .help(format!("write for=\"{interval}\", or leave it out to fire at once"));
            out.report(found);
        }
    }
}
