//! `two-step-mode-change`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "two-step-mode-change",
    severity: Severity::Error,
    summary: "the mode of a living pool changes",
    explanation: "\
It is found where a pool keeps its name and its `mode` changes.

With the mode the accounts and roles beside the pool are swapped. Argo CD deletes the old ones at the end of the sync, while
runners of the old mode are still busy: without their account the container hooks can neither start a step nor clean up, and
those jobs fail. Workflows fit one mode only as well: a job without `container:` is refused in the kubernetes modes, and
`docker build` fails there.

Add a pool of another name in the new mode, move the workflows over, and remove the old one when nothing names it. Where the
name must stay, set `runners min=0 max=0` in one change, wait until no job of the pool runs, and change the mode in the next.

Known from: ARC issues 3440 and 4454, KBVE/kbve 12987.
",
    good: r#"
 pool "build" {
     mode "dind"
     runners max=4
 }
+pool "build-kube" {
+    mode "kubernetes-novolume"
+    runners max=4
+    job cpu=2 memory="4Gi" storage="10Gi"
+}
"#,
    bad: r#"
 pool "build" {
-    mode "kubernetes-novolume"
+    mode "dind"
     runners max=4
     job cpu=2 memory="4Gi" storage="10Gi"
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for (was, is) in cx.pools().filter(|(was, is)| was.pool.mode != is.pool.mode) {
        // A pool that is drained has no job that could be hurt.
        if was.pool.max() == Some(0) {
            continue;
        }
        let found = out
            .found(format!(
                "pool \"{}\" changes from {} to {} while jobs may run",
                is.pool.name(),
                was.pool.mode,
                is.pool.mode
            ))
            .label(is.pool.node.mode.span, "the new mode")
            .label(was.pool.node.mode.span, "the old one")
            .effect("the accounts of its busy runners are deleted under them: their jobs fail, and new ones may not fit the mode")
            .help("make a pool of another name, or drain this one first: `runners min=0 max=0` in a change of its own");
        out.report_about(is.pool, found);
    }
}
