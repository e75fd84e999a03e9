//! `hook-template-replaces`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::{Generation, generation};
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::{Container, PodSpec};

pub static RULE: Rule = Rule {
    code: "hook-template-replaces",
    severity: Severity::Error,
    summary: "a key of the template takes the place of something that the hooks need",
    explanation: "\
The hooks compute a pod and lay the template over it. Containers and volumes are added; every other key of
the pod's spec takes the place of what the hooks computed, without a warning.

`initContainers`, even an empty list, removes the container `fs-init` of hooks 0.8, which puts node and the
runner's tools into `/__e`: no step of any job can run. A copy of `fs-init` in the patch helps in part: the
original also makes the job's own folder, whose name no template can know, so images that do not run as
root can't write there. `securityContext` without `fsGroup` loses 0.8's group 1001, and the job can't write
its folders. `imagePullSecrets` loses the login that the workflow gives under `container: credentials:`.
`restartPolicy` loses `Never`: a job's container that dies comes back empty, while its job goes on.

Do it another way: `pull-secrets` puts secrets on the account of the pod, which adds to the workflow's
login, and what an init container prepares can come from the image or from a cache.

Known from: hooks issue 335, hooks 0.7.0 and 0.8.1 (`mergePodSpecWithOptions`).
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    pull-secrets "harbor"
}
"#,
    bad: r##"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              initContainers:
              - name: prepare
                image: busybox:1
                command: [mkdir, -p, /tmp/a]
            """#
    }
}
"##,
    check: Check::Pool(check),
};

/// Something that the hooks computed and the template takes away.
struct Loss {
    severity: Severity,
    key: &'static str,
    of: &'static str,
    effect: &'static str,
    help: &'static str,
}

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(hook), Some(pod)) = (generation(view.pool.mode), view.objects.job_pod()) else { return };
    for loss in losses(hook, pod) {
        let found = out
            .found(format!(
                "the template of pool \"{}\" has `{}`, which takes the place of {}",
                view.pool.name(),
                loss.key,
                loss.of,
            ))
            .severity(loss.severity)
            .label(view.job_pod_span(view.pool.span()), format!("`{}` in this patch", loss.key))
            .effect(loss.effect)
            .help(loss.help);
        out.report(found);
    }
}

fn losses(hook: &Generation, pod: &PodSpec) -> Vec<Loss> {
    let mut losses = Vec::new();
    let copies = hook.own_volumes.contains(&"externals");
    if let (true, Some(init)) = (copies, &pod.init_containers) {
        losses.push(if init.iter().any(|container| fills_folders(hook, container)) {
            Loss {
                severity: Severity::Warning,
                key: "initContainers",
                of: "the hooks' own fs-init by a copy",
                effect: "the copy does not make the job's own folder: images that do not run as root can't write there",
                help: "remove `initContainers`, or make sure that the images of all jobs run as root",
            }
        } else {
            Loss {
                severity: Severity::Error,
                key: "initContainers",
                of: "the hooks' own fs-init",
                effect: "the job's pod gets neither node nor the runner's tools: no step of any job can run",
                help: "remove `initContainers`; prepare things in the job's image, in a cache or in a step",
            }
        });
    }
    if let (true, Some(context)) = (copies, &pod.security_context)
        && context.fs_group.is_none()
    {
        losses.push(Loss {
            severity: Severity::Warning,
            key: "securityContext",
            of: "the hooks' group 1001",
            effect: "jobs whose image does not run as root can't write their work folder",
            help: "add `fsGroup: 1001` to it",
        });
    }
    if pod.image_pull_secrets.is_some() {
        losses.push(Loss {
            severity: Severity::Warning,
            key: "imagePullSecrets",
            of: "the registry login that a workflow gives",
            effect: "jobs with `credentials:` in their workflow can't pull their image",
            help: "remove it and write `pull-secrets \"NAME\"` in the pool: that adds to the workflow's login",
        });
    }
    if pod.restart_policy.as_deref().is_some_and(|policy| policy != "Never") {
        losses.push(Loss {
            severity: Severity::Warning,
            key: "restartPolicy",
            of: "the hooks' `Never`",
            effect: "a job's container that dies comes back empty, and its job fails in a way that nobody understands",
            help: "remove `restartPolicy`",
        });
    }
    losses
}

/// Whether an init container is meant to do what `fs-init` does.
fn fills_folders(hook: &Generation, container: &Container) -> bool {
    let mounts = container.volume_mounts.as_deref().unwrap_or_default();
    container.name == "fs-init"
        && hook.own_volumes.iter().all(|volume| mounts.iter().any(|mount| mount.name == *volume))
}
