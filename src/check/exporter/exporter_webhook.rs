//! `exporter-webhook`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "exporter-webhook",
    severity: Severity::Error,
    summary: "fleet-exporter is to take webhooks and has no secret for them, or the other way round",
    explanation: "\
It is found where `mode` of `exporter` is `webhook` or `both` and there is no `webhook` with a Secret, and where there is one and the mode is `poll`.

The exporter refuses every delivery that it can't prove to be GitHub's: anybody who reaches the address could write metrics else. Without a
secret it answers all of them with an error, which GitHub shows in its list of failed deliveries, and in mode `webhook` it never learns of a
run. With a secret and the mode `poll` the deliveries are refused just the same.

Write `webhook \"NAME\"`: a Secret with the key `secret`, in the namespace of ARC's controller. Name two while one is replaced. Without `mode`, a
`webhook` is enough for both ways.

Known from: this program.
",
    good: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter {
    organization "my-org"
    webhook "fleet-exporter-webhook"
}
"#,
    bad: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter mode="both" {
    organization "my-org"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(exporter) = cx.fleet.the_exporter() else { return };
    let Some(mode) = &exporter.node.mode else { return };
    if exporter.hears() && exporter.webhook_secrets().next().is_none() {
        let found = out
            .found("fleet-exporter is to take webhooks, and no secret says which are GitHub's")
            .label(mode.span, "takes webhooks")
            .effect("it refuses every delivery")
            .help("add `webhook \"NAME\"`, a Secret with the key `secret` beside ARC's controller, or write `mode=\"poll\"`");
        out.report(found);
    }
    if let (false, Some(webhook)) = (exporter.hears(), &exporter.node.webhook) {
        let found = out
            .found("fleet-exporter has a secret for webhooks, and takes none")
            .label(mode.span, "takes no webhooks")
            .label(webhook.span, "not used")
            .effect("it refuses every delivery, and is as old as its last look at GitHub")
            .help("write `mode=\"both\"`, or remove `webhook`");
        out.report(found);
    }
}
