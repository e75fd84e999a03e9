//! Does what was decided, if it still holds.

use super::judge::{Action, Leftover, Life, Refusal, life};
use super::look::{NOTED, common, objects, read_pod};
use super::world::{Identity, Thing};
use k8s_openapi::api::core::v1 as core;
use kube::Client;
use kube::api::{Api, DeleteParams, Patch, PatchParams, Preconditions};
use serde_json::json;

/// What became of an action.
#[derive(Debug)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is no longer what it was: whatever it is now is judged anew.
    Changed,
    /// It no longer may be done.
    Refused(Refusal),
    /// The API server did not do it.
    Failed(kube::Error),
}

/// Does it.
pub async fn act(client: &Client, leftover: &Leftover, action: &Action) -> Outcome {
    let id = &leftover.id;
    let done = match action {
        Action::Delete { runner, orphan } => match may_delete(client, id, runner, *orphan).await {
            Ok(None) => delete(client, id).await,
            Ok(Some(refusal)) => return Outcome::Refused(refusal),
            Err(error) => Err(error),
        },
        Action::DropFinalizer(finalizer) => drop_finalizer(client, id, finalizer).await,
        Action::SwitchOn => switch_on(client, id).await,
        Action::Note(template) => annotate(client, id, Some(template)).await,
    };
    match done {
        Ok(()) => Outcome::Done,
        // 404: it is gone. 409: it has another uid or version. 422: a patch's test failed.
        Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409 | 422) => Outcome::Changed,
        Err(error) => Outcome::Failed(error),
    }
}

/// Asks once more whether the process of the runner has ended, and, for what it left, whether the runner is gone.
async fn may_delete(
    client: &Client,
    id: &Identity,
    runner: &str,
    orphan: bool,
) -> Result<Option<Refusal>, kube::Error> {
    if orphan
        && objects(client, Thing::EphemeralRunner, &id.namespace).get_metadata_opt(runner).await?.is_some()
    {
        return Ok(Some(Refusal::Busy));
    }
    let pods: Api<core::Pod> = Api::namespaced(client.clone(), &id.namespace);
    Ok(match life(pods.get_opt(runner).await?.map(read_pod).as_ref()) {
        Life::Ended | Life::Absent => None,
        Life::Alive => Some(Refusal::Busy),
        Life::Unknown => Some(Refusal::Unknown),
    })
}

/// Deletes this version of this very object, or nothing.
async fn delete(client: &Client, id: &Identity) -> Result<(), kube::Error> {
    let params = DeleteParams::background().preconditions(Preconditions {
        uid: Some(id.uid.clone()),
        resource_version: Some(id.version.clone()),
    });
    objects(client, id.thing, &id.namespace).delete(&id.name, &params).await.map(|_| ())
}

async fn drop_finalizer(client: &Client, id: &Identity, finalizer: &str) -> Result<(), kube::Error> {
    let api = objects(client, id.thing, &id.namespace);
    let Some(object) = api.get_metadata_opt(&id.name).await? else { return Ok(()) };
    let now = common(id.thing, &object.metadata);
    if now.id != *id {
        return Ok(());
    }
    let left: Vec<_> = now.finalizers.iter().filter(|one| *one != finalizer).collect();
    let patch = json!({"metadata": {"resourceVersion": id.version, "uid": id.uid, "finalizers": left}});
    api.patch_metadata(&id.name, &PatchParams::default(), &Patch::Merge(&patch)).await.map(|_| ())
}

/// Takes the phase off that keeps ARC from looking, and then the note, which was about that phase.
async fn switch_on(client: &Client, id: &Identity) -> Result<(), kube::Error> {
    let api = objects(client, id.thing, &id.namespace);
    let patch =
        json!({"metadata": {"resourceVersion": id.version, "uid": id.uid}, "status": {"phase": "Pending"}});
    api.patch_status(&id.name, &PatchParams::default(), &Patch::Merge(&patch)).await?;
    annotate(client, id, None).await
}

async fn annotate(client: &Client, id: &Identity, template: Option<&str>) -> Result<(), kube::Error> {
    let patch = json!({"metadata": {"uid": id.uid, "annotations": {NOTED: template}}});
    let api = objects(client, id.thing, &id.namespace);
    api.patch_metadata(&id.name, &PatchParams::default(), &Patch::Merge(&patch)).await.map(|_| ())
}
