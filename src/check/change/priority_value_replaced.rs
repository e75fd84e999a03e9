//! `priority-value-replaced`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "priority-value-replaced",
    severity: Severity::Warning,
    summary: "the value of a priority changes, and pods keep the old one",
    explanation: "\
The value of a PriorityClass can't be changed: Argo CD deletes the class and makes it anew. It is found where a `priority` keeps
its name and gets another `value` or another `preempt`.

Pods keep the number that they were admitted with, so for as long as old runners live, old and new pods of one class differ:
an idle runner that waits for days keeps its old rank. In the moment between delete and create, pods of the class are
refused, and ARC counts a failed runner.

Mostly it is fine. Where the order must hold at once, add a priority of a new name and let the pools use it: they are replaced.

Known from: `ValidatePriorityClassUpdate` of Kubernetes.
",
    good: r#"
 priority "release" value=1000
+priority "urgent" value=2000
 pool "build" {
     mode "dind"
     runners max=4
-    priority "release"
+    priority "urgent"
 }
 pool "test" {
     mode "dind"
     runners max=4
     priority "release"
 }
"#,
    bad: r#"
-priority "release" value=1000
+priority "release" value=2000
 pool "build" {
     mode "dind"
     runners max=4
     priority "release"
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for node in &cx.after.fleet.priorities {
        let old = cx.before.fleet.priorities.iter().find(|old| old.name == node.name);
        let Some(old) = old.filter(|old| old.value != node.value || old.preempt != node.preempt) else {
            continue;
        };
        let text = if old.value == node.value {
            format!("priority \"{}\" changes whether its pods preempt", node.name.value)
        } else {
            format!("priority \"{}\" goes from {} to {}", node.name.value, old.value.value, node.value.value)
        };
        let found = out
            .found(text)
            .label(node.span, "made anew")
            .effect(
                "pods that are there keep the old number; pods that come while it is made anew are refused",
            )
            .help("if that matters, add a priority of a new name and let the pools use it");
        out.report(found);
    }
}
