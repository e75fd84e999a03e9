//! `template-change-wedge`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::names::identity::some_of;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::UpdateStrategy;

pub static RULE: Rule = Rule {
    code: "template-change-wedge",
    severity: Severity::Warning,
    summary: "the pod template of a living pool changes, which some releases of ARC do not always survive",
    explanation: "\
A change of the runner's pod makes ARC's controller replace the pool's set of runners. Release 0.14 has two races there. It is
found where the pod template of a pool that stays differs and the fleet runs such a release.

With the update strategy `eventual` the listener may go on naming the set that was deleted: it runs, takes jobs, and no
runner starts. With `immediate` a set may be marked `Outdated` and stay so: its listener is deleted and nothing makes
another. Either looks healthy from outside, and jobs queue.

There is nothing to write: change few pools at a time (`fleet { rollout pools=… }` sets how many), and look afterwards
whether each has a listener and starts runners. Where one is stuck, delete its AutoscalingListener, or the
AutoscalingRunnerSet, which Argo CD makes again.

Known from: ARC issues 4561, 4595 and 4596.
",
    good: r#"
 pool "build" {
     mode "dind"
-    runners max=4
+    runners max=5
 }
"#,
    bad: r#"
 pool "build" {
     mode "dind"
     runners max=4
+    env "LANG" "C.UTF-8" on="runner"
 }
"#,
    check: Check::Change(check),
};

/// Most places that are shown.
const SHOWN: usize = 3;

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    let fleet = cx.after.fleet;
    if !fleet.versions.arc.template_change_may_wedge {
        return;
    }
    let changed = cx
        .pools()
        .filter(|(was, is)| was.objects.runner_set.spec.template != is.objects.runner_set.spec.template);
    let changed: Vec<_> = changed.collect();
    if changed.is_empty() {
        return;
    }
    let names = some_of(changed.iter().map(|(_, is)| is.pool.name()));
    let (noun, verb) = if changed.len() == 1 { ("pool", "its") } else { ("pools", "their") };
    let effect = match fleet.controller.update_strategy {
        UpdateStrategy::Eventual => {
            "a listener may go on naming the set of runners that was deleted: jobs queue though all looks healthy"
        }
        UpdateStrategy::Immediate => "a pool may stay `Outdated`, without a listener: jobs queue",
    };
    let mut found = out
        .found(format!("{noun} {names}: {verb} runners are replaced by ARC {}", fleet.versions.arc.version))
        .effect(effect)
        .help("look afterwards whether each has a listener and starts runners; delete the AutoscalingListener of one that is stuck");
    for (_, is) in changed.iter().take(SHOWN) {
        found = found.label(is.runner_pod_span(is.pool.span()), "its pod changes");
    }
    out.report(found);
}
