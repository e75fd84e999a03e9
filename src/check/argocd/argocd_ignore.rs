//! `argocd-ignore`

use super::applications;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::contract::arc::{OWNED_ANNOTATIONS, OWNED_LABELS};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "argocd-ignore",
    severity: Severity::Info,
    summary: "Argo CD and the controller write the same fields of a pool",
    explanation: "\
The controller writes into the resource that a pool is: its finalizer, the annotations
`runner-scale-set-id`, `actions.github.com/runner-group-name`, `actions.github.com/runner-scale-set-name`
and `actions.github.com/change-hash`, and labels with organization, repository or enterprise. It looks
up the scale set by that id. Where Argo CD writes them too, each undoes the other's work; with a
wrong id the listener asks for a scale set that is not the pool's.

fleetc emits none of them and tells Argo CD to pass over them, both when it compares and when it syncs. The
rule finds patches that set such a field (a warning) or that take the exception away.

Known from: `autoscalingrunnerset_controller.go` of 0.14.2.
",
    good: r##"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet"
}
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge #"""
            metadata:
              annotations:
                example.com/owner: team-a
            """#
    }
}
"##,
    bad: r##"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet"
}
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge #"""
            metadata:
              annotations:
                runner-scale-set-id: "12"
            """#
    }
}
"##,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for view in cx.pools() {
        let Some(span) = view.objects.runner_set_patched.last() else { continue };
        let metadata = &view.objects.runner_set.metadata;
        let annotations = metadata.annotations.iter().flat_map(|notes| notes.keys());
        let labels = metadata.labels.iter().flat_map(|labels| labels.keys());
        let owned = annotations
            .filter(|key| OWNED_ANNOTATIONS.contains(&key.as_str()))
            .chain(labels.filter(|key| OWNED_LABELS.contains(&key.as_str())));
        for key in owned {
            let found = out
                .found(format!("pool \"{}\" sets {key}, which ARC's controller writes", view.pool.name()))
                .severity(Severity::Warning)
                .label(*span, "set by this patch")
                .effect("the two undo each other's work, and the listener may serve another pool's scale set")
                .help(format!("remove {key} from the patch"));
            out.report_about(view.pool, found);
        }
    }
    for found in applications(cx).filter(|found| found.has_pools()) {
        let Some(span) = found.patched else { continue };
        let rules = found.application.spec.ignore_differences.iter().flatten();
        let ignored = rules.into_iter().any(|rule| rule.kind == "AutoscalingRunnerSet");
        if !ignored || !found.has_option("RespectIgnoreDifferences=true") {
            let found = out
                .found(format!("the Application \"{}\" no longer passes over what ARC's controller writes", found.name()))
                .label(span, "changed by this patch")
                .effect("pools are shown as out of sync, and a sync may take off the controller's finalizer")
                .help("repeat fleetc's `ignoreDifferences` and `RespectIgnoreDifferences=true` in the patch: it replaces lists whole");
            out.report(found);
        }
    }
}
