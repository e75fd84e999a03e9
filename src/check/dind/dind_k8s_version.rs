//! `dind-k8s-version`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::value::Version;

/// The first release in which sidecars are on by default.
const SIDECARS: Version = Version::new(1, 29, 0);

pub static RULE: Rule = Rule {
    code: "dind-k8s-version",
    severity: Severity::Error,
    summary: "the Docker daemon is a sidecar in a cluster that knows none",
    explanation: "\
Since release 0.12, ARC lays out `dind` with the daemon as a sidecar: an init container with
`restartPolicy: Always`, which starts before the runner and runs beside it. Kubernetes before 1.29 does
not know those. It drops the field and waits for the init container to end, which a daemon never does:
the pod stays in `Init:1/2`, and jobs queue for ever.

Write `docker legacy=#true` for such clusters: the daemon then is an ordinary container, and the runner
waits for it. Better, upgrade: Kubernetes 1.28 has had no support since 2024.

Known from: ARC issue 3842; the chart `gha-runner-scale-set` asks the cluster for its version, which a
render in Git can't do.
",
    good: r#"
versions {
    kubernetes "1.28"
}

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    docker legacy=#true
}
"#,
    bad: r#"
versions {
    kubernetes "1.28"
}

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let cluster = cx.fleet.cluster_of(view.pool);
    let Some(version) = cluster.kubernetes.filter(|version| *version < SIDECARS) else { return };
    let Some(pod) = view.objects.runner_pod() else { return };
    let sidecar = |name: &str, policy: Option<&str>| name == "dind" && policy == Some("Always");
    let mut init = pod.init_containers.iter().flatten();
    if !init.any(|container| sidecar(&container.name, container.restart_policy.as_deref())) {
        return;
    }
    let own = cluster.node.as_ref().and_then(|node| node.kubernetes.as_ref()).map(|version| version.span);
    let of_all =
        || cx.fleet.versions.node.as_ref().and_then(|node| node.kubernetes.as_ref()).map(|k| k.version.span);
    let mut found = out
        .found(format!(
            "Kubernetes {}.{} of {} has no sidecars, which the Docker daemon needs",
            version.major,
            version.minor,
            cluster.label()
        ))
        .label(
            view.pool.node.docker.as_ref().map_or(view.pool.node.mode.span, |docker| docker.span),
            "its daemon is a sidecar",
        )
        .effect("the pod waits for the daemon to end before the runner starts: jobs queue for ever")
        .help("add `docker legacy=#true`, or run Kubernetes 1.29 or later");
    if let Some(span) = own.or_else(of_all) {
        found = found.label(span, "too old");
    }
    out.report(found);
}
