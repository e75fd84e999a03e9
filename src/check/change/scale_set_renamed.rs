//! `scale-set-renamed`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::names::identity::scale_set_name;
use crate::check::{Check, PoolView, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::diff::registration::Move;

pub static RULE: Rule = Rule {
    code: "scale-set-renamed",
    severity: Severity::Warning,
    summary: "a pool has a new name, and workflows may still name the old one",
    explanation: "\
`runs-on` names a pool by the name of its scale set. It is found where a pool leaves the fleet and one that differs in
nothing but the name comes, and where a patch gives a pool another `runnerScaleSetName`.

With the old pool its scale set is deleted at GitHub. A job that names it, in any repository and on any branch, is not
refused: it queues, and GitHub cancels it after 24 hours. Branches that were cut before the workflows were changed name
the old pool for weeks.

Add the pool under its new name first and keep the old one with `runners max=` as it is. Change the workflows, and remove the
old pool when nothing names it any more.

Known from: ARC issue 3351, actions/runner issue 831, `updateRunnerScaleSetName` of ARC 0.14.2.
",
    good: r#"
 pool "build" {
     mode "dind"
     runners max=4
 }
+pool "linux-build" {
+    mode "dind"
+    runners max=4
+}
"#,
    bad: r#"
-pool "build" {
+pool "linux-build" {
     mode "dind"
     runners max=4
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for (from, to) in &cx.pairing.renamed {
        let (Some(was), Some(is)) = (cx.pairing.removed.get(*from), cx.pairing.added.get(*to)) else {
            continue;
        };
        // A pool that only moves to another cluster is `pool-moved`'s to find.
        if scale_set_name(*was).eq_ignore_ascii_case(scale_set_name(*is)) {
            continue;
        }
        out.report_about(is.pool, found(*was, *is, out));
    }
    for (was, is, _) in cx.moved(&[Move::Name]) {
        out.report_about(is.pool, found(was, is, out));
    }
}

fn found(was: PoolView<'_>, is: PoolView<'_>, out: &Reporter<'_, '_>) -> Diagnostic {
    let (old, new) = (scale_set_name(was), scale_set_name(is));
    out.found(format!("scale set \"{old}\" becomes \"{new}\""))
        .label(is.runner_pod_span(is.pool.span()), "the new name")
        .label(was.runner_pod_span(was.pool.span()), "the old one")
        .effect(format!("jobs that name \"{old}\" queue until GitHub cancels them after 24 hours"))
        .help(format!("keep \"{old}\" beside it until no workflow of any branch names it"))
}
