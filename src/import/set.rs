//! A runner scale set as it was before the import.

use super::note::{Kind, Note};
use crate::contract::arc::{OWNED_ANNOTATIONS, OWNED_LABELS};
use crate::emit::kinds::AutoscalingRunnerSet;
use crate::language::nodes::ContainerMode;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// A runner scale set as it was: what the fleet must come to.
#[derive(Clone, Debug)]
pub struct Set {
    /// Name of the resource.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Where it stands: `values.yaml:1`.
    pub line: String,
    /// Where a job's containers run.
    pub mode: ContainerMode,
    /// The resource, as types of Kubernetes write it.
    pub runner_set: Json,
    /// The template of a job's pod, likewise.
    pub hook_template: Option<Json>,
    /// The ConfigMap that it is read from.
    pub hook_config_map: Option<String>,
    /// Whether its Secret is known to hold a token; none where it is not known.
    pub token: Option<bool>,
    /// Changes of its accounts and roles: kind, name, and a patch of that.
    pub companions: Vec<(&'static str, String, Companion)>,
}

/// A change of an account or role.
#[derive(Clone, Debug)]
pub enum Companion {
    /// Laid over it.
    Merge(Json),
    /// Operations on it.
    Operations(Json),
}

/// Labels that the chart writes and fleetc writes its own way.
const CHART_LABELS: [&str; 9] = [
    "helm.sh/chart",
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/version",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/component",
    "actions.github.com/scale-set-name",
    "actions.github.com/scale-set-namespace",
];

/// Whether tools or the controller own an annotation, so that it says nothing of the set.
fn is_bookkeeping(annotation: &str) -> bool {
    OWNED_ANNOTATIONS.contains(&annotation)
        || annotation.starts_with("actions.github.com/cleanup-")
        || annotation.starts_with("meta.helm.sh/")
        || annotation.starts_with("argocd.argoproj.io/tracking-id")
        || ["actions.github.com/values-hash", "kubectl.kubernetes.io/last-applied-configuration"]
            .contains(&annotation)
}

/// What stays of metadata: name, namespace, and labels and annotations of users. What the controller and tools wrote is
/// listed.
pub fn metadata(object: &Json, dropped: &mut Vec<String>) -> Json {
    let mut out = serde_json::Map::new();
    let Some(fields) = object.get("metadata").and_then(Json::as_object) else { return Json::Object(out) };
    for (key, value) in fields {
        match key.as_str() {
            "name" | "namespace" => {
                out.insert(key.clone(), value.clone());
            }
            "labels" | "annotations" => {
                let keeps = |name: &str| match key.as_str() {
                    "labels" => !CHART_LABELS.contains(&name) && !OWNED_LABELS.contains(&name),
                    _ => !is_bookkeeping(name),
                };
                let (kept, gone): (Vec<_>, Vec<_>) =
                    value.as_object().into_iter().flatten().partition(|(name, _)| keeps(name));
                let chart = |name: &&String| !CHART_LABELS.contains(&name.as_str());
                dropped.extend(gone.into_iter().map(|(name, _)| name).filter(chart).cloned());
                if !kept.is_empty() {
                    let kept = kept.into_iter().map(|(name, value)| (name.clone(), value.clone()));
                    out.insert(key.clone(), Json::Object(kept.collect()));
                }
            }
            other => dropped.push(format!("metadata.{other}")),
        }
    }
    Json::Object(out)
}

/// An object as its type writes it. Fields that the type does not have have never reached the cluster: they are noted.
///
/// # Errors
/// It can't be of the type; why.
pub fn canonical<T: Serialize + DeserializeOwned>(
    mut object: Json,
    line: &str,
    what: &str,
    notes: &mut Vec<Note>,
) -> Result<Json, String> {
    quantities_to_text(&mut object);
    let typed: T = serde_json::from_value(object.clone()).map_err(|error| error.to_string())?;
    let known = serde_json::to_value(typed).map_err(|error| error.to_string())?;
    let mut lost = Vec::new();
    unknown(&object, &known, "", &mut lost);
    for path in lost {
        let text = format!("Kubernetes knows no field {what}{path}: it was dropped silently");
        notes.push(Note::new(Kind::Ignored, line, text));
    }
    Ok(known)
}

/// A runner set as its type writes it.
///
/// # Errors
/// It is none; why.
pub fn canonical_set(object: Json, line: &str, notes: &mut Vec<Note>) -> Result<Json, String> {
    canonical::<AutoscalingRunnerSet>(object, line, "", notes)
}

/// The template of a job's pod as its type writes it.
///
/// # Errors
/// It is none; why.
pub fn canonical_template(object: Json, line: &str, notes: &mut Vec<Note>) -> Result<Json, String> {
    canonical::<PodTemplateSpec>(object, line, "", notes)
}

/// Kubernetes takes `cpu: 2` for `cpu: "2"`.
fn quantities_to_text(value: &mut Json) {
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                let amounts = ["limits", "requests", "hard"].contains(&key.as_str());
                match value {
                    Json::Object(amount) if amounts => {
                        for amount in amount.values_mut().filter(|amount| amount.is_number()) {
                            *amount = Json::String(amount.to_string());
                        }
                    }
                    value => quantities_to_text(value),
                }
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(quantities_to_text),
        _ => {}
    }
}

fn unknown(wanted: &Json, known: &Json, path: &str, out: &mut Vec<String>) {
    match (wanted, known) {
        (Json::Object(wanted), Json::Object(known)) => {
            for (key, value) in wanted {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match known.get(key) {
                    Some(known) => unknown(value, known, &path, out),
                    None if is_empty(value) => {}
                    None => out.push(path),
                }
            }
        }
        (Json::Array(wanted), Json::Array(known)) => {
            for (at, (wanted, known)) in wanted.iter().zip(known).enumerate() {
                unknown(wanted, known, &format!("{path}[{at}]"), out);
            }
        }
        _ => {}
    }
}

/// Whether a value says nothing.
pub fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Object(fields) => fields.values().all(is_empty),
        Json::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

impl Set {
    /// The runner's pod.
    pub fn pod(&self) -> &Json {
        self.runner_set.pointer("/spec/template/spec").unwrap_or(&Json::Null)
    }

    /// A container of the runner's pod, of either list.
    pub fn container(&self, name: &str) -> &Json {
        let pod = self.pod();
        container_of(pod, "containers", name)
            .or_else(|| container_of(pod, "initContainers", name))
            .unwrap_or(&Json::Null)
    }

    /// The pod that a job's work is done in, and its container.
    pub fn work_place(&self) -> (&Json, &Json) {
        if self.mode.has_workflow_pod() {
            let pod =
                self.hook_template.as_ref().and_then(|template| template.get("spec")).unwrap_or(&Json::Null);
            (pod, container_of(pod, "containers", "$job").unwrap_or(&Json::Null))
        } else {
            (self.pod(), self.container("runner"))
        }
    }
}

fn container_of<'j>(pod: &'j Json, list: &str, name: &str) -> Option<&'j Json> {
    items(pod, list).iter().find(|container| text(container, "name") == Some(name))
}

/// The elements of a list of an object; none where there is no such list.
pub fn items<'j>(object: &'j Json, list: &str) -> &'j [Json] {
    object.get(list).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// A text of an object.
pub fn text<'j>(object: &'j Json, field: &str) -> Option<&'j str> {
    object.get(field)?.as_str()
}
