//! Objects of Kubernetes: rendered manifests, and what `kubectl get -o yaml` prints.

use super::documents::Document;
use super::note::{Kind, Note};
use super::set::{Set, canonical_set, canonical_template, items, metadata, text};
use crate::language::nodes::ContainerMode;
use crate::language::value::Version;
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
            "RoleBinding" | "Role" | "ServiceAccount" => companion(document, kind, around, &line, notes),
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

/// Accounts and roles of a set are made anew; the binding of the controller says who that is.
fn companion(document: &Document, kind: &str, around: &mut Surroundings, line: &str, notes: &mut Vec<Note>) {
    let name = document.metadata("name").unwrap_or("");
    if kind == "RoleBinding" && name.ends_with("-manager") {
        let subjects = items(&document.json, "subjects");
        let subject = subjects.iter().find(|subject| text(subject, "kind") == Some("ServiceAccount"));
        let found = subject.and_then(|subject| Some((text(subject, "namespace")?, text(subject, "name")?)));
        if let Some((namespace, name)) = found {
            around.controller = Some((namespace.to_owned(), name.to_owned()));
        }
    }
    if !["-manager", "-kube-mode", "-no-permission"].iter().any(|end| name.ends_with(end)) {
        let said = format!("{kind} {name:?} is none that the chart makes: `manifest` carries a file along");
        notes.push(Note::new(Kind::NotCarried, line, said));
    }
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
    clean_template(&mut object);
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

/// `creationTimestamp: null` is how Go writes that there is none.
fn clean_template(object: &mut Json) {
    for pointer in ["/spec/template/metadata", "/spec/listenerTemplate/metadata"] {
        if let Some(meta) = object.pointer_mut(pointer).and_then(Json::as_object_mut) {
            meta.retain(|_, value| !value.is_null());
        }
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
        None if named("initContainers", "dind").or(named("containers", "dind")).is_some() => {
            ContainerMode::Dind
        }
        None => ContainerMode::Default,
    }
}

/// Finds the template of a job's pod of each set: the file that its runner is told, in a ConfigMap that is mounted there.
pub fn hook_templates(sets: &mut [Set], around: &Surroundings, notes: &mut Vec<Note>) {
    for set in sets {
        let runner = set.container("runner").clone();
        let env = items(&runner, "env")
            .iter()
            .find(|env| text(env, "name") == Some("ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE"));
        let Some(path) = env.and_then(|env| text(env, "value")) else { continue };
        let mounts = items(&runner, "volumeMounts").iter().filter_map(|mount| {
            let rest = path.strip_prefix(text(mount, "mountPath")?)?.trim_start_matches('/');
            Some((text(mount, "name")?, rest, text(mount, "subPath")))
        });
        let found = mounts.into_iter().find_map(|(volume, rest, sub)| {
            let volume = items(set.pod(), "volumes").iter().find(|one| text(one, "name") == Some(volume))?;
            let map = volume.get("configMap")?;
            let file = sub.unwrap_or(rest);
            let item = items(map, "items").iter().find(|item| text(item, "path") == Some(file));
            let key = item.and_then(|item| text(item, "key")).unwrap_or(file);
            Some((text(map, "name")?.to_owned(), key.to_owned()))
        });
        let mut missing = |said: String| notes.push(Note::new(Kind::NotCarried, set.line.clone(), said));
        let Some((map, key)) = found else {
            missing(format!(
                "set {:?}: the template of its jobs' pods, {path}, is in no ConfigMap that is mounted there",
                set.name
            ));
            continue;
        };
        set.hook_config_map = Some(map.clone());
        let Some((object, line)) =
            around.config_maps.get(&(set.namespace.clone(), map.clone())).or_else(|| {
                // A manifest that is applied with `--namespace` names none.
                around.config_maps.get(&("default".to_owned(), map.clone()))
            })
        else {
            missing(format!(
                "set {:?}: ConfigMap {map:?} with the template of its jobs' pods is not in the input: give it too, or their \
                 pods lose what it says",
                set.name
            ));
            continue;
        };
        let body = object.get("data").and_then(|data| text(data, &key));
        let read = body.ok_or_else(|| format!("it has no key {key:?}")).and_then(|body| {
            serde_saphyr::from_str::<Json>(body)
                .map_err(|error| error.to_string().lines().next().unwrap_or("").to_owned())
        });
        match read.and_then(|template| canonical_template(template, line, notes)) {
            Ok(template) => set.hook_template = Some(template),
            Err(reason) => notes.push(Note::new(
                Kind::NotCarried,
                line,
                format!("ConfigMap {map:?} is no template of pods: {reason}"),
            )),
        }
    }
}
