//! `name-too-long`

use super::derived_name_over_63::LONGEST_WITH_ACCOUNT;
use super::name_truncation_collision::RANDOM;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

/// Longest name of a scale set: ARC derives the listener's name and a label value from it.
pub(super) const LONGEST: usize = 45;

pub static RULE: Rule = Rule {
    code: "name-too-long",
    severity: Severity::Error,
    summary: "a pool's name is longer than 45 characters",
    explanation: "\
ARC derives names from a pool's name: the listener is `NAME-HASH-listener`, and that becomes a label
value, which Kubernetes limits to 63 characters. The official chart refuses names of more than 45
characters; the API server does not, so without this rule the pool is accepted and its listener is
never made: jobs queue for ever.

Known from: the chart `gha-runner-scale-set` 0.14.2, ARC issue 2697.
",
    good: r#"
pool "build-linux-x64-cuda-12-large-memory" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build-linux-x64-cuda-12-large-memory-for-nightly-tests" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Pool(check),
};

/// The longest name that no other rule about lengths minds either.
fn safe(cx: &Context<'_>, view: PoolView<'_>) -> usize {
    let room = cx.fleet.versions.arc.workflow_name_room.saturating_sub(RANDOM);
    let longest = LONGEST_WITH_ACCOUNT;
    if view.pool.mode.has_workflow_pod() { room.min(longest) } else { longest }
}

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let name = view.pool.name();
    if name.len() <= LONGEST {
        return;
    }
    let found = out
        .found(format!("the pool's name has {} characters, {LONGEST} are allowed", name.len()))
        .label(view.pool.span(), "too long")
        .effect("ARC accepts the pool and never makes its listener: its jobs queue for ever")
        .help(format!("shorten it to {} characters", safe(cx, view)));
    out.report(found);
}
