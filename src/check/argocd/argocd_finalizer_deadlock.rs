//! `argocd-finalizer-deadlock`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::emit::meta::PRUNE_LAST;

/// What the official chart puts on accounts and roles.
const FINALIZER: &str = "actions.github.com/cleanup-protection";

pub static RULE: Rule = Rule {
    code: "argocd-finalizer-deadlock",
    severity: Severity::Error,
    summary: "accounts and roles of a pool block Argo CD, or leave before their pool",
    explanation: "\
The official chart puts the finalizer `actions.github.com/cleanup-protection` on the accounts and
roles beside a pool. Only the controller takes it off, when the pool itself is deleted and names them in
annotations. Argo CD prunes objects when they leave Git, in no order of that kind: when a pool changes its
mode, or Argo CD deletes the companions first, they hang in `Terminating`, and the whole Application
stops syncing. Users found theirs blocked for weeks.

fleetc emits companions without that finalizer. Instead Argo CD is told to prune them last
(`PruneLast=true`): the controller needs its Role until its own finalizer is off the pool, and running
jobs need their account. The rule finds patches that add the finalizer, or that take the annotation away.

Known from: ARC issues 3440, 4454 and 2781, KBVE/kbve 12987 and 13224.
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
    patch "Role" {
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
    patch "Role" {
        merge #"""
            metadata:
              finalizers: [actions.github.com/cleanup-protection]
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    if cx.fleet.node.gitops.is_none() {
        return;
    }
    for object in view.objects.patched_companions() {
        let Some(span) = object.patched.last().copied() else { continue };
        let metadata = object.body.metadata();
        let kind = object.body.kind();
        let name = metadata.name.as_deref().unwrap_or_default();
        if metadata.finalizers.iter().flatten().any(|finalizer| finalizer == FINALIZER) {
            let found = out
                .found(format!("{kind} \"{name}\" is given the finalizer {FINALIZER}"))
                .label(span, "added by this patch")
                .effect("once Argo CD prunes it, it hangs in Terminating and its Application stops syncing")
                .help("remove the finalizer: fleetc's companions need none");
            out.report(found);
        }
        let options = metadata.annotations.as_ref().and_then(|notes| notes.get(PRUNE_LAST.0));
        let kept = |option: &str| matches!(option.trim(), "PruneLast=true" | "Prune=false");
        if !options.is_some_and(|options| options.split(',').any(kept)) {
            let found = out
                .found(format!("{kind} \"{name}\" may be pruned before its pool"))
                .label(span, "takes PruneLast=true away")
                .effect("the controller loses its rights before it has cleaned up: a deleted pool hangs in Terminating")
                .help(format!("keep `{}: {}`", PRUNE_LAST.0, PRUNE_LAST.1));
            out.report(found);
        }
    }
}
