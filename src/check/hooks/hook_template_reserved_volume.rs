//! `hook-template-reserved-volume`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::generation;
use crate::diagnostic::Severity;
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "hook-template-reserved-volume",
    severity: Severity::Error,
    summary: "the template has a volume or a mount that the hooks make themselves",
    explanation: "\
Volumes and mounts of the template are put behind those that the hooks make; nothing is merged. Hooks 0.7
(mode `kubernetes`) make the volume `work` and mount it at `/__w`, `/__e`, `/github/home` and
`/github/workflow`. Hooks 0.8 (mode `kubernetes-novolume`) make `work`, `externals` and `github`, at `/__w`,
`/__e` and `/github`.

A second volume of such a name, or a second mount at such a path, makes the pod invalid: the API server
refuses it (`must be unique`, `Duplicate value`), and every job fails with \"failed to create job pod\". A
mount below one of these paths hides what the runner put there.

Give the volume another name, and mount the cache somewhere else: tools find it by a variable, as in
`mount \"/mnt/cache/ccache\" env=\"CCACHE_DIR\"`.

Known from: hooks 0.7.0 (`containerVolumes`) and 0.8.1 (`CONTAINER_VOLUMES`), and `mergeLists` in both.
",
    good: r#"
cache "ccache" {
    host-path "/var/cache/ccache"
    mount "/mnt/cache/ccache" env="CCACHE_DIR"
}
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    cache "ccache"
}
"#,
    bad: r#"
cache "home" {
    host-path "/var/cache/home"
    mount "/github/home"
}
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    cache "home"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(hook), Some(pod)) = (generation(view.pool.mode), view.objects.job_pod()) else { return };
    let name = view.pool.name();
    let patched = view.job_pod_span(view.pool.span());
    for volume in pod.volumes.iter().flatten() {
        if hook.own_volumes.contains(&volume.name.as_str()) {
            let found = out
                .found(format!(
                    "the template of pool \"{name}\" has a volume \"{}\", and so have the hooks",
                    volume.name
                ))
                .label(patched, "a second one of that name")
                .effect("the API server refuses the pod of every job: \"failed to create job pod\"")
                .help(format!(
                    "call it otherwise; hooks {} keep {}",
                    hook.version,
                    hook.own_volumes.join(", ")
                ));
            out.report(found);
        }
    }
    for container in pod.containers.iter().filter(|container| container.name.starts_with('$')) {
        for mount in container.volume_mounts.iter().flatten() {
            let path = mount.mount_path.trim_end_matches('/');
            if !hook.own_mounts.contains(&path) {
                continue;
            }
            let span = cache_mount(cx, view, path).unwrap_or(patched);
            let found = out
                .found(format!("pool \"{name}\" mounts \"{}\" at {path}, where the hooks keep their own files", mount.name))
                .label(span, format!("taken by hooks {}", hook.version))
                .effect("the API server refuses the pod of every job, or the job does not find the runner's files")
                .help("mount it somewhere else, such as /mnt/cache, and tell tools with `env=`");
            out.report(found);
        }
    }
}

/// Where a cache of the pool is said to be mounted at this path.
fn cache_mount(cx: &Context<'_>, view: PoolView<'_>, path: &str) -> Option<Span> {
    let mut mounts = cx.fleet.caches_of(view.pool).flat_map(|cache| &cache.node.mounts);
    mounts.find(|mount| mount.path.as_str().trim_end_matches('/') == path).map(|mount| mount.path.span)
}
