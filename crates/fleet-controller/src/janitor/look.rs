//! From the API server to a [`World`].

use super::world::{CLEANUP, Common, Identity, Pod, RUNNER_POD, Runner, RunnerSet, Thing, World};
use k8s_openapi::api::core::v1 as core;
use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams, ObjectMeta};
use kube::core::PartialObjectMeta;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Debug;

/// Objects that are asked for at a time.
const PAGE: u32 = 500;
/// Annotation with the digest of a pool's template when it was first seen switched off.
pub const NOTED: &str = "fleetc.dev/outdated-template";

/// How the API server calls a kind.
pub fn resource(thing: Thing) -> ApiResource {
    let [group, version, kind, plural] = thing.names();
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}

/// Objects of a kind that fleetc has no type for.
pub fn objects(client: &Client, thing: Thing, namespace: &str) -> Api<DynamicObject> {
    Api::namespaced_with(client.clone(), namespace, &resource(thing))
}

/// Looks at the namespaces. What was made for runners is read before runners are.
pub async fn look(client: &Client, namespaces: &[String]) -> Result<World, kube::Error> {
    let mut world = World::default();
    for namespace in namespaces {
        look_at(client, namespace, &mut world).await?;
    }
    Ok(world)
}

async fn look_at(client: &Client, namespace: &str, world: &mut World) -> Result<(), kube::Error> {
    let pods: Api<core::Pod> = Api::namespaced(client.clone(), namespace);
    all(&pods, ListParams::default(), |pod| world.pods.push(read_pod(pod))).await?;
    // Metadata alone: what is in a Secret is none of the janitor's business.
    let hooks = ListParams::default().labels(RUNNER_POD);
    let mut secrets = Vec::new();
    each_meta(client, Thing::Secret, namespace, hooks, |secret| secrets.push(secret)).await?;
    world.secrets.extend(secrets);
    let claims = &mut world.claims;
    each_meta(client, Thing::PersistentVolumeClaim, namespace, ListParams::default(), |claim| {
        claims.push(claim)
    })
    .await?;
    for thing in [Thing::ServiceAccount, Thing::Role, Thing::RoleBinding, Thing::Secret] {
        let companions = &mut world.companions;
        each_meta(client, thing, namespace, ListParams::default(), |one| {
            if one.deleting.is_some() && one.finalizers.iter().any(|finalizer| finalizer == CLEANUP) {
                companions.push(one);
            }
        })
        .await?;
    }
    let sets = objects(client, Thing::AutoscalingRunnerSet, namespace);
    all(&sets, ListParams::default(), |set| world.sets.push(read_set(set))).await?;
    let runners = objects(client, Thing::EphemeralRunner, namespace);
    all(&runners, ListParams::default(), |runner| world.runners.push(read_runner(&runner))).await
}

/// All objects, page by page, so that no answer holds all of them.
async fn all<K: Clone + DeserializeOwned + Debug>(
    api: &Api<K>,
    params: ListParams,
    mut each: impl FnMut(K),
) -> Result<(), kube::Error> {
    let mut params = params.limit(PAGE);
    loop {
        let page = api.list(&params).await?;
        page.items.into_iter().for_each(&mut each);
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(()),
        }
    }
}

async fn each_meta(
    client: &Client,
    thing: Thing,
    namespace: &str,
    params: ListParams,
    mut each: impl FnMut(Common),
) -> Result<(), kube::Error> {
    let api = objects(client, thing, namespace);
    let mut params = params.limit(PAGE);
    loop {
        let page = api.list_metadata(&params).await?;
        let read = |object: PartialObjectMeta<DynamicObject>| common(thing, &object.metadata);
        page.items.into_iter().map(read).for_each(&mut each);
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(()),
        }
    }
}

/// What all objects have.
pub fn common(thing: Thing, meta: &ObjectMeta) -> Common {
    let owners = meta.owner_references.iter().flatten();
    Common {
        id: Identity {
            thing,
            namespace: meta.namespace.clone().unwrap_or_default(),
            name: meta.name.clone().unwrap_or_default(),
            uid: meta.uid.clone().unwrap_or_default(),
            version: meta.resource_version.clone().unwrap_or_default(),
        },
        labels: meta.labels.clone().unwrap_or_default(),
        owners: owners.map(|owner| (owner.kind.clone(), owner.name.clone(), owner.uid.clone())).collect(),
        finalizers: meta.finalizers.clone().unwrap_or_default(),
        deleting: meta.deletion_timestamp.as_ref().map(|time| time.0),
    }
}

/// A pod as the janitor sees it.
pub fn read_pod(pod: core::Pod) -> Pod {
    let status = pod.status.unwrap_or_default();
    let containers = status.container_statuses.unwrap_or_default();
    let ended = containers
        .iter()
        .find(|container| container.name == "runner")
        .map(|container| container.state.as_ref().is_some_and(|state| state.terminated.is_some()));
    let volumes = pod.spec.and_then(|spec| spec.volumes).unwrap_or_default();
    let common = common(Thing::Pod, &pod.metadata);
    let claim = |volume: core::Volume| match (volume.persistent_volume_claim, volume.ephemeral) {
        (Some(claim), _) => Some(claim.claim_name),
        // Kubernetes names it so.
        (None, Some(_)) => Some(format!("{}-{}", common.id.name, volume.name)),
        (None, None) => None,
    };
    Pod {
        claims: volumes.into_iter().filter_map(claim).collect(),
        common,
        phase: status.phase.unwrap_or_default(),
        reason: status.reason.unwrap_or_default(),
        runner_ended: ended,
    }
}

/// An EphemeralRunner as the janitor sees it.
pub fn read_runner(runner: &DynamicObject) -> Runner {
    let status = &runner.data["status"];
    let text = |name: &str| status[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let number =
        |name: &str| status[name].as_i64().filter(|number| *number != 0).map(|number| number.to_string());
    Runner {
        common: common(Thing::EphemeralRunner, &runner.metadata),
        phase: text("phase").unwrap_or_default(),
        job: text("jobId").or_else(|| number("jobRequestId")).or_else(|| number("workflowRunId")),
    }
}

fn read_set(set: DynamicObject) -> RunnerSet {
    let annotations = set.metadata.annotations.as_ref();
    RunnerSet {
        common: common(Thing::AutoscalingRunnerSet, &set.metadata),
        phase: set.data["status"]["phase"].as_str().unwrap_or_default().to_owned(),
        template: digest(&set.data["spec"]["template"]),
        outdated_template: annotations.and_then(|annotations| annotations.get(NOTED)).cloned(),
    }
}

fn digest(value: &Value) -> String {
    Sha256::digest(value.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
}
