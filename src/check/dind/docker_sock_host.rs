//! `docker-sock-host`

use crate::check::findings::Reporter;
use crate::check::pods::{host_paths, pods};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::model::CacheKind;
use crate::syntax::Span;

/// Sockets of container runtimes, without `/var` in front of `/run`.
const SOCKETS: [&str; 6] = [
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/podman/podman.sock",
];

pub static RULE: Rule = Rule {
    code: "docker-sock-host",
    severity: Severity::Error,
    summary: "jobs reach the container runtime of their node",
    explanation: "\
Whoever reaches the socket of a node's container runtime is root on that node: a job can start a
privileged container that mounts the node's disk, reads the kubelet's credentials and every Secret of
every pod there. What it starts is outside its pod: no limit applies to it, the scheduler does not know
it, and it stays behind when the job is over.

This rule finds volumes of the node that are such a socket or hold one, through a `cache` or a patch.

Use the mode `dind`, whose daemon ends with its pod, or in the kubernetes modes a builder that needs no
daemon, such as BuildKit in a pod of its own.

Known from: the Docker documentation on protecting the daemon's socket; the mode that ARC's
documentation calls docker-in-docker was made to avoid it.
",
    good: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
cache "docker" share="all" concurrent=#true {
    host-path "/var/run/docker.sock"
    mount "/var/run/docker.sock"
}

pool "images" {
    mode "default"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    cache "docker"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    for pod in pods(view) {
        for (_, host) in host_paths(pod.spec).filter(|(_, host)| holds_socket(&host.path)) {
            let span = of_cache(cx, view, &host.path).or(pod.patched).unwrap_or(view.pool.span());
            let found = out
                .found(format!("{} of the node gives jobs the node's container runtime", host.path))
                .label(span, "root on the node")
                .effect(
                    "every job is root on its node, and what it starts there has no limits and never ends",
                )
                .help("remove it, and use the mode \"dind\" for jobs that need Docker");
            out.report(found);
        }
    }
}

/// Whether a folder or file of the node is a runtime's socket or holds one.
pub fn holds_socket(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let path = path.strip_prefix("/var/run").map_or_else(|| path.to_owned(), |rest| format!("/run{rest}"));
    let holds = |socket: &&str| {
        socket.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path == "/var" || SOCKETS.iter().any(holds)
}

fn of_cache(cx: &Context<'_>, view: PoolView<'_>, path: &str) -> Option<Span> {
    cx.fleet.caches_of(view.pool).find_map(|cache| match &cache.kind {
        CacheKind::HostPath(host) if host.path.as_str() == path => Some(host.path.span),
        _ => None,
    })
}
