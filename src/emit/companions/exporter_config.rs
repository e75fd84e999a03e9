//! What fleet-exporter reads: its configuration, and the pools of the fleet.

use crate::emit::object::PoolObjects;
use crate::language::value::GithubScope;
use crate::model::{Exporter, ExporterSecret, Fleet, Pool};
use fleet_model::exporter::{AppId, Config, Credentials, Server};
use fleet_model::pools::{Pool as Known, Pools, RunnerKind};
use std::collections::HashMap;
use std::path::PathBuf;

/// Folder of both files.
pub const FOLDER: &str = "/etc/fleet-exporter";
/// Name of the one with its configuration, a key of its ConfigMap.
pub const CONFIG: &str = "config.json";
/// Name of the one with the pools, another key.
pub const POOLS: &str = "pools.json";
/// Folder of the database.
pub const LEDGER: &str = "/var/lib/fleet-exporter";
/// Folder of the Secret that it asks GitHub with.
pub const GITHUB: &str = "/var/run/secrets/fleetc.dev/github";
/// Folder of those that deliveries are signed with.
pub const WEBHOOK: &str = "/var/run/secrets/fleetc.dev/webhook";
/// Folder of the certificates of a GitHub Enterprise Server.
pub const CERTIFICATE: &str = "/etc/fleetc/certificate";
/// Key of a Secret that deliveries are signed with.
const WEBHOOK_KEY: &str = "secret";
/// Port of metrics, health and webhooks.
pub const PORT: u16 = 9464;
/// Pool of jobs that runners take which are not the fleet's: the exporter calls it so, too.
const OTHERS: &str = "other";

const DAY: u64 = 86_400;

/// Its configuration.
pub fn config(fleet: &Fleet, exporter: Exporter<'_>) -> Config {
    let github = &fleet.node.github;
    let node = exporter.node;
    let path = |folder: &str, file: &str| PathBuf::from(format!("{folder}/{file}"));
    let credentials = exporter.secret().map(|secret| match secret {
        ExporterSecret::App(_) => Credentials::App {
            id: AppId::In { file: path(GITHUB, "github_app_id") },
            private_key: path(GITHUB, "github_app_private_key"),
        },
        ExporterSecret::Token(_) => Credentials::Token { file: path(GITHUB, "github_token") },
    });
    let url = &github.url.value;
    let host = url.host().strip_prefix("www.").unwrap_or(url.host());
    let server = Server {
        host: host.to_owned(),
        // The exporter takes https for granted.
        api: url.as_str().starts_with("http://").then(|| format!("http://{host}/api/v3")),
        certificate: github.certificate.as_ref().map(|from| path(CERTIFICATE, from.key.as_str())),
        credentials,
        organizations: exporter.organizations(),
        poll_seconds: None,
    };
    let branches = node.branches.iter().flat_map(|branches| &branches.patterns);
    Config {
        listen: format!("0.0.0.0:{PORT}"),
        ledger: path(LEDGER, "ledger.redb"),
        pools: Some(path(FOLDER, POOLS)),
        branches: branches.map(|pattern| pattern.to_string()).collect(),
        retention_days: u32::try_from(node.keep.value.seconds() / DAY).unwrap_or(u32::MAX),
        backfill_counters: false,
        webhook_secrets: exporter
            .webhook_secrets()
            .map(|secret| path(&format!("{WEBHOOK}/{secret}"), WEBHOOK_KEY))
            .collect(),
        servers: vec![server],
    }
}

/// The pools, as patched: what takes a job at GitHub.
pub fn pools(fleet: &Fleet, exporter: Exporter<'_>, objects: &[PoolObjects]) -> Pools {
    let prices: HashMap<&str, u64> =
        exporter.node.prices.iter().map(|price| (price.pool.as_str(), price.per_minute.value.0)).collect();
    let own = fleet.pools.iter().zip(objects).map(|(pool, objects)| of_pool(fleet, pool, objects, &prices));
    let hosted = exporter.node.hosted.iter().map(|hosted| Known {
        microdollars_per_minute: Some(hosted.per_minute.value.0),
        ..of_labels(hosted.label.as_str(), RunnerKind::Hosted, vec![hosted.label.to_string()])
    });
    let others = fleet.usage.other_runners.iter().map(|others| {
        let labels = others.labels.iter().map(|label| label.to_string()).collect();
        of_labels(OTHERS, RunnerKind::Static, labels)
    });
    Pools { pools: own.chain(hosted).chain(others).collect() }
}

fn of_labels(name: &str, kind: RunnerKind, labels: Vec<String>) -> Known {
    Known {
        name: name.to_owned(),
        kind,
        labels,
        scale_set: None,
        group: None,
        repositories: Vec::new(),
        cluster: None,
        namespace: None,
        min: 0,
        max: None,
        microdollars_per_minute: None,
    }
}

fn of_pool(fleet: &Fleet, pool: &Pool, objects: &PoolObjects, prices: &HashMap<&str, u64>) -> Known {
    let set = &objects.runner_set;
    let own = set.spec.runner_scale_set_name.as_deref().filter(|name| !name.is_empty());
    let name = own.or(set.metadata.name.as_deref()).unwrap_or_else(|| pool.name());
    let labels = set.spec.runner_scale_set_labels.iter().flatten();
    let group = set.spec.runner_group.as_deref().filter(|group| !group.is_empty());
    Known {
        name: pool.name().to_owned(),
        kind: RunnerKind::Arc,
        labels: std::iter::once(name).chain(labels.map(String::as_str)).map(str::to_owned).collect(),
        // Runners are named after the resource, which need not have the scale set's name.
        scale_set: set.metadata.name.clone(),
        group: group.map(str::to_owned),
        repositories: repositories(fleet, pool, group.unwrap_or("default")),
        cluster: fleet
            .clusters
            .get(pool.cluster)
            .and_then(|cluster| cluster.name.as_ref())
            .map(|name| name.to_string()),
        namespace: set.metadata.namespace.clone(),
        min: set.spec.min_runners.unwrap_or(0),
        max: set.spec.max_runners,
        microdollars_per_minute: prices.get(pool.name()).copied(),
    }
}

/// Which repositories may use a pool: what its group admits, within where it is registered.
fn repositories(fleet: &Fleet, pool: &Pool, group: &str) -> Vec<String> {
    let scope = &pool.github.url.value.scope;
    if let GithubScope::Repository(owner, name) = scope {
        return vec![format!("{owner}/{name}")];
    }
    let admitted = fleet.usage.group(group).and_then(|group| group.repositories.as_ref());
    match (admitted, scope) {
        (Some(admitted), _) => admitted.patterns.iter().map(|pattern| pattern.to_string()).collect(),
        (None, GithubScope::Organization(name)) => vec![format!("{name}/*")],
        (None, _) => Vec::new(),
    }
}
