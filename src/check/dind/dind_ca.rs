//! `dind-ca`

use crate::check::findings::Reporter;
use crate::check::pods::{mounts, volume};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::Container;

/// Folders that the daemon reads certificates from: the system's store, and its own per registry.
const STORES: [&str; 4] =
    ["/etc/ssl/certs", "/etc/docker/certs.d", "/usr/local/share/ca-certificates", "/etc/pki/ca-trust"];

pub static RULE: Rule = Rule {
    code: "dind-ca",
    severity: Severity::Warning,
    summary: "the Docker daemon does not trust a certificate authority that the runner trusts",
    explanation: "\
Images are pulled and pushed by the Docker daemon, not by the runner. It reads neither the runner's
files nor `NODE_EXTRA_CA_CERTS`: a certificate authority that only the runner trusts does not help it,
and `docker pull` ends with `x509: certificate signed by unknown authority`.

fleetc gives the certificates of `trust`, and the `certificate` of a GitHub Enterprise Server, to the
daemon as well, in the folder that it reads at its start. This rule finds patches that mount a certificate
into the runner only, or take it from the daemon.

Name the ConfigMap with `trust config-map=\"…\"` rather than mounting it with a patch.

Known from: ARC issues 731 and 701.
",
    good: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    trust config-map="harbor-ca"
}
"#,
    bad: r##"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              template:
                spec:
                  containers:
                    - name: runner
                      volumeMounts:
                        - name: harbor-ca
                          mountPath: /usr/local/share/ca-certificates/harbor.crt
                          subPath: ca.crt
                  volumes:
                    - name: harbor-ca
                      configMap:
                        name: harbor-ca
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(daemon), Some(runner), Some(pod)) =
        (view.objects.dind_container(), view.objects.runner_container(), view.objects.runner_pod())
    else {
        return;
    };
    // One source may be two volumes of different names: what counts is the ConfigMap or Secret.
    let source = |name: &str| {
        let volume = volume(pod, name)?;
        let config_map = volume.config_map.as_ref().map(|source| source.name.as_str());
        config_map.or_else(|| volume.secret.as_ref()?.secret_name.as_deref())
    };
    let trusted: Vec<_> = certificates(daemon).filter_map(source).collect();
    for name in certificates(runner).filter_map(source).filter(|name| !trusted.contains(name)) {
        let of_trust = view.pool.node.trust.iter().find(|trust| trust.config_map.as_str() == name);
        let of_server = view.pool.github.certificate.as_ref().filter(|c| c.config_map.as_str() == name);
        let declared =
            of_trust.map(|trust| trust.span).or_else(|| of_server.map(|certificate| certificate.span));
        let mut found = out
            .found(format!(
                "the runner trusts the certificate authority \"{name}\", the Docker daemon does not"
            ))
            .label(view.runner_pod_span(view.pool.node.mode.span), "the daemon does not get it")
            .effect("`docker pull` and `docker push` fail: \"x509: certificate signed by unknown authority\"")
            .help(format!("write `trust config-map=\"{name}\"` in the pool, and leave it out of the patch"));
        if let Some(span) = declared {
            found = found.label(span, "declared here");
        }
        out.report(found);
    }
}

/// Names of the volumes that a container reads certificates from.
fn certificates(container: &Container) -> impl Iterator<Item = &str> {
    let stored = |path: &str| STORES.iter().any(|store| path.starts_with(store));
    mounts(container).filter(move |at| stored(&at.mount_path)).map(|at| at.name.as_str())
}
