//! `dra-wiring`

use crate::check::findings::Reporter;
use crate::check::pods::{Pod, containers, pods};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::nodes::ResourceClaim;
use k8s_openapi::api::core::v1::PodResourceClaim;
use std::collections::HashSet;

pub static RULE: Rule = Rule {
    code: "dra-wiring",
    severity: Severity::Error,
    summary: "a claim for a device and its use do not fit together",
    explanation: "\
A dynamically allocated device is named in two places: the pod says where the claim comes from, and a
container says that it uses it. A claim without a source, or with two, is refused by the API server; a
container that uses an undeclared claim as well. A claim that no container uses is allocated, and the
job sees no device.

`claim=` names one ResourceClaim that all runners of the pool share. With more than one runner only
devices that can be shared work so: otherwise the second pod stays `Pending`. That is a warning.

Write `resource-claim \"gpu\" template=\"NAME\"`: each pod gets a claim of its own, made from a
ResourceClaimTemplate in the pool's namespace. fleetc writes both places.

Known from: ARC issue 4379 (no pods came up), ARC issue 3943.
",
    good: r#"
pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="64Gi" storage="40Gi"
    resource-claim "gpu" template="one-gpu"
}
"#,
    bad: r#"
pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="64Gi" storage="40Gi"
    resource-claim "gpu"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    for node in &view.pool.node.resource_claims {
        if let Some(found) = wrong_source(node, out).or_else(|| shared(node, view, out)) {
            out.report(found);
        }
    }
    for pod in pods(view) {
        for found in unconnected(&pod, view, out) {
            out.report(found);
        }
    }
}

fn wrong_source(node: &ResourceClaim, out: &Reporter<'_, '_>) -> Option<Diagnostic> {
    let (problem, help) = match (&node.template, &node.claim) {
        (None, None) => {
            ("names no device", "add `template=\"NAME\"`, a ResourceClaimTemplate in the pool's namespace")
        }
        (Some(_), Some(_)) => {
            ("names two sources", "keep `template=`, which gives each pod a claim of its own")
        }
        _ => return None,
    };
    let found = out
        .found(format!("resource claim \"{}\" {problem}", node.name.value))
        .label(node.span, "one of `template=` and `claim=`")
        .effect("the API server refuses the pod: no runner or no job starts")
        .help(help);
    Some(found)
}

fn shared(node: &ResourceClaim, view: PoolView<'_>, out: &Reporter<'_, '_>) -> Option<Diagnostic> {
    let claim = node.claim.as_ref().filter(|_| view.pool.max() != Some(1))?;
    let count = view.pool.max().map_or("all".to_owned(), |max| format!("up to {max}"));
    let found = out
        .found(format!(
            "{count} runners of pool \"{}\" share the one claim \"{}\"",
            view.pool.name(),
            claim.value
        ))
        .severity(Severity::Warning)
        .label(claim.span, "one claim")
        .label(view.pool.max_span(), "for several runners")
        .effect("unless the device can be shared, the second pod stays Pending")
        .help("write `template=` with a ResourceClaimTemplate: each pod gets a claim of its own");
    Some(found)
}

/// Claims that no container uses, uses of claims that the pod does not declare, and patched claims without a source.
fn unconnected(pod: &Pod<'_>, view: PoolView<'_>, out: &Reporter<'_, '_>) -> Vec<Diagnostic> {
    let declared: Vec<_> = pod.spec.resource_claims.iter().flatten().collect();
    let used = containers(pod.spec)
        .flat_map(|container| container.resources.iter().flat_map(|r| r.claims.iter().flatten()));
    let used: HashSet<_> = used.map(|claim| claim.name.as_str()).collect();
    let mut all = Vec::new();
    let mut add = |message: String, effect: &str| {
        all.push(
            out.found(message)
                .label(pod.patched.unwrap_or(view.pool.span()), "declaration and use differ")
                .effect(effect)
                .help(
                    "write `resource-claim \"NAME\" template=\"TEMPLATE\"` in the pool rather than a patch",
                ),
        );
    };
    let own = |claim: &PodResourceClaim| {
        view.pool.node.resource_claims.iter().any(|node| node.name.as_str() == claim.name)
    };
    for claim in &declared {
        if !used.contains(claim.name.as_str()) {
            let effect = "the device is held, and no step sees it";
            add(format!("no container of {} uses the claim \"{}\"", pod.what, claim.name), effect);
        } else if claim.resource_claim_name.is_some() == claim.resource_claim_template_name.is_some()
            && !own(claim)
        {
            let effect = "the API server refuses the pod: \"must specify one of\" the two sources";
            add(format!("claim \"{}\" of {} needs exactly one source", claim.name, pod.what), effect);
        }
    }
    let known: HashSet<_> = declared.iter().map(|claim| claim.name.as_str()).collect();
    let mut unknown: Vec<_> = used.difference(&known).collect();
    unknown.sort_unstable();
    for name in unknown {
        let effect = "the API server refuses the pod: no runner or no job starts";
        add(
            format!("a container of {} uses the claim \"{name}\", which the pod does not declare", pod.what),
            effect,
        );
    }
    all
}
