//! `exporter-reads-nothing`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "exporter-reads-nothing",
    severity: Severity::Error,
    summary: "fleet-exporter reads no organization",
    explanation: "\
fleet-exporter reads the organizations that `exporter` names, or, where it names none, the one that the fleet's runners are registered at. It is found
where it names none and the fleet is registered at an enterprise: GitHub lists the repositories and runs of organizations only.

The exporter would refuse each delivery and ask for nothing.

Name the organizations of the enterprise that use the fleet, and install the App in each.

Known from: GitHub's REST API, which has no list of runs or repositories of an enterprise.
",
    good: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter {
    organization "my-org"
    organization "my-other-org"
}
"#,
    bad: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/enterprises/big" token-secret="github-token"
}
exporter
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(exporter) = cx.fleet.the_exporter() else { return };
    if !exporter.organizations().is_empty() {
        return;
    }
    let found = out
        .found("fleet-exporter reads no organization")
        .label(exporter.node.span, "names none")
        .label(cx.fleet.node.github.url.span, "an enterprise, of which GitHub lists no runs")
        .effect("it refuses each delivery and asks for nothing: metrics are absent, and alerts on them never fire")
        .help("name the organizations that use the fleet: `organization \"NAME\"`");
    out.report(found);
}
