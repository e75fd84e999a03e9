//! `controller-gone-first`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::emit::{Body, Object};
use std::collections::HashSet;

pub static RULE: Rule = Rule {
    code: "controller-gone-first",
    severity: Severity::Error,
    summary: "what a pool needs to be deleted, or to live, leaves with it or before it",
    explanation: "\
Only ARC's controller can take its finalizer off a pool, and only with the pool's credentials can it delete the scale set at
GitHub. It is found where the controller moves to another namespace or account while there are pools, and where a
manifest that makes a pool's credentials leaves the fleet: a Secret, or an object of the same name that makes one (ExternalSecret,
SealedSecret, VaultStaticSecret).

A pool whose controller or credentials are gone stays in `Terminating`, its namespace with it, and its scale set stays at GitHub:
jobs that name it are offered to a set without runners. A controller that moves is a second one beside the first, which
Argo CD does not delete: both reconcile the same pools.

Remove pools in one change, and what they need in the next, when `kubectl get autoscalingrunnersets -A` lists
them no more. Move a controller when there are no pools.

Known from: ARC issues 3317, 2781 and 3282.
",
    good: r#"
 controller namespace="arc-systems"
 pool "build" {
     mode "dind"
     runners max=4
 }
"#,
    bad: r#"
-controller namespace="arc-systems"
+controller namespace="arc-controller"
 pool "build" {
     mode "dind"
     runners max=4
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    controller(cx, out);
    credentials(cx, out);
}

fn controller(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    let (was, is) = (&cx.before.fleet.controller, &cx.after.fleet.controller);
    let pools = cx.before.fleet.pools.len();
    if pools == 0 {
        return;
    }
    let pools = if pools == 1 { "1 pool".to_owned() } else { format!("{pools} pools") };
    let found = if was.namespace != is.namespace {
        let effect = if was.managed && is.managed {
            "a second controller starts beside the first, which Argo CD does not delete: both reconcile the same pools"
        } else {
            "the roles of the pools are bound to an account of the new namespace: the controller that runs can't manage its pools any more"
        };
        let message = format!(
            "the controller moves from {} to {} while there are {pools}",
            was.namespace, is.namespace
        );
        out.found(message).effect(effect)
    } else if !is.managed && was.service_account != is.service_account {
        let message = format!("the controller's account changes while there are {pools}");
        out.found(message).effect(
            "the roles of the pools are bound to the new account: until the controller runs as it, no pool starts a runner or can be deleted",
        )
    } else {
        return;
    };
    out.report(
        found.label(is.span, "the controller").help("do it in a change of its own, when there are no pools"),
    );
}

fn credentials(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    let kept: HashSet<_> = cx.after.objects.others.iter().map(|object| object.path.as_str()).collect();
    let gone: Vec<_> =
        cx.before.objects.others.iter().filter(|object| !kept.contains(object.path.as_str())).collect();
    if gone.is_empty() {
        return;
    }
    let mut told = HashSet::new();
    let before = cx.before.pools();
    for view in before {
        let Some(object) = gone.iter().find(|object| makes(object, view)) else { continue };
        if !told.insert(object.path.as_str()) {
            continue;
        }
        let name = object.body.metadata().name.unwrap_or_default();
        let found = out
            .found(format!(
                "{} \"{name}\", by which pool \"{}\" registers, leaves the fleet",
                object.body.kind(),
                view.pool.name()
            ))
            .label(cx.after.fleet.node.span, "not in this fleet any more")
            .label(view.runner_pod_span(view.pool.span()), "the pool")
            .effect("without credentials the controller can't delete the scale set: the pool hangs in `Terminating`, or its listener is refused")
            .help("remove the pool first, and its credentials in a later change");
        out.report(found);
    }
}

/// Whether the object is the secret that a pool registers with, or makes it under its own name.
fn makes(object: &Object, view: PoolView<'_>) -> bool {
    let spec = &view.objects.runner_set.spec;
    let metadata = object.body.metadata();
    matches!(object.body, Body::Manifest(_))
        && object.body.kind().ends_with("Secret")
        && metadata.name.as_deref() == Some(spec.github_config_secret.as_str())
        && metadata.namespace.as_deref() == Some(view.pool.namespace.as_str())
}
