//! `pool-moved`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::diff::registration::{Move, between_clusters};

pub static RULE: Rule = Rule {
    code: "pool-moved",
    severity: Severity::Error,
    summary: "a living pool moves to another namespace, cluster or address",
    explanation: "\
It is found where a pool keeps its name and gets another namespace, or another organization, repository, enterprise or
server to register at; and where it leaves one cluster and is made in another, of the same name in the same runner group.

In another namespace or cluster it is another resource of the same scale set. Argo CD makes the new one first, which adopts
the scale set that is there; then it prunes the old one, and with that its controller deletes the scale set at GitHub. The
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
            .help(HELP);
        out.report_about(is.pool, found);
    }
    for (from, to) in between_clusters(cx.pairing) {
        let (Some(was), Some(is)) = (cx.pairing.removed.get(from), cx.pairing.added.get(to)) else {
            continue;
        };
        let (old, new) = (cx.before.fleet.cluster_of(was.pool), cx.after.fleet.cluster_of(is.pool));
        let span = is.pool.node.clusters.as_ref().map_or(is.pool.span(), |clusters| clusters.span);
        let found = out
            .found(format!("pool \"{}\" moves from {} to {}", is.pool.name(), old.label(), new.label()))
            .label(span, "its new place")
            .effect(Move::Cluster.text())
            .help(HELP);
        out.report_about(is.pool, found);
    }
}

const HELP: &str = "remove the pool in one change, and add it in its new place in the next, when its resource is gone from the cluster";
