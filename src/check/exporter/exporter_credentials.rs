//! `exporter-credentials`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "exporter-credentials",
    severity: Severity::Error,
    summary: "fleet-exporter has to ask GitHub, and has no credentials for it, or two",
    explanation: "\
fleet-exporter asks GitHub in the modes `poll` and `both`. For that it takes the Secret that `exporter` names, or, where it names none, one of the
same name as the fleet's `github`, in the namespace of ARC's controller: pods can't read Secrets of another namespace. It is found
where neither names one, and where `exporter` names an App's and a token's at once.

Without credentials the exporter starts, knows nothing, and its alerts never fire; of two, one would not be used.

Write `app-secret=`. An App needs the permissions Actions: read, Metadata: read, and Self-hosted runners: read of the organization; `fleet-exporter
--check` names one that is missing. A token shares the budget of its user.

Known from: this program, and GitHub's documentation of permissions of Apps.
",
    good: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter app-secret="fleet-exporter-app" {
    organization "my-org"
}
"#,
    bad: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter app-secret="fleet-exporter-app" token-secret="fleet-exporter-token" {
    organization "my-org"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(exporter) = cx.fleet.the_exporter() else { return };
    let node = exporter.node;
    if let (Some(app), Some(token)) = (&node.app_secret, &node.token_secret) {
        let found = out
            .found("fleet-exporter asks GitHub as one, and two credentials are given")
            .label(token.span, "this would not be used")
            .label(app.span, "for this one is")
            .effect("who believes that it asks with the token watches the wrong budget")
            .help("keep one: an App has a budget of its own");
        out.report(found);
    }
    if exporter.polls() && exporter.secret().is_none() {
        let found = out
            .found("fleet-exporter asks GitHub, and has no credentials")
            .label(node.span, "names no Secret")
            .label(cx.fleet.node.github.span, "nor does this")
            .effect("it starts and knows nothing: metrics are absent and alerts on them never fire")
            .help("add `app-secret=\"NAME\"`, a Secret with `github_app_id` and `github_app_private_key` beside ARC's controller");
        out.report(found);
    }
}
