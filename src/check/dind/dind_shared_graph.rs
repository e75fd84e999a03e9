//! `dind-shared-graph`

use crate::check::findings::Reporter;
use crate::check::pods::{mounts, volume};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::syntax::Span;

/// Where Docker keeps images, layers and containers; the last is that of rootless images.
const GRAPHS: [&str; 3] = ["/var/lib/docker", "/var/lib/containerd", "/home/rootless/.local/share/docker"];

pub static RULE: Rule = Rule {
    code: "dind-shared-graph",
    severity: Severity::Error,
    summary: "several Docker daemons share one data folder",
    explanation: "\
Docker's data folder belongs to one daemon at a time. If a volume claim or a folder of the node is
mounted there, the second runner's daemon finds the first one's locks and database: it does not start, or
both start and corrupt layers, which shows days later as `layer does not exist` or `unexpected EOF`.

The wish behind it is a warm image cache. These work with many daemons at once: a pull-through mirror
(`docker mirror=\"https://…\"`), BuildKit's registry cache (`--cache-to type=registry`), or a `share=\"runner\"`
cache, which gives each runner a folder of its own.

Known from: ARC issues 944, 1362, 2940; the documentation of dockerd's `--data-root`.
",
    good: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    docker mirror="https://mirror.example.com"
}
"#,
    bad: r#"
cache "layers" {
    claim "docker-layers" size="500Gi"
    mount "/var/lib/docker"
}

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    cache "layers"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(daemon), Some(pod)) = (view.objects.dind_container(), view.objects.runner_pod()) else {
        return;
    };
    for at in mounts(daemon).filter(|at| holds_graph(&at.mount_path)) {
        let Some(volume) = volume(pod, &at.name) else { continue };
        let outlives = volume.persistent_volume_claim.is_some() || volume.host_path.is_some();
        let own_folder = at.sub_path_expr.is_some() || (at.sub_path.is_some() && view.pool.max() == Some(1));
        if !outlives || own_folder {
            continue;
        }
        let (span, asked) = places(cx, view, &at.mount_path);
        let mut found = out
            .found(format!("{} is Docker's data folder, and volume \"{}\" gives it to several daemons", at.mount_path, at.name))
            .label(span, "one daemon at a time can use it")
            .effect("the second daemon does not start, or both corrupt each other's layers")
            .help("use `docker mirror=` or a registry cache for images, or `share=\"runner\"` for a folder each");
        if let Some(asked) = asked {
            found = found.label(asked, "asked for here");
        }
        out.report(found);
    }
}

/// Whether Docker's data lies in this folder or below it.
fn holds_graph(path: &str) -> bool {
    GRAPHS.iter().any(|graph| {
        let below = |outer: &str, inner: &str| {
            inner == outer || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
        };
        below(path, graph) || below(graph, path)
    })
}

/// The cache's mount and the pool's wish for it, or the patch.
fn places(cx: &Context<'_>, view: PoolView<'_>, path: &str) -> (Span, Option<Span>) {
    let mut places = cx.fleet.caches_of(view.pool).flat_map(|cache| &cache.node.mounts);
    let asked = view.pool.node.cache.as_ref().map(|cache| cache.span);
    match places.find(|place| place.path.as_str() == path) {
        Some(place) => (place.path.span, asked),
        None => (view.runner_pod_span(view.pool.node.mode.span), None),
    }
}
