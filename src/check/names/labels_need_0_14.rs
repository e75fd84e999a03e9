//! `labels-need-0.14`

use super::identity::{labels, labels_span};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "labels-need-0.14",
    severity: Severity::Error,
    summary: "a pool has labels, and the release of ARC does not know them",
    explanation: "\
`runnerScaleSetLabels` exists since ARC 0.14.0. Before that a scale set is reached by its name only.

The API server drops a field that the resource's definition does not know, without an error: the pool looks
healthy, is registered under its name alone, and every job that asks for one of the labels queues until GitHub cancels
it after 24 hours.

Raise `arc` in `versions` to 0.14.1 or later, with the definitions (CRDs) of the same release, or remove `labels` and
let workflows name the pool. Labels are sent only when a scale set is created: pools that exist
already must be made anew to get them.

Known from: the definitions of `AutoscalingRunnerSet` in ARC 0.13.1 and 0.14.0 compared.
",
    good: r#"
versions {
    arc "0.14.2"
}

pool "build" {
    mode "dind"
    runners max=4
    labels "docker"
}
"#,
    bad: r#"
versions {
    arc "0.13.1"
}

pool "build" {
    mode "dind"
    runners max=4
    labels "docker"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let versions = &cx.fleet.versions;
    if versions.arc.scale_set_labels || labels(view).next().is_none() {
        return;
    }
    let found = out
        .found(format!("labels need ARC 0.14.0 or later, and the fleet runs {}", versions.arc.version))
        .label(labels_span(view), "not known to this release")
        .label(versions.arc_span, "the release")
        .effect("the API server drops the labels silently: jobs that ask for one queue for ever")
        .help("write `arc \"0.14.2\"` in `versions`, or remove the labels and let jobs name the pool");
    out.report(found);
}
