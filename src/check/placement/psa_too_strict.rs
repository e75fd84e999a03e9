//! `psa-too-strict`

use crate::check::dind::enforced_level;
use crate::check::findings::Reporter;
use crate::check::pods::{Pod, containers, host_paths, pods};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "psa-too-strict",
    severity: Severity::Error,
    summary: "a namespace's Pod Security level refuses what a pool's pods use",
    explanation: "\
The Pod Security level `baseline` refuses folders of the node and privileged containers; `restricted` also
refuses containers that do not say that they give up all rights. A pool in such a namespace with a
`host-path` cache, or with `security privileged=#true`, gets no pods. The pool looks healthy; for the
runner's pod the EphemeralRunner fails as `InvalidPod`, for the pod of a job the job is red at once with
`failed to create job pod … violates PodSecurity`.

Neither the runner's image nor the container hooks are made for `restricted`: the pods that they compute
do not satisfy it.

Leave `pod-security` out, and fleetc gives the namespace the strictest level that its pools can run
under. Or keep the cache in a `claim`. For `dind` pools see `dind-psa`.

Known from: the Pod Security Standards of Kubernetes; ARC issue 792.
",
    good: r#"
namespace "arc-runners" pod-security="baseline"

cache "models" {
    claim "models" size="1Ti"
    mount "/mnt/models"
}

pool "builds" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="16Gi" storage="40Gi"
    cache "models"
}
"#,
    bad: r#"
namespace "arc-runners" pod-security="baseline"

cache "uv" {
    host-path "/var/cache/uv"
    mount "/mnt/uv" env="UV_CACHE_DIR"
}

pool "builds" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="16Gi" storage="40Gi"
    cache "uv"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    if view.pool.mode == ContainerMode::Dind {
        return;
    }
    let namespace = cx.fleet.namespace_of(view.pool);
    let Some((level, span)) = namespace.node.as_ref().and_then(enforced_level) else { return };
    let Some((pod, reason)) = pods(view).find_map(|pod| refused(&pod, &level).map(|reason| (pod, reason)))
    else {
        return;
    };
    let found = out
        .found(format!(
            "{} of pool \"{}\" has {reason}, which namespace \"{}\" refuses",
            pod.what,
            view.pool.name(),
            namespace.name
        ))
        .label(span, format!("enforces \"{level}\""))
        .label(view.pool.span(), format!("has {reason}"))
        .effect("the API server refuses the pod: \"violates PodSecurity\"; no runner or no job starts")
        .help("remove `pod-security`: fleetc sets the strictest level that the pools can run under");
    out.report(found);
}

/// What a level forbids of what the pod has.
fn refused(pod: &Pod<'_>, level: &str) -> Option<String> {
    if let Some((_, host)) = host_paths(pod.spec).next() {
        return Some(format!("the folder {} of the node", host.path));
    }
    let rights = |container: &k8s_openapi::api::core::v1::Container| {
        let security = container.security_context.as_ref();
        let privileged = security.and_then(|security| security.privileged).unwrap_or(false);
        let escalates = security.and_then(|security| security.allow_privilege_escalation) != Some(false);
        (privileged, escalates)
    };
    let all = || containers(pod.spec).map(|container| (container, rights(container)));
    if let Some((container, _)) = all().find(|(_, (privileged, _))| *privileged) {
        return Some(format!("the privileged container \"{}\"", container.name));
    }
    let strict = all().find(|(_, (_, escalates))| *escalates).filter(|_| level == "restricted");
    strict.map(|(container, _)| {
        format!("the container \"{}\" with an ordinary container's rights", container.name)
    })
}
