//! Objects of Kubernetes: rendered manifests, and what `kubectl get -o yaml` prints.

use super::companions;
use super::documents::Document;
use super::note::{Kind, Note};
use super::set::{Set, canonical_set, items, metadata, text};
use crate::language::nodes::ContainerMode;
use crate::language::value::{PoolName, Version};
use crate::syntax::Sources;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Objects beside the sets that say something about them.
#[derive(Default)]
pub struct Surroundings {
    /// ConfigMaps by namespace and name, and their places.
    pub config_maps: BTreeMap<(String, String), (Json, String)>,
    /// Claims by namespace and name.
    pub claims: BTreeMap<(String, String), Json>,
    /// Keys of Secrets, by namespace and name. Values are not looked at.
    pub secrets: BTreeMap<(String, String), Vec<String>>,
    /// Accounts, roles and bindings of sets: kind, namespace, and the object.
    pub companions: Vec<(&'static str, String, Json)>,
    /// Machines.
    pub nodes: Vec<Json>,
    /// The ServiceAccount of the controller: namespace and name.
    pub controller: Option<(String, String)>,
    /// The controller's release, as sets say it.
    pub arc: Option<Version>,
}

/// Kinds that the controller makes.
const MADE: [&str; 4] = ["AutoscalingListener", "EphemeralRunnerSet", "EphemeralRunner", "Pod"];

/// Takes objects in; the sets come back with those that are none noted.
pub fn sets(
    documents: &[Document],
    around: &mut Surroundings,
    sources: &Sources,
    notes: &mut Vec<Note>,
) -> Vec<Set> {
    let mut sets = Vec::new();
    let mut made = BTreeMap::<&str, usize>::new();
    for document in documents {
        let Some(kind) = document.kind() else { continue };
        let line = document.line(sources, &[]);
        let key = || {
            let namespace = document.metadata("namespace").unwrap_or("default").to_owned();
            (namespace, document.metadata("name").unwrap_or("").to_owned())
        };
        match kind {
            "AutoscalingRunnerSet" => match set(document, around, &line, notes) {
                Ok(set) => sets.push(set),
                Err(reason) => {
                    let name = document.metadata("name").unwrap_or("");
                    notes.push(Note::new(Kind::NotCarried, line, format!("set {name:?}: {reason}")));
                }
            },
            "ConfigMap" => {
                around.config_maps.insert(key(), (document.json.clone(), line));
            }
            "PersistentVolumeClaim" => {
                around.claims.insert(key(), document.json.clone());
            }
            "Secret" => {
                let fields = ["data", "stringData"]
                    .into_iter()
                    .filter_map(|field| document.json.get(field)?.as_object());
                around.secrets.insert(key(), fields.flatten().map(|(key, _)| key.clone()).collect());
            }
            "Node" => around.nodes.push(document.json.clone()),
            "RoleBinding" | "Role" | "ServiceAccount" => {
                companions::take(document, kind, around, &line, notes)
            }
            made_by if MADE.contains(&made_by) => *made.entry(made_by).or_default() += 1,
            _ if document.json.pointer("/metadata/labels/app.kubernetes.io~1managed-by")
                == Some(&json!("fleetc")) => {}
            other => {
                let name = document.metadata("name").unwrap_or("");
                let said =
                    format!("{other} {name:?} is no part of a runner set: `manifest` carries a file along");
                notes.push(Note::new(Kind::NotCarried, line, said));
            }
        }
    }
    for (kind, count) in made {
        let said = format!("{count} of kind {kind}: the controller makes them from the sets");
        notes.push(Note::new(Kind::Changed, "", said));
    }
    sets
}

fn set(
    document: &Document,
    around: &mut Surroundings,
    line: &str,
    notes: &mut Vec<Note>,
) -> Result<Set, String> {
    let version = document.json.pointer("/metadata/labels/app.kubernetes.io~1version").and_then(Json::as_str);
    around.arc = around.arc.max(version.and_then(Version::parse));
    let mut dropped = Vec::new();
    let meta = metadata(&document.json, &mut dropped);
    if document.json.get("status").is_some() {
        dropped.push("status".to_owned());
    }
    let (Some(name), namespace) = (text(&meta, "name"), text(&meta, "namespace").unwrap_or("default")) else {
        return Err("it has no name".to_owned());
    };
    if PoolName::parse(name).is_none() {
        return Err("the API server refuses its name".to_owned());
    }
    if !dropped.is_empty() {
        dropped.sort();
        let said = format!(
            "set {name:?}: left out what the controller, Kubernetes and tools wrote: {}",
            dropped.join(", ")
        );
        notes.push(Note::new(Kind::Changed, line, said));
    }
    let (name, namespace) = (name.to_owned(), namespace.to_owned());
    let mut object = json!({
        "apiVersion": "actions.github.com/v1alpha1", "kind": "AutoscalingRunnerSet", "metadata": meta,
        "spec": document.json.get("spec"),
    });
    if object.pointer("/spec/runnerScaleSetName").and_then(Json::as_str) == Some(name.as_str())
        && let Some(spec) = object.get_mut("spec").and_then(Json::as_object_mut)
    {
        spec.shift_remove("runnerScaleSetName");
    }
    clean(&mut object);
    let runner_set = canonical_set(object, line, notes)?;
    let mode = mode_of(runner_set.pointer("/spec/template/spec").unwrap_or(&Json::Null));
    Ok(Set {
        name,
        namespace,
        line: line.to_owned(),
        mode,
        runner_set,
        hook_template: None,
        hook_config_map: None,
        token: None,
        companions: Vec::new(),
    })
}

/// What Go writes where nothing was: `creationTimestamp: null`, and the version of fields of pods.
pub fn clean(value: &mut Json) {
    match value {
        Json::Object(fields) => {
            fields.retain(|key, value| !(key == "creationTimestamp" && value.is_null()));
            if let Some(Json::Object(reference)) = fields.get_mut("fieldRef")
                && reference.get("apiVersion") == Some(&json!("v1"))
            {
                reference.shift_remove("apiVersion");
            }
            fields.values_mut().for_each(clean);
        }
        Json::Array(elements) => elements.iter_mut().for_each(clean),
        _ => {}
    }
}

fn mode_of(pod: &Json) -> ContainerMode {
    let named =
        |list: &str, name: &str| items(pod, list).iter().find(|one| text(one, "name") == Some(name)).cloned();
    let runner = named("containers", "runner").unwrap_or_default();
    let hooks =
        items(&runner, "env").iter().find(|env| text(env, "name") == Some("ACTIONS_RUNNER_CONTAINER_HOOKS"));
    match hooks.and_then(|env| text(env, "value")) {
        Some(entry) if entry.contains("k8s-novolume") => ContainerMode::KubernetesNovolume,
        Some(_) => ContainerMode::Kubernetes,
        // A container that is called `dind` is the daemon of the mode where the runner knows of it.
        None if named("initContainers", "dind").or(named("containers", "dind")).is_some()
            && items(&runner, "env").iter().any(|env| text(env, "name") == Some("DOCKER_HOST")) =>
        {
            ContainerMode::Dind
        }
        None => ContainerMode::Default,
    }
}
