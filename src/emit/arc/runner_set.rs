//! The AutoscalingRunnerSet.

use super::{listener, runner_pod};
use crate::emit::kinds::{
    AutoscalingRunnerSet, ProxyConfig, ProxyServerConfig, RunnerSetSpec, TlsConfig, TlsSource,
};
use crate::emit::meta::{map, meta, non_empty};
use crate::language::nodes;
use crate::model::{Fleet, Pool};
use k8s_openapi::api::core::v1::ConfigMapKeySelector;
use std::collections::BTreeMap;

pub fn runner_set(fleet: &Fleet, pool: &Pool) -> AutoscalingRunnerSet {
    let github = &pool.github;
    let secret = github.app_secret.as_ref().or(github.token_secret.as_ref());
    let labels = pool.node.labels.iter().flat_map(|labels| &labels.labels);
    AutoscalingRunnerSet {
        api_version: "actions.github.com/v1alpha1".to_owned(),
        kind: "AutoscalingRunnerSet".to_owned(),
        metadata: meta(pool.name(), Some(pool.namespace.as_str()), identity(fleet, pool)),
        spec: RunnerSetSpec {
            github_config_url: github.url.to_string(),
            github_config_secret: secret.map_or_else(String::new, |secret| secret.to_string()),
            runner_group: pool.runner_group.clone(),
            runner_scale_set_labels: non_empty(labels.map(|label| label.to_string()).collect()),
            min_runners: Some(pool.min()),
            max_runners: pool.max(),
            proxy: pool.proxy.as_ref().map(proxy),
            github_server_tls: github.certificate.as_ref().map(tls),
            template: runner_pod::template(fleet, pool),
            listener_template: Some(listener::template(pool)),
            listener_metrics: crate::emit::monitoring::listener_metrics(fleet),
            ..RunnerSetSpec::default()
        },
    }
}

/// Labels that the official chart writes. The controller deletes a pool at once whose version label
/// is not its own release's, so that label is taken from the contract's release and nothing else.
fn identity(fleet: &Fleet, pool: &Pool) -> BTreeMap<String, String> {
    map([
        ("actions.github.com/scale-set-name", pool.name()),
        ("actions.github.com/scale-set-namespace", pool.namespace.as_str()),
        ("app.kubernetes.io/component", "autoscaling-runner-set"),
        ("app.kubernetes.io/instance", pool.name()),
        ("app.kubernetes.io/managed-by", "fleetc"),
        ("app.kubernetes.io/name", pool.name()),
        ("app.kubernetes.io/part-of", "gha-rs"),
        ("app.kubernetes.io/version", &fleet.versions.version_label),
    ])
}

fn proxy(node: &nodes::Proxy) -> ProxyConfig {
    let server = |server: &nodes::ProxyServer| ProxyServerConfig {
        url: server.url.to_string(),
        credential_secret_ref: server.secret.as_ref().map(|secret| secret.to_string()),
    };
    let hosts = node.no_proxy.iter().flat_map(|no_proxy| &no_proxy.hosts);
    ProxyConfig {
        http: node.http.as_ref().map(server),
        https: node.https.as_ref().map(server),
        no_proxy: non_empty(hosts.map(|host| host.to_string()).collect()),
    }
}

fn tls(certificate: &nodes::Certificate) -> TlsConfig {
    let config_map_key_ref = ConfigMapKeySelector {
        name: certificate.config_map.to_string(),
        key: certificate.key.to_string(),
        optional: None,
    };
    TlsConfig { certificate_from: TlsSource { config_map_key_ref } }
}
