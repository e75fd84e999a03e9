//! `max-zero`

use super::{max, max_span, min};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "max-zero",
    severity: Severity::Info,
    summary: "a pool takes no jobs, because max is 0",
    explanation: "\
`max=0` drains a pool: running jobs end, no new runner is made, and the pool stays registered. That is a good
way to empty hardware before maintenance, and easily forgotten afterwards.

While it lasts, jobs that name the pool queue at GitHub, without an error anywhere, and are cancelled after 24 hours. Since
ARC 0.9.1 the listener takes no jobs in that state; older ones took them and then had no runner for them.

Raise `max` when the work is done. Where the pool is to go for good, remove it once no workflow
names it any more.

Known from: ARC issue 3446, pytorch/ci-infra pull request 926.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=0
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    // With a min above it, `min-gt-max` says more.
    if max(view) != Some(0) || min(view) > 0 {
        return;
    }
    let found = out
        .found(format!("pool \"{}\" is drained: it may have no runners", view.pool.name()))
        .label(max_span(view), "none")
        .effect("running jobs end; new ones that name this pool queue until max is raised, and are cancelled after 24 hours")
        .help("raise max when the pool is to take jobs again");
    out.report(found);
}
