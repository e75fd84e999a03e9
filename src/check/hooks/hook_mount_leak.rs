//! `hook-mount-leak`

use crate::check::findings::Reporter;
use crate::check::pods::volume;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use crate::syntax::Span;
use k8s_openapi::api::core::v1::{PodSpec, VolumeMount};
use std::collections::HashMap;

pub static RULE: Rule = Rule {
    code: "hook-mount-leak",
    severity: Severity::Warning,
    summary: "service containers of a job get the mounts of its own container",
    explanation: "\
In hooks 0.8.1 (mode `kubernetes-novolume`) all containers of a job share one list of mounts, by mistake. What
the template mounts into `$job` is appended to that list, and so every service of the job, a `redis` or a
`postgres` from anywhere, sees it too. How bad that is depends on the mount:

- A mount that is named by a variable (`subPathExpr`; fleetc writes one for a cache with share=\"runner\")
  keeps every service from starting, because the variable is set in `$job` only: the pod stays in
  `CreateContainerConfigError`, and the job fails when the hook gives up.
- A mounted Secret is shown to the images of others. A cache can be written by them.
- Two containers of the template that mount at one path make the pod invalid.

It does not concern jobs without services. Share the cache by pool or by all, use mode `kubernetes` for pools
whose jobs have services, or run the service as a step.

Known from: hooks 0.8.1 (`prepare-job.ts`, where `volumeMounts` is set to the constant `CONTAINER_VOLUMES`).
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" shm="1Gi"
}
"#,
    bad: r#"
cache "uv" share="runner" {
    host-path "/var/cache/uv"
    mount "/mnt/cache/uv" env="UV_CACHE_DIR"
}
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    cache "uv"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(pod) = view.objects.job_pod() else { return };
    if view.pool.mode != ContainerMode::KubernetesNovolume {
        return;
    }
    let name = view.pool.name();
    let mut taken: HashMap<&str, &str> = HashMap::new();
    for container in pod.containers.iter().filter(|container| container.name.starts_with('$')) {
        for mount in container.volume_mounts.iter().flatten() {
            let span = place(cx, view, mount);
            let other = taken.insert(&mount.mount_path, &container.name);
            let (severity, message, effect) = match other {
                Some(other) => (
                    Severity::Error,
                    format!(
                        "\"{other}\" and \"{}\" of pool \"{name}\" both mount at {}",
                        container.name, mount.mount_path
                    ),
                    "all containers of a job share one list of mounts: the API server refuses the pod",
                ),
                None => match harm(pod, mount) {
                    Some((severity, effect)) => (
                        severity,
                        format!(
                            "services of jobs of pool \"{name}\" get the mount of \"{}\" at {}, too",
                            mount.name, mount.mount_path,
                        ),
                        effect,
                    ),
                    None => continue,
                },
            };
            let found = out
                .found(message)
                .severity(severity)
                .label(span, "reaches every container of a job")
                .effect(effect)
                .help("use `mode \"kubernetes\"` for jobs with services, or start the service in a step");
            out.report(found);
        }
    }
}

/// What a mount does in a container that it was not meant for; nothing where it can only be read.
fn harm(pod: &PodSpec, mount: &VolumeMount) -> Option<(Severity, &'static str)> {
    if mount.sub_path_expr.is_some() {
        let effect =
            "a job with `services:` never starts: its services lack the variable that names the folder";
        return Some((Severity::Warning, effect));
    }
    let volume = volume(pod, &mount.name)?;
    if volume.secret.is_some() {
        return Some((Severity::Warning, "the images of services, which others wrote, can read the Secret"));
    }
    let lasts = volume.persistent_volume_claim.is_some() || volume.host_path.is_some();
    let writable = lasts && mount.read_only != Some(true);
    writable.then_some((Severity::Info, "the images of a job's services can write what later jobs trust"))
}

/// Where the mount was written.
fn place(cx: &Context<'_>, view: PoolView<'_>, mount: &VolumeMount) -> Span {
    let mut caches =
        cx.fleet.caches_of(view.pool).zip(view.pool.node.cache.iter().flat_map(|cache| &cache.names));
    let of_cache =
        caches.find(|(cache, _)| cache.node.mounts.iter().any(|m| m.path.as_str() == mount.mount_path));
    of_cache.map_or_else(|| view.job_pod_span(view.pool.span()), |(_, used)| used.span)
}
