//! `hostpath-cache-unowned`

use crate::check::dind::holds_socket;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::{Security, Share};
use crate::model::{Cache, CacheKind, Fleet, Pool};
use std::collections::HashMap;

/// User of the official runner image.
const RUNNER: u32 = 1001;

pub static RULE: Rule = Rule {
    code: "hostpath-cache-unowned",
    severity: Severity::Warning,
    summary: "a cache on the node's disk is written by several jobs at once, or by a user that may not",
    explanation: "\
A `host-path` cache is a plain folder of the node. Two things go wrong with it:

- Shared by jobs (`share=\"all\"` or `share=\"pool\"`), it is written by several at once. Tools that do not
  lock their files leave half-written ones, and others fail on each other's locks: builds fail at random,
  or a poisoned entry is used for weeks.
- Kubernetes makes it as root, with mode 0755, and `fs-group` has no effect on it. A job that runs as
  another user, such as 1001 in the runner's own image, gets `Permission denied`.

Leave `share` out (each runner has a folder of its own), or say `concurrent=#true` where the tool locks
its files, as ccache and Bazel's disk cache do. Run the job as root (`job { security user=0 }`), or
use a `claim`, whose group Kubernetes sets.

Known from: the Kubernetes documentation on hostPath and fsGroup.
",
    good: r#"
cache "ccache" share="all" concurrent=#true {
    host-path "/var/cache/ccache"
    mount "/mnt/ccache" env="CCACHE_DIR"
}

pool "builds" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="16Gi" storage="40Gi"
    cache "ccache"
}
"#,
    bad: r#"
cache "uv" share="all" {
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
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    report_shared(cx.fleet, out);
    for view in cx.pools() {
        report_unowned(cx.fleet, view, out);
    }
}

/// Caches of which several jobs of a cluster may write the same folder, each once.
fn report_shared(fleet: &Fleet, out: &mut Reporter<'_, '_>) {
    let mut writers: HashMap<(usize, usize), (u64, &Pool)> = HashMap::new();
    let mut reported = vec![false; fleet.caches.len()];
    for pool in &fleet.pools {
        for at in &pool.caches {
            let Some(cache) = fleet.caches.get(*at).filter(|cache| is_shared(cache)) else { continue };
            let (count, first) = writers.entry((*at, pool.cluster)).or_insert((0, pool));
            let mine = pool.max().map_or(u64::MAX, u64::from);
            // A pool's folder is another pool's no more.
            *count = if cache.share == Share::Pool { mine } else { count.saturating_add(mine) };
            if *count < 2 || std::mem::replace(&mut reported[*at], true) {
                continue;
            }
            let share = cache.node.share.as_ref().map_or(cache.node.span, |share| share.span);
            let found = out
                .found(format!("jobs on one node write cache \"{}\" at the same time", cache.node.name.value))
                .label(share, "one folder for several jobs")
                .label(first.node.cache.as_ref().map_or(first.span(), |cache| cache.span), "used here")
                .effect("tools that do not lock their files leave half-written ones: builds fail at random")
                .help("remove `share`, so that each runner has a folder of its own, or add `concurrent=#true` if the tool locks its files");
            out.report(found);
        }
    }
}

fn is_shared(cache: &Cache) -> bool {
    let written = cache.node.mounts.iter().any(|mount| !mount.read_only.value);
    let on_node = matches!(cache.kind, CacheKind::HostPath(_));
    on_node && written && cache.share != Share::Runner && !cache.node.concurrent.value
}

/// Caches whose folder belongs to root while jobs run as somebody else.
fn report_unowned(fleet: &Fleet, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let pool = view.pool;
    let stated = |security: Option<&Security>| {
        security.and_then(|security| security.user.as_ref()).map(|user| (user.value.0, user.span))
    };
    let user = if pool.mode.has_workflow_pod() {
        stated(pool.job_security())
    } else {
        stated(pool.runner_security()).or(Some((RUNNER, pool.node.mode.span)))
    };
    let Some((user, span)) = user.filter(|(user, _)| *user != 0) else { return };
    for cache in fleet.caches_of(pool) {
        let CacheKind::HostPath(path) = &cache.kind else { continue };
        // A runtime's socket is a worse mistake, with a rule of its own.
        if holds_socket(path.path.as_str()) || cache.node.mounts.iter().all(|mount| mount.read_only.value) {
            continue;
        }
        let word = if pool.mode.has_workflow_pod() { "job" } else { "runner" };
        let found = out
            .found(format!("jobs of pool \"{}\" run as user {user}, and cache \"{}\" belongs to root", pool.name(), cache.node.name.value))
            .label(span, format!("user {user}"))
            .label(path.span, "made by root, with mode 0755")
            .effect("jobs can't write the cache: \"Permission denied\"; `fs-group` has no effect on a folder of the node")
            .help(format!("write `{word} {{ security user=0 }}`, or keep the cache in a `claim`"));
        out.report_about(pool, found);
    }
}
