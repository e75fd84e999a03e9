//! `alert-duplicate`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::monitoring::{ResolvedAlert, alerts};
use std::collections::HashMap;

pub static RULE: Rule = Rule {
    code: "alert-duplicate",
    severity: Severity::Error,
    summary: "two alerts have one name",
    explanation: "\
Alertmanager groups, silences and counts alerts by their name and labels. Two alerts of one name in one fleet, such as a
typed alert that stands twice with different thresholds, can't be told apart: a silence for the one silences the other,
the page on what to do is the same, and where their labels agree too one of them replaces the other.

Give one of them a name of its own: `queue-wait over=\"15s\" name=\"GpuQueueWait\" { pools \"gpu\" }`.

Known from: the documentation of Prometheus and Alertmanager.
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
    queue-wait over="60s"
    queue-wait over="10m" severity="critical" name="QueueStands"
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
    queue-wait over="60s"
    queue-wait over="10m" severity="critical"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let all = alerts(cx.fleet);
    let mut first: HashMap<&str, &ResolvedAlert> = HashMap::new();
    for alert in &all {
        let Some(other) = first.get(alert.name.as_str()) else {
            first.insert(&alert.name, alert);
            continue;
        };
        if other.place == alert.place {
            // The same alert in another cluster.
            continue;
        }
        let found = out
            .found(format!("two alerts are called {:?}", alert.name))
            .label(alert.place, "again here")
            .label(other.place, "first here")
            .effect("a silence for one silences the other")
            .help("give one of them a name of its own, with `name=` or in its first argument");
        out.report(found);
    }
}
