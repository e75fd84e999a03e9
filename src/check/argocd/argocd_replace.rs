//! `argocd-replace`

use super::applications;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::meta::KEEP;

pub static RULE: Rule = Rule {
    code: "argocd-replace",
    severity: Severity::Error,
    summary: "Argo CD replaces pools rather than patching them",
    explanation: "\
With the sync option `Replace=true` Argo CD puts the object of Git in place of the one in the cluster. On a
pool's resource the controller keeps what it knows: the id of the scale set at GitHub, the runner
group, a hash, and its finalizer. A replaced resource has none of them. The controller then registers
the pool anew or adopts the scale set by its name; without the finalizer a deleted pool leaves its scale set at
GitHub behind, which still takes jobs for nobody. With `Force=true` running jobs are lost as well.

Remove `replace` from `gitops`, and the option from patches. fleetc itself uses it for PriorityClasses
only, which can't be changed in place.

Known from: `autoscalingrunnerset_controller.go` of 0.14.2, and Argo CD's sync options.
",
    good: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet"
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
    gitops repo="https://github.com/my-org/fleet" replace=#true
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(gitops) = &cx.fleet.node.gitops else { return };
    if gitops.replace.value {
        let found = out
            .found("Argo CD is told to replace objects rather than patch them")
            .label(gitops.replace.span, "also of pools")
            .help("remove `replace=#true`");
        out.report(complete(found));
        return;
    }
    for found in applications(cx).filter(|found| found.has_pools()) {
        let replaces = found.has_option("Replace=true") || found.has_option("Force=true");
        if let Some(span) = found.patched.filter(|_| replaces) {
            let found = out
                .found(format!(
                    "the Application \"{}\" replaces pools rather than patching them",
                    found.name()
                ))
                .label(span, "changed by this patch")
                .help("remove `Replace=true` and `Force=true` from its sync options");
            out.report(complete(found));
        }
    }
    for view in cx.pools() {
        let Some(span) = view.objects.runner_set_patched.last() else { continue };
        let annotations = view.objects.runner_set.metadata.annotations.as_ref();
        let options = annotations.and_then(|notes| notes.get(KEEP.0)).map_or("", String::as_str);
        if options.split(',').any(|option| matches!(option.trim(), "Replace=true" | "Force=true")) {
            let found = out
                .found(format!("pool \"{}\" is replaced rather than patched", view.pool.name()))
                .label(*span, "changed by this patch")
                .help("remove `Replace=true` and `Force=true` from its sync options");
            out.report_about(view.pool, complete(found));
        }
    }
}

fn complete(found: Diagnostic) -> Diagnostic {
    found.effect(
        "each sync takes the scale set's id and the controller's finalizer off the pools: they are registered anew, and deleted ones stay at GitHub",
    )
}
