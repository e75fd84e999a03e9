//! `argocd-tracking-label`

use super::applications;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::argocd::{TRACKING_LABELS, Values, covers, excluded, is_controller};
use crate::language::nodes::Tracking;

pub static RULE: Rule = Rule {
    code: "argocd-tracking-label",
    severity: Severity::Error,
    summary: "ARC copies the label by which Argo CD marks what it owns",
    explanation: "\
Where Argo CD marks its objects by a label (its default before 3.0), ARC's controller copies that label from
a pool to everything that it makes for it: listener, Roles, runner sets. Argo CD finds them marked as
its own and in no file, and prunes them. The controller makes them again. The listener restarts every few
seconds, jobs wait or are lost, and the API server is busy.

Best let Argo CD mark by annotation (`application.resourceTrackingMethod: annotation` in `argocd-cm`) and
leave `tracking` out. Else the controller must not copy the label. Where fleetc installs it, fleetc
sets the flag; where something else does, set `flags.excludeLabelPropagationPrefixes` there and
repeat it here with `exclude-label-propagation`.

Known from: ARC issues 3533, 3877 and 4329.
",
    good: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet" tracking="label"
}
controller namespace="arc-systems" managed=#false service-account="arc-gha-rs-controller" {
    exclude-label-propagation "argocd.argoproj.io/instance"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet" tracking="label"
}
controller namespace="arc-systems" managed=#false service-account="arc-gha-rs-controller"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let fleet = cx.fleet;
    let Some(gitops) = &fleet.node.gitops else { return };
    if gitops.tracking.value != Tracking::Label {
        return;
    }
    if !fleet.controller.managed {
        if !TRACKING_LABELS.iter().any(|label| covers(excluded(fleet), label)) {
            let found = out
                .found("Argo CD tracks by label, and the controller copies that label to what it makes")
                .label(gitops.tracking.span, "by label")
                .label(fleet.controller.span, "no `exclude-label-propagation`")
                .help("track by annotation, or exclude \"argocd.argoproj.io/instance\" from the controller's copying and write it here");
            out.report(complete(found));
        }
        return;
    }
    for found in applications(cx) {
        let Some(span) = found.patched.filter(|_| is_controller(found.application)) else { continue };
        let Some(helm) = &found.application.spec.source.helm else { continue };
        let values = serde_json::from_value::<Values>(helm.values_object.clone()).ok();
        let prefixes = values.and_then(|values| values.flags.exclude_label_propagation_prefixes);
        let own = || prefixes.iter().flatten().map(String::as_str);
        if !TRACKING_LABELS.iter().any(|label| covers(own(), label)) {
            let found = out
                .found("Argo CD tracks by label, and this patch lets the controller copy that label")
                .label(span, "changed by this patch")
                .label(gitops.tracking.span, "by label")
                .help("leave `excludeLabelPropagationPrefixes` to fleetc");
            out.report(complete(found));
        }
    }
}

fn complete(found: Diagnostic) -> Diagnostic {
    found.effect(
        "Argo CD prunes listeners, Roles and runner sets as fast as the controller makes them: jobs wait or are lost",
    )
}
