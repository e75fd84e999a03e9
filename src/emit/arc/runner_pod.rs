//! The runner's pod.

use super::container::{field, resources, security, variable, variables};
use super::volumes::{TrustStore, Volumes, mount, trust, volumes};
use super::{dind, names, placement};
use crate::contract::hooks::generation;
use crate::emit::hooks;
use crate::emit::meta::{NO_DISRUPTION, POOL_LABEL, ROLE_LABEL, map, non_empty, quantity};
use crate::language::nodes::{ContainerMode, Target};
use crate::model::{Fleet, Pool};
use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, Container, EmptyDirVolumeSource, EnvVar, EphemeralVolumeSource,
    LocalObjectReference, PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, PodResourceClaim,
    PodSecurityContext, PodSpec, PodTemplateSpec, Volume, VolumeMount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;

/// Template of the runner's pod.
pub fn template(fleet: &Fleet, pool: &Pool) -> PodTemplateSpec {
    PodTemplateSpec { metadata: Some(metadata(pool, "runner")), spec: Some(spec(fleet, pool)) }
}

/// Labels and annotations of a pool's pods: `runner` or `job`.
pub fn metadata(pool: &Pool, role: &str) -> ObjectMeta {
    let mut labels = map([(POOL_LABEL, pool.name()), (ROLE_LABEL, role)]);
    labels.extend(pool.node.pod_labels.iter().map(|label| (label.key.to_string(), label.value.to_string())));
    let mut annotations = map(NO_DISRUPTION);
    let own = pool.node.pod_annotations.iter();
    annotations.extend(own.map(|note| (note.key.to_string(), note.value.to_string())));
    ObjectMeta { labels: Some(labels), annotations: Some(annotations), ..ObjectMeta::default() }
}

fn spec(fleet: &Fleet, pool: &Pool) -> PodSpec {
    let mut seen = Volumes::default();
    if !pool.mode.has_workflow_pod() {
        seen = volumes(fleet, pool);
    }
    seen.extend(trust(pool, TrustStore::Runner));
    let (mine, _) = placement(fleet, pool);
    let is_dind = pool.mode == ContainerMode::Dind;
    let legacy = pool.node.docker.as_ref().is_some_and(|docker| docker.legacy.value);
    let mut init = Vec::new();
    let mut containers = vec![runner(pool, &seen)];
    if is_dind {
        init.push(dind::externals(pool));
        if legacy { containers.push(dind::daemon(fleet, pool)) } else { init.push(dind::daemon(fleet, pool)) }
    }
    containers.shrink_to_fit();
    let mut all = own_volumes(pool);
    all.extend(seen.volumes);
    PodSpec {
        affinity: mine.affinity,
        containers,
        image_pull_secrets: pull_secrets(pool),
        init_containers: non_empty(init),
        node_selector: mine.node_selector,
        priority_class_name: priority(fleet, pool),
        resource_claims: (!pool.mode.has_workflow_pod()).then(|| resource_claims(pool)).flatten(),
        // The just-in-time configuration of a runner is spent after one job.
        restart_policy: Some("Never".to_owned()),
        security_context: pool_security(pool),
        service_account_name: Some(names::runner_account(pool)),
        tolerations: mine.tolerations,
        topology_spread_constraints: mine.spread,
        volumes: non_empty(all),
        ..PodSpec::default()
    }
}

/// Priority class of a pool's pods.
pub fn priority(fleet: &Fleet, pool: &Pool) -> Option<String> {
    pool.priority.map(|at| fleet.priorities[at].name.to_string())
}

/// Secrets that images are pulled with.
pub fn pull_secrets(pool: &Pool) -> Option<Vec<LocalObjectReference>> {
    let names = pool.node.pull_secrets.iter().flat_map(|secrets| &secrets.names);
    non_empty(names.map(|name| LocalObjectReference { name: name.to_string() }).collect())
}

/// Claims of dynamically allocated devices.
pub fn resource_claims(pool: &Pool) -> Option<Vec<PodResourceClaim>> {
    let claim = |claim: &crate::language::nodes::ResourceClaim| PodResourceClaim {
        name: claim.name.to_string(),
        resource_claim_name: claim.claim.as_ref().map(|name| name.to_string()),
        resource_claim_template_name: claim.template.as_ref().map(|name| name.to_string()),
    };
    non_empty(pool.node.resource_claims.iter().map(claim).collect())
}

/// The runner runs as user 1001; a volume that root owns is of no use to it without its group.
fn pool_security(pool: &Pool) -> Option<PodSecurityContext> {
    let volumes = pool.mode == ContainerMode::Kubernetes || !pool.caches.is_empty();
    let own = pool.runner_security().is_some_and(|security| security.fs_group.is_some());
    (volumes || own).then(|| PodSecurityContext {
        fs_group: Some(i64::from(pool.fs_group())),
        ..PodSecurityContext::default()
    })
}

fn runner(pool: &Pool, seen: &Volumes) -> Container {
    let works_here = !pool.mode.has_workflow_pod();
    let none = BTreeMap::new();
    let devices = if works_here { pool.devices() } else { none };
    let claims = if works_here { pool.node.resource_claims.as_slice() } else { &[] };
    let mut env = mode_env(pool);
    env.extend(seen.env.iter().cloned());
    merge_env(&mut env, variables(pool, Target::Runner));
    let mut mounts = own_mounts(pool);
    mounts.extend(seen.mounts.iter().cloned());
    Container {
        name: "runner".to_owned(),
        image: Some(pool.runner_image.to_string()),
        command: Some(vec!["/home/runner/run.sh".to_owned()]),
        env: non_empty(env),
        resources: resources(&pool.runner, &devices, claims),
        security_context: security(pool.runner_security()),
        volume_mounts: non_empty(mounts),
        ..Container::default()
    }
}

/// The user's variables win over those that are only convenience; Kubernetes takes the last of a name.
pub fn merge_env(env: &mut Vec<EnvVar>, own: Vec<EnvVar>) {
    env.retain(|known| !own.iter().any(|new| new.name == known.name));
    env.extend(own);
}

fn mode_env(pool: &Pool) -> Vec<EnvVar> {
    let Some(hook) = generation(pool.mode) else {
        return match pool.mode {
            ContainerMode::Dind => vec![
                variable("DOCKER_HOST", "unix:///var/run/docker.sock"),
                variable("RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", "120"),
            ],
            _ => Vec::new(),
        };
    };
    let mut env = vec![
        variable("ACTIONS_RUNNER_CONTAINER_HOOKS", hook.entry_point),
        field("ACTIONS_RUNNER_POD_NAME", "metadata.name"),
        variable("ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", pool.requires_job_container().to_string()),
        variable("ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE", hooks::TEMPLATE_PATH),
        variable("ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS", pool.prepare_timeout().seconds().to_string()),
    ];
    if hook.names_node && pool.uses_scheduler() {
        env.push(variable("ACTIONS_RUNNER_USE_KUBE_SCHEDULER", "true"));
    }
    if !hook.names_node {
        let own = pool.node.hooks.as_ref().and_then(|hooks| hooks.copy_image.as_ref());
        let image = own.map_or_else(|| pool.runner_image.to_string(), |image| image.to_string());
        env.push(variable("ACTIONS_RUNNER_IMAGE", image));
    }
    env
}

fn own_mounts(pool: &Pool) -> Vec<VolumeMount> {
    let mut mounts = Vec::new();
    if matches!(pool.mode, ContainerMode::Dind | ContainerMode::Kubernetes) {
        mounts.push(mount("work", dind::WORK));
    }
    if pool.mode == ContainerMode::Dind {
        mounts.push(mount("dind-sock", "/var/run"));
    }
    if pool.mode.has_workflow_pod() {
        let mut at = mount(hooks::TEMPLATE_VOLUME, hooks::TEMPLATE_FOLDER);
        at.read_only = Some(true);
        mounts.push(at);
    }
    mounts
}

fn own_volumes(pool: &Pool) -> Vec<Volume> {
    let scratch = |name: &str, size: Option<String>| Volume {
        name: name.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource { medium: None, size_limit: size.map(quantity) }),
        ..Volume::default()
    };
    match pool.mode {
        ContainerMode::Dind => vec![
            scratch("work", pool.job.storage.map(|storage| storage.to_string())),
            scratch("dind-sock", None),
            scratch("dind-externals", None),
        ],
        ContainerMode::Kubernetes => {
            let mut volumes: Vec<_> = work(pool).into_iter().collect();
            volumes.push(hook_template(pool));
            volumes
        }
        ContainerMode::KubernetesNovolume => vec![hook_template(pool)],
        ContainerMode::Default => Vec::new(),
    }
}

fn hook_template(pool: &Pool) -> Volume {
    Volume {
        name: hooks::TEMPLATE_VOLUME.to_owned(),
        config_map: Some(ConfigMapVolumeSource {
            name: names::hook_template(pool),
            ..ConfigMapVolumeSource::default()
        }),
        ..Volume::default()
    }
}

/// One claim for each runner, deleted with its pod.
fn work(pool: &Pool) -> Option<Volume> {
    let node = pool.node.work.as_ref()?;
    let requests = BTreeMap::from([("storage".to_owned(), quantity(node.size.value))]);
    let spec = PersistentVolumeClaimSpec {
        access_modes: Some(vec![node.access.to_string()]),
        resources: Some(VolumeResourceRequirements { requests: Some(requests), limits: None }),
        storage_class_name: node.storage_class.as_ref().map(|class| class.to_string()),
        ..PersistentVolumeClaimSpec::default()
    };
    Some(Volume {
        name: "work".to_owned(),
        ephemeral: Some(EphemeralVolumeSource {
            volume_claim_template: Some(PersistentVolumeClaimTemplate { metadata: None, spec }),
        }),
        ..Volume::default()
    })
}
