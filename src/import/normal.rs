//! Takes out of an old object what the emitted one has in another place with the same effect: names of volumes, and the
//! path of the template of a job's pod.

use super::set::{Set, items, text};
use crate::emit::hooks::TEMPLATE_VOLUME;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The set's objects with the names that the emitted ones use.
pub fn normal(set: &Set, runner_set: &Json, hook_template: Option<&Json>) -> (Json, Option<Json>) {
    let mut mine = set.runner_set.clone();
    let emitted = runner_set.pointer("/spec/template/spec").unwrap_or(&Json::Null);
    if let Some(pod) = mine.pointer_mut("/spec/template/spec") {
        if let Some(map) = &set.hook_config_map {
            forget_template(pod, map);
        }
        rename_volumes(pod, emitted);
    }
    let mut template = set.hook_template.clone();
    let other = hook_template.and_then(|template| template.get("spec")).unwrap_or(&Json::Null);
    if let Some(pod) = template.as_mut().and_then(|template| template.get_mut("spec")) {
        rename_volumes(pod, other);
    }
    (mine, template)
}

/// The volume of the template, where it is mounted, and the variable that says so: fleetc has its own.
fn forget_template(pod: &mut Json, map: &str) {
    let is_template = |volume: &Json| volume.pointer("/configMap/name").and_then(Json::as_str) == Some(map);
    let names: Vec<_> = items(pod, "volumes")
        .iter()
        .filter(|volume| is_template(volume))
        .filter_map(|volume| text(volume, "name").map(str::to_owned))
        .collect();
    retain(pod, "volumes", |volume| !is_template(volume));
    for container in containers_mut(pod) {
        retain(container, "volumeMounts", |mount| {
            !text(mount, "name").is_some_and(|name| names.iter().any(|known| known == name))
        });
        retain(container, "env", |env| text(env, "name") != Some("ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE"));
    }
}

fn retain(object: &mut Json, list: &str, keep: impl Fn(&Json) -> bool) {
    if let Some(elements) = object.get_mut(list).and_then(Json::as_array_mut) {
        elements.retain(|element| keep(element));
    }
}

fn containers_mut(pod: &mut Json) -> impl Iterator<Item = &mut Json> {
    let lists = pod.as_object_mut().into_iter().flat_map(|fields| fields.iter_mut());
    let lists = lists.filter(|(key, _)| matches!(key.as_str(), "containers" | "initContainers"));
    lists.filter_map(|(_, list)| list.as_array_mut()).flatten()
}

/// A volume is what it holds, not what it is called.
fn rename_volumes(pod: &mut Json, emitted: &Json) {
    let content = |volume: &Json| {
        let mut volume = volume.clone();
        volume.as_object_mut().map(|fields| fields.shift_remove("name"));
        volume
    };
    let mut renamed = BTreeMap::new();
    let mut taken: Vec<String> = vec![TEMPLATE_VOLUME.to_owned()];
    for volume in items(pod, "volumes") {
        let Some(name) = text(volume, "name") else { continue };
        let others = items(emitted, "volumes");
        if others.iter().any(|other| text(other, "name") == Some(name) && content(other) == content(volume)) {
            taken.push(name.to_owned());
            continue;
        }
        let twin = others.iter().find(|other| {
            content(other) == content(volume)
                && text(other, "name").is_some_and(|name| !taken.iter().any(|taken| taken == name))
        });
        if let Some(other) = twin.and_then(|other| text(other, "name")) {
            taken.push(other.to_owned());
            renamed.insert(name.to_owned(), other.to_owned());
        }
    }
    let rename = |object: &mut Json| {
        if let Some(name) = object.get_mut("name")
            && let Some(new) = name.as_str().and_then(|name| renamed.get(name))
        {
            *name = Json::String(new.clone());
        }
    };
    if let Some(volumes) = pod.get_mut("volumes").and_then(Json::as_array_mut) {
        volumes.iter_mut().for_each(rename);
    }
    for container in containers_mut(pod) {
        if let Some(mounts) = container.get_mut("volumeMounts").and_then(Json::as_array_mut) {
            mounts.iter_mut().for_each(rename);
        }
    }
}
