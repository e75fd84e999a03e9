//! `version-skew-commit`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "version-skew-commit",
    severity: Severity::Error,
    summary: "controller and pools go to another release of ARC in one change, and neither keeps the other's",
    explanation: "\
A controller deletes every pool whose version label is not of its own release: major and minor must be equal, before 0.12.0 the
whole number. It is found where a change of `versions { arc … }`, or of `label=`, makes labels that the controller of
the other side does not accept, and there are pools.

Whatever is applied first, the pools go. The new controller deletes those with the old label, and the old controller those
with the new one; Argo CD makes them again, their scale sets with them. Running jobs lose their runner's
registration, and jobs queue until CRDs, controller and pools are all of one release. Where the controller is installed by
others, they are deleted again and again until that is upgraded too.

Set `runners min=0 max=0` in all pools first and wait until no job runs. Then upgrade: CRDs, controller, pools, in this
order, which Argo CD's waves keep. Then open the pools again. Where an interruption is fine, say so:
`rule \"version-skew-commit\" level=\"warning\" reason=\"…\"` in the same change.

Known from: ARC issues 4422 (all scale sets gone with 0.14.0) and 3562, `IsVersionAllowed` of 0.14.2.
",
    good: r#"
 versions {
-    arc "0.14.1"
+    arc "0.14.2"
 }
 pool "build" {
     mode "dind"
     runners max=4
 }
"#,
    bad: r#"
 versions {
-    arc "0.13.1"
+    arc "0.14.2"
 }
 pool "build" {
     mode "dind"
     runners max=4
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    let (was, is) = (&cx.before.fleet.versions, &cx.after.fleet.versions);
    let open = cx.pairing.both.iter().filter(|(was, _)| was.pool.max() != Some(0)).count();
    let accepted = is.arc.accepts(&was.version_label) && was.arc.accepts(&is.version_label);
    // A label that its own controller refuses is `version-label`'s to find.
    if accepted || open == 0 || !was.arc.accepts(&was.version_label) || !is.arc.accepts(&is.version_label) {
        return;
    }
    let pools = if open == 1 { "1 pool".to_owned() } else { format!("{open} pools") };
    let last = if cx.after.fleet.controller.managed {
        "each controller deletes the pools that are labelled for the other: scale sets are lost and made anew, jobs queue meanwhile"
    } else {
        "the controller that others install deletes these pools, again and again, until it is upgraded too"
    };
    let found = out
        .found(format!(
            "ARC goes from {} to {} in one change with {pools} that take jobs",
            was.arc.version, is.arc.version
        ))
        .label(is.arc_span, "the new release")
        .effect(last)
        .help("drain the pools first (`runners min=0 max=0` in a change of its own), or accept it with a reason: `rule \"version-skew-commit\" level=\"warning\" reason=\"…\"`");
    out.report(found);
}
