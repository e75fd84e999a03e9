//! `rollout-blast`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::diff::{Effect, Verb};

/// Pools that one change may interrupt where the fleet does not say: about what one controller works off in minutes
/// with its own defaults (ARC issue 4470).
const DEFAULT: u32 = 100;

pub static RULE: Rule = Rule {
    code: "rollout-blast",
    severity: Severity::Error,
    summary: "one change interrupts more pools than the fleet allows",
    explanation: "\
It counts the pools whose listener restarts, whose runners are replaced, or that are re-created by the change, and compares that
with `fleet { rollout pools=… }`. Where the fleet does not say how many, more than 100 are a warning.

The controller works on a few pools at a time, and each asks GitHub for tokens and a session. A change of all
pools at once is minutes to hours in which most of them take no job. If the change is wrong, say an image that does not
start, release 0.14 tries again without a pause, and uses up the installation's requests to GitHub for all others.

Split the change: one template, one namespace, one cluster after the other. Where it must be all at once, raise the number
in the same change, so that a reviewer sees it.

Known from: ARC issues 4656, 4200 and 4470.
",
    good: r#"
 fleet "example" {
     namespace "arc-runners"
     github "https://github.com/my-org" app-secret="github-app"
     rollout pools=1
 }
 pool "build" {
     mode "dind"
-    runners max=4
+    runners max=5
 }
 pool "test" {
     mode "dind"
     runners max=4
 }
"#,
    bad: r#"
 fleet "example" {
     namespace "arc-runners"
     github "https://github.com/my-org" app-secret="github-app"
     rollout pools=1
 }
 pool "build" {
     mode "dind"
-    runners max=4
+    runners max=5
 }
 pool "test" {
     mode "dind"
-    runners max=4
+    runners max=5
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    let budget = cx.after.fleet.node.rollout.as_ref().map(|rollout| &rollout.pools);
    let interrupted = cx.diff.entries.iter().filter(|entry| {
        let counts = entry.subject.kind == "pool" && entry.verb == Verb::Changed;
        counts && entry.effect >= Effect::ListenerRestarts
    });
    let count = interrupted.count();
    let most = budget.map_or(DEFAULT, |budget| budget.value.0);
    if count as u64 <= u64::from(most) {
        return;
    }
    let all = cx.after.fleet.pools.len();
    let mut found = out
        .found(format!("this change interrupts {count} of {all} pools; {most} at a time are allowed"))
        .effect("the controller works on a few pools at a time: the others take no jobs meanwhile, and a mistake hits all of them")
        .help(format!("split the change, or raise it knowingly: `fleet {{ rollout pools={count} }}`"));
    found = match budget {
        Some(budget) => found.label(budget.span, "allowed"),
        None => {
            found.label(cx.after.fleet.node.span, "names no number of its own").severity(Severity::Warning)
        }
    };
    out.report(found);
}
