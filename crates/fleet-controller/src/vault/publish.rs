//! What a pass did, as statuses, events, metrics and logs.

use super::client::Failure;
use super::conditions::{self, Said};
use super::object::{Kind, Object};
use super::pass::{Outcome, Report};
use super::watch::{Declared, Watch};
use crate::operation::{Context, FIELD_MANAGER};
use fleet_model::metrics::controller::{
    VAULT_DRIFT_CORRECTED, VAULT_FOREIGN_POLICIES, VAULT_OBJECTS, VAULT_RECONCILE, VAULT_SEALED, VAULT_UP,
};
use fleet_model::vault::{GROUP, VERSION, VaultStatus};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ObjectReference;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams};
use kube::runtime::events::{Event, EventType, Recorder};
use serde_json::json;
use std::collections::BTreeMap;

/// So often the whole server has to fail before its objects are said to be unknown: one lost request is no news.
const NEWS: u32 = 2;

/// Says what a pass over a server did. `failures` is how often passes have failed, one after the other.
pub async fn publish(
    context: &Context,
    recorder: &Recorder,
    watch: &Watch,
    declared: &Declared,
    report: &Report,
    failures: u32,
) {
    measure(context, declared, report);
    log(declared, report);
    if context.dry_run {
        return;
    }
    let failure = report.failure.as_ref();
    let mut bad = 0;
    for (object, outcome) in declared.wanted.objects.iter().zip(&report.outcomes) {
        let ready = conditions::ready(outcome.as_ref(), failure);
        bad += usize::from(ready.status != "True");
        if ready.status == "Unknown" && failure.is_some() && failures < NEWS {
            continue;
        }
        let before = watch.status(&object.origin.kind, &object.origin.name);
        let old_drift =
            before.iter().flat_map(|status| &status.conditions).find(|condition| condition.type_ == "Drift");
        let said = vec![
            ("Ready", Some(ready.clone())),
            ("Drift", conditions::drift(outcome.as_ref(), old_drift)),
            ("Forbidden", Some(conditions::forbidden(outcome.as_ref(), failure))),
            ("Sealed", conditions::sealed(failure)),
        ];
        let mut status =
            conditions::merged(before.as_ref(), said, object.origin.generation, Timestamp::now());
        if matches!(outcome, Some(Outcome::Unchanged | Outcome::Written(_))) && !object.kind.is_config() {
            status.written_hash = Some(object.hash());
            status.written_cluster_id = Some(report.cluster_id.clone());
        }
        let event = event_of(outcome.as_ref(), &ready, before.as_ref());
        say(
            context,
            recorder,
            (&object.origin.kind, &object.origin.name, &object.origin.uid),
            before,
            status,
            event,
        )
        .await;
    }
    server(context, recorder, watch, declared, report, bad, failures).await;
}

async fn server(
    context: &Context,
    recorder: &Recorder,
    watch: &Watch,
    declared: &Declared,
    report: &Report,
    bad: usize,
    failures: u32,
) {
    let failure = report.failure.as_ref();
    if failure.is_some() && failures < NEWS && failure != Some(&Failure::Sealed) {
        return;
    }
    let before = watch.status("VaultServer", &declared.name);
    let ready = conditions::server_ready(failure, bad, declared.wanted.objects.len());
    let refused = report.deletion_refused.as_deref();
    let said = vec![
        ("Ready", Some(ready.clone())),
        ("Forbidden", Some(conditions::forbidden(None, failure))),
        ("Sealed", conditions::sealed(failure)),
        ("DeletionRefused", failure.is_none().then(|| conditions::deletion_refused(refused))),
    ];
    let status = conditions::merged(before.as_ref(), said, declared.generation, Timestamp::now());
    let origin = ("VaultServer", declared.name.as_str(), declared.uid.as_str());
    let new_refusal = refused.filter(|reason| !has(before.as_ref(), "DeletionRefused", reason));
    let event = match (new_refusal, report.deleted.is_empty()) {
        (Some(reason), _) => Some(event(EventType::Warning, "DeletionRefused", "Delete", reason)),
        (None, false) => {
            let paths: Vec<_> = report.deleted.iter().map(|deleted| deleted.path.as_str()).collect();
            Some(event(EventType::Normal, "Deleted", "Delete", &format!("deleted: {}", paths.join(", "))))
        }
        (None, true) if has(before.as_ref(), "Ready", &ready.message) => None,
        (None, true) if ready.status == "True" => {
            Some(event(EventType::Normal, "InSync", "Reconcile", &ready.message))
        }
        (None, true) => Some(event(EventType::Warning, ready.reason, "Reconcile", &ready.message)),
    };
    say(context, recorder, origin, before, status, event).await;
}

fn has(before: Option<&VaultStatus>, kind: &str, message: &str) -> bool {
    let conditions = before.into_iter().flat_map(|status| &status.conditions);
    conditions.into_iter().any(|condition| condition.type_ == kind && condition.message == message)
}

fn event_of(outcome: Option<&Outcome>, ready: &Said, before: Option<&VaultStatus>) -> Option<Event> {
    match outcome {
        Some(Outcome::Written(why)) => Some(match why.drift() {
            Some(what) => {
                event(EventType::Warning, "DriftCorrected", "Write", &format!("{what}; it was put back"))
            }
            None => event(EventType::Normal, "Written", "Write", "it was written, and read back"),
        }),
        // A server that is away is said once, of the server.
        None | Some(Outcome::Unchanged | Outcome::Skipped) => None,
        Some(_) if has(before, "Ready", &ready.message) => None,
        Some(_) => Some(event(EventType::Warning, ready.reason, "Reconcile", &ready.message)),
    }
}

fn event(type_: EventType, reason: &str, action: &str, note: &str) -> Event {
    // The API server takes no more.
    let note = note.chars().take(1000).collect();
    Event { type_, reason: reason.to_owned(), note: Some(note), action: action.to_owned(), secondary: None }
}

/// Writes a status where it says something new, and an event.
async fn say(
    context: &Context,
    recorder: &Recorder,
    (kind, name, uid): (&str, &str, &str),
    before: Option<VaultStatus>,
    status: VaultStatus,
    event: Option<Event>,
) {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(GROUP, VERSION, kind));
    let api_version = resource.api_version.clone();
    if before.as_ref() != Some(&status) {
        let api: Api<DynamicObject> =
            Api::namespaced_with(context.client.clone(), &context.namespace, &resource);
        let patch =
            json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "status": status});
        let params = PatchParams::apply(FIELD_MANAGER).force();
        // The next pass says it again.
        if let Err(error) = api.patch_status(name, &params, &Patch::Apply(&patch)).await {
            tracing::warn!(kind, name, %error, "the status was not written");
        }
    }
    if let Some(event) = event {
        let reference = ObjectReference {
            api_version: Some(api_version),
            kind: Some(kind.to_owned()),
            name: Some(name.to_owned()),
            namespace: Some(context.namespace.clone()),
            uid: Some(uid.to_owned()),
            ..Default::default()
        };
        if let Err(error) = recorder.publish(&event, &reference).await {
            tracing::warn!(kind, name, %error, "an event was not written");
        }
    }
}

fn measure(context: &Context, declared: &Declared, report: &Report) {
    let (metrics, name) = (&context.metrics, declared.name.as_str());
    let failure = report.failure.as_ref();
    metrics.set(&VAULT_UP, &[name], f64::from(u8::from(!failure.is_some_and(Failure::is_of_server))));
    metrics.set(&VAULT_SEALED, &[name], f64::from(u8::from(failure == Some(&Failure::Sealed))));
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for kind in Kind::ALL {
        for state in ["ready", "drift", "forbidden", "error"] {
            counts.insert((kind.label(), state), 0);
        }
    }
    for (object, outcome) in declared.wanted.objects.iter().zip(&report.outcomes) {
        let kind = object.kind.label();
        let (state, result) = match outcome {
            Some(Outcome::Unchanged) => ("ready", "unchanged"),
            Some(Outcome::Written(_)) => ("ready", "written"),
            Some(Outcome::WouldWrite(why)) => {
                (if why.drift().is_some() { "drift" } else { "error" }, "unchanged")
            }
            Some(Outcome::NotKept(_)) => ("drift", "failed"),
            Some(Outcome::Refused(_)) => ("error", "refused"),
            Some(Outcome::Failed(Failure::Forbidden { .. })) => ("forbidden", "failed"),
            Some(Outcome::Failed(_)) => ("error", "failed"),
            Some(Outcome::Skipped) | None => ("error", "failed"),
        };
        *counts.entry((kind, state)).or_default() += 1;
        metrics.add(&VAULT_RECONCILE, &[name, kind, result], 1.0);
        if matches!(outcome, Some(Outcome::Written(why)) if why.drift().is_some()) {
            metrics.add(&VAULT_DRIFT_CORRECTED, &[name, kind], 1.0);
        }
    }
    for ((kind, state), count) in counts {
        metrics.set(&VAULT_OBJECTS, &[name, kind, state], f64::from(count));
    }
    let prefix = &declared.wanted.prefix;
    let foreign =
        |object: &&Object| object.policies().any(|policy| !policy.trim().starts_with(prefix.as_str()));
    let count = declared.wanted.objects.iter().filter(foreign).count();
    metrics.set(&VAULT_FOREIGN_POLICIES, &[name], count as f64);
}

fn log(declared: &Declared, report: &Report) {
    let server = declared.name.as_str();
    if let Some(failure) = &report.failure {
        tracing::warn!(server, reason = failure.reason(), message = %failure, "the pass ended early");
    }
    if let Some(reason) = &report.deletion_refused {
        tracing::warn!(server, reason, "nothing was deleted");
    }
    for (object, outcome) in declared.wanted.objects.iter().zip(&report.outcomes) {
        let path = object.path();
        match outcome {
            Some(Outcome::Written(why)) => tracing::info!(server, path, drift = why.drift(), "written"),
            Some(Outcome::WouldWrite(why)) => {
                tracing::info!(server, path, drift = why.drift(), "would be written")
            }
            Some(Outcome::Refused(reason) | Outcome::NotKept(reason)) => {
                tracing::warn!(server, path, reason, "not as it should be")
            }
            Some(Outcome::Failed(failure)) => {
                tracing::warn!(server, path, reason = %failure, "not as it should be")
            }
            Some(Outcome::Unchanged | Outcome::Skipped) | None => {}
        }
    }
    for deleted in &report.deleted {
        tracing::info!(server, path = deleted.path, done = deleted.done, "deleted, or would be");
    }
}
