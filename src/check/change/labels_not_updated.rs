//! `labels-not-updated`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::names::identity::labels_span;
use crate::check::{Check, PoolView, Rule};
use crate::diagnostic::Severity;
use std::collections::BTreeSet;

pub static RULE: Rule = Rule {
    code: "labels-not-updated",
    severity: Severity::Error,
    summary: "labels change on a pool that is registered already",
    explanation: "\
ARC's controller sends the labels of a scale set when it creates it, and never again: a pool that is
there already keeps those that it was created with. It is found where `labels` differ, in the file or by a
patch, for a pool that keeps its name.

A job that names a new label is offered to no pool and queues until GitHub gives up. A label that was taken
away still matches, so jobs that should have left keep coming. Nothing reports either; the resource in
the cluster shows the new labels.

Make a new pool with the labels that you want, move the workflows over, and remove the old one. Or
remove the pool in one change and add it again in the next, when no job of it runs: jobs queue between the two.

Known from: `createRunnerScaleSet` of ARC 0.14.2, ARC issue 4425.
",
    good: r#"
 pool "build" {
     mode "dind"
     runners max=4
     labels "x64"
 }
+pool "build-large" {
+    mode "dind"
+    runners max=2
+    labels "x64-large"
+}
"#,
    bad: r#"
 pool "build" {
     mode "dind"
     runners max=4
-    labels "x64"
+    labels "x64" "large"
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for (was, is) in cx.pools() {
        let (old, new) = (labels(was), labels(is));
        if old == new {
            continue;
        }
        let list = |labels: Vec<&String>| {
            let labels: Vec<_> = labels.into_iter().map(|label| format!("\"{label}\"")).collect();
            labels.join(", ")
        };
        let (gained, lost) = (list(new.difference(&old).collect()), list(old.difference(&new).collect()));
        let mut effect = Vec::new();
        if !gained.is_empty() {
            effect.push(format!("no job that names {gained} is offered to the pool: it queues"));
        }
        if !lost.is_empty() {
            effect.push(format!("jobs that name {lost} are still offered to it"));
        }
        let found = out
            .found(format!("the labels of pool \"{}\" change, and GitHub is not told", is.pool.name()))
            .label(labels_span(is), "sent only when the scale set is created")
            .effect(effect.join("; "))
            .help("give the labels to a new pool, move its workflows over, and then remove this one");
        out.report_about(is.pool, found);
    }
}

/// As GitHub compares them.
fn labels(view: PoolView<'_>) -> BTreeSet<String> {
    let labels = view.objects.runner_set.spec.runner_scale_set_labels.iter().flatten();
    labels.map(|label| label.to_lowercase()).collect()
}
