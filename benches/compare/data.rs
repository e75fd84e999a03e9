//! What a jsonnet program needs to know of a fleet, resolved and with defaults, as JSON.

use fleetc::language::nodes;
use fleetc::model::{Cache, CacheKind, Fleet, Hardware, Pool, Size};
use serde_json::{Map, Value, json};

/// The data of a fleet.
pub fn data(fleet: &Fleet) -> Value {
    let hardware = fleet.hardware.iter().map(|class| (class.name().to_owned(), hardware(class)));
    let caches = fleet.caches.iter().map(|own| (own.node.name.to_string(), cache(own)));
    json!({
        "name": fleet.node.name.as_str(),
        "versionLabel": fleet.versions.version_label,
        "controller": {
            "namespace": fleet.controller.namespace.as_str(),
            "account": fleet.controller.service_account.as_ref().map(|name| name.as_str()),
        },
        "hardware": hardware.collect::<Map<_, _>>(),
        "caches": caches.collect::<Map<_, _>>(),
        "pools": fleet.pools.iter().map(|own| pool(fleet, own)).collect::<Vec<_>>(),
    })
}

fn hardware(class: &Hardware) -> Value {
    let select = class.node.select.iter().map(|label| (label.key.to_string(), json!(label.value.as_str())));
    let tolerate = |taint: &nodes::Tolerate| {
        json!({
            "key": taint.key.as_str(),
            "value": taint.value.as_ref().map(|value| value.as_str()),
            "effect": taint.effect.as_ref().map(|effect| effect.to_string()),
        })
    };
    json!({
        "scarce": class.is_scarce(),
        "select": select.collect::<Map<_, _>>(),
        "tolerate": class.node.tolerate.iter().map(tolerate).collect::<Vec<_>>(),
    })
}

fn cache(cache: &Cache) -> Value {
    let (claim, path) = match &cache.kind {
        CacheKind::Claim(claim) => (Some(claim.name.as_str()), None),
        CacheKind::HostPath(folder) => (None, Some(folder.path.as_str())),
    };
    let mount = |mount: &nodes::Mount| {
        json!({
            "path": mount.path.as_str(),
            "env": mount.env.as_ref().map(|name| name.as_str()),
            "readOnly": mount.read_only.value,
        })
    };
    json!({
        "name": cache.node.name.as_str(),
        "claim": claim,
        "path": path,
        "share": cache.share.to_string(),
        "mounts": cache.node.mounts.iter().map(mount).collect::<Vec<_>>(),
    })
}

fn size(size: &Size) -> Value {
    json!({
        "cpu": size.cpu.map(|cpu| cpu.to_string()),
        "memory": size.memory.map(|memory| memory.to_string()),
        "storage": size.storage.map(|storage| storage.to_string()),
    })
}

fn pool(fleet: &Fleet, pool: &Pool) -> Value {
    let node = &pool.node;
    let secret = pool.github.app_secret.as_ref().or(pool.github.token_secret.as_ref());
    let devices =
        pool.devices().into_iter().map(|(name, count)| (name.to_string(), json!(count.to_string())));
    let labels = node.pod_labels.iter().map(|label| (label.key.to_string(), json!(label.value.as_str())));
    let env = |env: &nodes::Env| {
        json!({
            "name": env.name.as_str(),
            "value": env.value.as_ref().map_or("", |value| value.as_str()),
            "on": env.on.to_string(),
        })
    };
    let trust =
        |trust: &nodes::Trust| json!({"configMap": trust.config_map.as_str(), "key": trust.key.as_str()});
    let work = |work: &nodes::Work| {
        json!({
            "size": work.size.to_string(),
            "class": work.storage_class.as_ref().map(|name| name.as_str()),
            "access": work.access.to_string(),
        })
    };
    json!({
        "name": pool.name(),
        "namespace": pool.namespace.as_str(),
        "mode": pool.mode.to_string(),
        "min": pool.min(),
        "max": pool.max(),
        "github": {"url": pool.github.url.as_str(), "secret": secret.map(|name| name.as_str())},
        "runnerGroup": pool.runner_group,
        "runnerImage": pool.runner_image.as_str(),
        "dockerImage": pool.docker_image.as_str(),
        "runner": size(&pool.runner),
        "job": size(&pool.job),
        "classes": fleet.hardware_of(pool).map(Hardware::name).collect::<Vec<_>>(),
        "devices": devices.collect::<Map<_, _>>(),
        "caches": fleet.caches_of(pool).map(|cache| cache.node.name.as_str()).collect::<Vec<_>>(),
        "trust": node.trust.iter().map(trust).collect::<Vec<_>>(),
        "work": node.work.as_ref().map(work),
        "env": node.env.iter().map(env).collect::<Vec<_>>(),
        "podLabels": labels.collect::<Map<_, _>>(),
        "priority": pool.priority.map(|at| fleet.priorities[at].name.as_str()),
    })
}
