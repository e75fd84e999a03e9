//! `exporter-keep`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use fleet_model::exporter::SHORTEST_RETENTION_DAYS as SHORTEST;

pub static RULE: Rule = Rule {
    code: "exporter-keep",
    severity: Severity::Warning,
    summary: "fleet-exporter keeps runs longer than the file says",
    explanation: "\
GitHub lets a run be repeated for 30 days, and fleet-exporter has to know it then: a repetition of a run that was forgotten would be counted as a new one.
So it keeps runs and jobs that are over for 35 days at least. It is found where `keep` is less, and the volume was sized for that.

Known from: GitHub's documentation of re-running workflows; this program.
",
    good: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter keep="60d" {
    organization "my-org"
}
"#,
    bad: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter keep="7d" size="500Mi" {
    organization "my-org"
}
"#,
    check: Check::Fleet(check),
};

/// Seconds of a day.
const DAY: u64 = 86_400;

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(exporter) = &cx.fleet.exporter else { return };
    if exporter.keep.value.seconds() >= u64::from(SHORTEST) * DAY {
        return;
    }
    let found = out
        .found(format!("runs are kept for {SHORTEST} days, not for {}", exporter.keep.value))
        .label(exporter.keep.span, "less than what it needs")
        .effect(
            "a volume that is sized for less runs full: deliveries are refused then, and nothing is counted",
        )
        .help(format!("write keep=\"{SHORTEST}d\" or more, and about 1Gi for 100,000 jobs a day"));
    out.report(found);
}
