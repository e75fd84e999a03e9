//! `pool-moved`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::diff::registration::Move;

pub static RULE: Rule = Rule {
    code: "pool-moved",
    severity: Severity::Error,
    summary: "a living pool moves to another namespace or another address",
    explanation: "\
It is found where a pool keeps its name and gets another namespace, or another organization, repository, enterprise or
server to register at.

In another namespace it is another resource of the same scale set. Argo CD makes the new one first, which adopts
the scale set that is there; then it prunes the old one, and with that the controller deletes the scale set at GitHub. The
new resource keeps the number of a scale set that is gone, and its listener is refused from then on, without an end.

At another address the resource stays, and with it the number of the scale set that the controller wrote on it.
That number means nothing there, or means the scale set of somebody else.

Do it in two changes: remove the pool, wait until its resource is gone from the cluster, and add it again in its new
place. Or add it under another name beside the old one, and move the workflows over.

Known from: `createRunnerScaleSet` and `deleteRunnerScaleSet` of ARC 0.14.2, ARC issues 4370 and 4571.
",
    good: r#"
+pool "build" namespace="ci-build" {
+    mode "dind"
+    runners max=4
+}
"#,
    bad: r#"
-pool "build" {
+pool "build" namespace="ci-build" {
     mode "dind"
     runners max=4
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for (was, is, way) in cx.moved(&[Move::Namespace, Move::Url]) {
        let (from, to, span) = match way {
            Move::Namespace => {
                let own = is.pool.node.namespace.as_ref().map(|name| name.span);
                let span = own.unwrap_or(cx.after.fleet.node.namespace.span);
                (was.pool.namespace.to_string(), is.pool.namespace.to_string(), span)
            }
            _ => {
                let urls = (&was.objects.runner_set.spec, &is.objects.runner_set.spec);
                let span = is.runner_pod_span(is.pool.github.url.span);
                (urls.0.github_config_url.clone(), urls.1.github_config_url.clone(), span)
            }
        };
        let found = out
            .found(format!("pool \"{}\" moves from {from} to {to}", is.pool.name()))
            .label(span, "its new place")
            .label(is.pool.span(), "the pool")
            .effect(way.text())
            .help("remove the pool in one change, and add it in its new place in the next, when its resource is gone from the cluster");
        out.report_about(is.pool, found);
    }
}
