//! `listener-stalls`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::names::identity::some_of;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::diff::{Effect, Verb};

pub static RULE: Rule = Rule {
    code: "listener-stalls",
    severity: Severity::Warning,
    summary: "a pool with idle runners gets a new listener that waits for them to end",
    explanation: "\
Any change of a pool's `spec` makes ARC delete its listener. With the update strategy `eventual` the new one is
made only when no runner of the pool is left. It is found where a pool keeps idle runners (`min` above 0) and something
changes that concers the listener alone: `min`, `max`, the listener's own pod, its metrics.

The idle runners wait for jobs, which only a listener could take. So they never end, and the listener never comes
back: every job of the pool queues until somebody scales its EphemeralRunnerSet to 0 by hand. A change that reaches the
runner's pod as well is safe: for that the controller scales the set to 0 itself.

Either let the controller roll such pools (`controller update-strategy=\"immediate\"`, where old and new runners fit side by
side), or be there when it is applied:

    kubectl -n NAMESPACE scale ephemeralrunnerset -l actions.github.com/scale-set-name=POOL --replicas 0

Known from: ARC issues 4432 (open) and 4563, `drainingJobs` of ARC 0.14.2.
",
    good: r#"
 pool "build" {
     mode "dind"
-    runners min=0 max=4
+    runners min=0 max=8
 }
"#,
    bad: r#"
 pool "build" {
     mode "dind"
-    runners min=1 max=4
+    runners min=1 max=8
 }
"#,
    check: Check::Change(check),
};

/// Most places that are shown.
const SHOWN: usize = 3;

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    let stalls = |entry: &&crate::diff::Entry| {
        let listener =
            |one: &crate::diff::Consequence| one.effect == Effect::PoolStalls && !one.fields.is_empty();
        entry.verb == Verb::Changed && entry.subject.kind == "pool" && entry.consequences.iter().any(listener)
    };
    let named: std::collections::HashSet<_> =
        cx.diff.entries.iter().filter(stalls).map(|entry| entry.subject.name.as_str()).collect();
    let pools: Vec<_> = cx.pools().filter(|(_, is)| named.contains(is.pool.name())).collect();
    if pools.is_empty() {
        return;
    }
    let names = some_of(pools.iter().map(|(_, is)| is.pool.name()));
    let (noun, get, its) =
        if pools.len() == 1 { ("pool", "gets", "a listener") } else { ("pools", "get", "listeners") };
    let mut found = out
        .found(format!("{noun} {names} {get} {its} that cannot start while idle runners are left"))
        .effect("jobs queue until somebody scales the EphemeralRunnerSet to 0: idle runners never end without a listener")
        .help("have `kubectl scale ephemeralrunnerset … --replicas 0` ready when this is applied, or use `controller update-strategy=\"immediate\"`");
    for (_, is) in pools.iter().take(SHOWN) {
        found = found.label(is.pool.node.runners.span, "keeps idle runners");
    }
    out.report(found);
}
