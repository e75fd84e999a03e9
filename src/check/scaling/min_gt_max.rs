//! `min-gt-max`

use super::{max, max_span, min, min_span};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "min-gt-max",
    severity: Severity::Error,
    summary: "a pool keeps more idle runners than it may have",
    explanation: "\
`min` is the number of idle runners that are kept ready, `max` the number of all runners. It is found where `min` is
the larger one.

The definition of the resource only asks that neither is negative, so the API server accepts the pool, and it is
registered at GitHub. The listener's configuration, however, refuses such numbers: the listener never
starts, no runner is ever made, and jobs queue until GitHub cancels them after 24 hours. The official chart
would have refused to render it.

Write a `min` of at most `max`. Remember that `min` runners are idle ones on top of the busy ones, so `min=1` with
`max=1` never holds a spare runner while a job runs.

Known from: measured with ARC 0.14.2; `Validate` of the listener's configuration.
",
    good: r#"
pool "build" {
    mode "dind"
    runners min=2 max=4
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners min=8 max=4
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (min, Some(max)) = (min(view), max(view)) else { return };
    if min <= max {
        return;
    }
    let found = out
        .found(format!("{min} idle runners are to be kept ready, and {max} are allowed at all"))
        .label(min_span(view), "more than max")
        .label(max_span(view), "max")
        .effect("the pool is registered and its listener never starts: jobs queue for ever")
        .help(format!("write min={max} at most, or raise max to {min}"));
    out.report(found);
}
