//! `kube-work-volume-missing`

use super::environment::{self, CLAIM_NAME};
use crate::check::findings::Reporter;
use crate::check::pods;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use k8s_openapi::api::core::v1::Volume;

pub static RULE: Rule = Rule {
    code: "kube-work-volume-missing",
    severity: Severity::Error,
    summary: "a `kubernetes` pool has no claim for the work volume",
    explanation: "\
In mode `kubernetes` the runner and the pod of its job share one volume, `work`: the runner checks
code and actions out there, and the job's steps find them. The container hooks (0.7) look for it
under the name of a claim, `RUNNER-work`, which Kubernetes makes of an ephemeral volume of the
runner's pod, or under the name in `ACTIONS_RUNNER_CLAIM_NAME`.

Without the volume the runner's pod mounts something that it does not have: the pod is invalid, the
EphemeralRunner turns to `Failed`, and jobs queue. With a volume that makes no claim of that name, an
`emptyDir` for example, the runner starts, but the pod of each job waits for a claim that nobody makes
until the hook gives up.

Write `work \"20Gi\"`, with a storage class that your cluster has. A pool without such storage is better
served by mode `kubernetes-novolume`.

Known from: `values.yaml` of the chart 0.14.2 (`kubernetesModeWorkVolumeClaim` is required), hooks 0.7.0
(`getVolumeClaimName`).
",
    good: r#"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi" access="ReadWriteMany"
    job cpu=4 memory="8Gi"
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes"
    runners max=4
    job cpu=4 memory="8Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    if view.pool.mode != ContainerMode::Kubernetes {
        return;
    }
    let Some(pod) = view.objects.runner_pod() else { return };
    let name = view.pool.name();
    let mode = view.pool.node.mode.mode.span;
    let Some(volume) = pods::volume(pod, "work") else {
        let span = match &view.pool.node.work {
            None => mode,
            Some(work) => view.runner_pod_span(work.span),
        };
        let found = out
            .found(format!("pool \"{name}\" has no work volume"))
            .label(span, "needs a volume `work`")
            .effect(
                "the runner's pod mounts a volume that it does not have: every runner fails, and jobs queue",
            )
            .help("add `work \"20Gi\"`, or use `mode \"kubernetes-novolume\"`, which needs no storage");
        out.report(found);
        return;
    };
    let Some(reason) = unclaimed(view, volume) else { return };
    let found = out
        .found(format!("jobs of pool \"{name}\" find no claim of their work volume: {reason}"))
        .label(environment::span(view, CLAIM_NAME, mode), "the hook looks for another claim")
        .effect("the pod of every job waits for a claim that nobody makes, until the hook gives up")
        .help("leave the volume to `work \"20Gi\"`, which makes a claim `RUNNER-work` for each runner");
    out.report(found);
}

/// Why the claim that the hook names is not the one of the runner's volume.
fn unclaimed(view: PoolView<'_>, volume: &Volume) -> Option<String> {
    let variable = environment::variable(view.objects.runner_container()?, CLAIM_NAME);
    if variable.is_some_and(|variable| variable.value_from.is_some()) {
        return None;
    }
    let wanted = variable.and_then(|variable| variable.value.as_deref()).filter(|name| !name.is_empty());
    match (&volume.ephemeral, &volume.persistent_volume_claim, wanted) {
        (Some(_), _, None) => None,
        (Some(_), _, Some(wanted)) => {
            Some(format!("{CLAIM_NAME} says \"{wanted}\", the runner's own claim is called `RUNNER-work`"))
        }
        (None, Some(claim), Some(wanted)) if claim.claim_name == wanted => None,
        (None, Some(claim), _) => {
            Some(format!("the runner uses \"{}\", which {CLAIM_NAME} does not name", claim.claim_name))
        }
        (None, None, _) => Some("the volume `work` is none that a claim stands for".to_owned()),
    }
}
