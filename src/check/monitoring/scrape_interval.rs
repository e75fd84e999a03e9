//! `scrape-interval`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::value::Duration;

pub static RULE: Rule = Rule {
    code: "scrape-interval",
    severity: Severity::Warning,
    summary: "metrics are scraped too seldom for alerts to see them",
    explanation: "\
Prometheus forgets a series five minutes after its last sample. Scraped every two and a half minutes or less often, one scrape that is
lost leaves a gap in which the series does not exist: conditions end, `for` starts anew, `absent` fires. `rate(…[5m])` needs two
samples in its range, and has a result only by luck.

Write an interval of at most two minutes; 30 seconds is the default. Shorter than 5 seconds costs more than it tells: the exporter
publishes what it learns of GitHub no faster.

Known from: the documentation of Prometheus on staleness.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
monitoring interval="1m"
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
monitoring interval="5m"
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(interval) = cx.fleet.monitoring.as_ref().map(|node| &node.interval) else { return };
    let (wrong, effect) = if interval.value >= Duration(150) {
        ("seldom", "one lost scrape makes series vanish: alerts end and start anew")
    } else if interval.value < Duration(5) {
        ("often", "Prometheus stores many times as much and learns nothing")
    } else {
        return;
    };
    let found = out
        .found(format!("metrics are scraped every {}, which is too {wrong}", interval.value))
        .label(interval.span, format!("too {wrong}"))
        .effect(effect)
        .help("write \"30s\" or \"1m\"");
    out.report(found);
}
