//! `listener-renamed`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::diff::registration::Move;

pub static RULE: Rule = Rule {
    code: "listener-renamed",
    severity: Severity::Error,
    summary: "a living pool joins another runner group, and its old listener stays",
    explanation: "\
ARC names a listener by the pool's name, namespace, runner group and address (since release 0.13.1). It is found where a
pool keeps its name and joins another group.

The controller moves the scale set to the new group at GitHub and makes a listener under the new name. It looks for
the old one under the new name too, so nothing deletes it: it goes on and keeps the message session, and the new one is refused
with 409 `RunnerScaleSetSessionConflict` again and again. No job is taken until somebody deletes the old AutoscalingListener
in the controller's namespace.

Remove the pool in one change and add it with its new group in the next, when its resource is gone from the cluster; or make
a pool of another name in the new group. If you change it all the same, delete the old listener right
after: `kubectl -n NAMESPACE get autoscalinglisteners` lists two of the pool.

Known from: `scaleSetListenerName` and `cleanupListener` of ARC 0.14.2.
",
    good: r#"
 pool "build" {
     mode "dind"
     runners max=4
 }
+pool "release-build" {
+    mode "dind"
+    runners max=4
+    github "https://github.com/my-org" runner-group="release"
+}
"#,
    bad: r#"
 pool "build" {
     mode "dind"
     runners max=4
+    github "https://github.com/my-org" runner-group="release"
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for (was, is, way) in cx.moved(&[Move::Group]) {
        let group = |name: &Option<String>| match name {
            Some(name) => format!("group \"{name}\""),
            None => "the default group".to_owned(),
        };
        let (old, new) =
            (&was.objects.runner_set.spec.runner_group, &is.objects.runner_set.spec.runner_group);
        let of_cluster = cx.after.fleet.cluster_of(is.pool).node.as_ref();
        let of_cluster = of_cluster.and_then(|node| node.runner_group.as_ref());
        let written = of_cluster.or(is.pool.github.runner_group.as_ref());
        let span = is.runner_pod_span(written.map_or(is.pool.span(), |group| group.span));
        let found = out
            .found(format!("pool \"{}\" moves from {} to {}", is.pool.name(), group(old), group(new)))
            .label(span, "the new group")
            .effect(way.text())
            .help("remove the pool in one change, and add it with its new group in the next, when its resource is gone from the cluster");
        out.report_about(is.pool, found);
    }
}
