//! Takes out of an old object what the emitted one has in another place with the same effect: names of volumes, and the
//! path of the template of a job's pod.

use super::set::{Set, items, text};
use crate::emit::arc::SEAL;
use crate::emit::hooks::TEMPLATE_VOLUME;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The set's objects with the names that the emitted ones use.
pub fn normal(set: &Set, runner_set: &Json, hook_template: Option<&Json>) -> (Json, Option<Json>) {
    let mut mine = set.runner_set.clone();
    follow_seal(&mut mine, runner_set);
    let emitted = runner_set.pointer("/spec/template/spec").unwrap_or(&Json::Null);
    if let Some(pod) = mine.pointer_mut("/spec/template/spec") {
        if let Some(map) = &set.hook_config_map {
            let own = |volume: &Json| text(volume, "name") == Some(TEMPLATE_VOLUME);
            let emitted = if set.hook_template.is_some() { emitted } else { &Json::Null };
            move_over(pod, map, &["ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE"], emitted, own);
        }
        let certificate =
            set.runner_set.pointer("/spec/githubServerTLS/certificateFrom/configMapKeyRef/name");
        if let Some(map) = certificate.and_then(Json::as_str) {
            let own = |volume: &Json| {
                text(volume, "name").is_some_and(|name| name.starts_with("trust-")) && holds(volume, map)
            };
            if items(emitted, "volumes").iter().any(own) {
                move_over(pod, map, &CERTIFICATE, emitted, own);
            }
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

/// What tells the runner of a certificate.
pub const CERTIFICATE: [&str; 2] = ["NODE_EXTRA_CA_CERTS", "RUNNER_UPDATE_CA_CERTS"];

fn holds(volume: &Json, map: &str) -> bool {
    volume.pointer("/configMap/name").and_then(Json::as_str) == Some(map)
}

/// Volumes of a ConfigMap, where they are mounted, and the variables that say so, to where the emitted pod has them: the
/// file is the same at another path. Where there is no emitted pod, they are only taken away.
fn move_over(pod: &mut Json, map: &str, variables: &[&str], emitted: &Json, own: impl Fn(&Json) -> bool) {
    let names = |list: &[Json], is: &dyn Fn(&Json) -> bool| -> Vec<String> {
        let volumes = list.iter().filter(|volume| is(volume));
        volumes.filter_map(|volume| text(volume, "name").map(str::to_owned)).collect()
    };
    let old = names(items(pod, "volumes"), &|volume| holds(volume, map));
    let new = names(items(emitted, "volumes"), &own);
    let named = |names: &[String], mount: &Json| {
        text(mount, "name").is_some_and(|name| names.iter().any(|known| known == name))
    };
    let variable = |env: &Json| text(env, "name").is_some_and(|name| variables.contains(&name));
    let had = items(pod, "volumes").iter().any(|volume| named(&old, volume));
    retain(pod, "volumes", |volume| !named(&old, volume));
    if had {
        extend(pod, "volumes", items(emitted, "volumes").iter().filter(|volume| named(&new, volume)));
    }
    let all: Vec<_> =
        ["containers", "initContainers"].into_iter().flat_map(|list| items(emitted, list)).collect();
    for container in containers_mut(pod) {
        let twin = all.iter().find(|other| other.get("name") == container.get("name"));
        let twin = twin.map_or(&Json::Null, |twin| *twin);
        let mounted = items(container, "volumeMounts").iter().any(|mount| named(&old, mount));
        retain(container, "volumeMounts", |mount| !named(&old, mount));
        retain(container, "env", |env| !variable(env));
        if mounted {
            extend(
                container,
                "volumeMounts",
                items(twin, "volumeMounts").iter().filter(|mount| named(&new, mount)),
            );
            extend(container, "env", items(twin, "env").iter().filter(|env| variable(env)));
        }
    }
}

fn extend<'j>(object: &mut Json, list: &str, new: impl Iterator<Item = &'j Json>) {
    let mut elements = items(object, list).to_vec();
    elements.extend(new.cloned());
    if let (false, Some(fields)) = (elements.is_empty(), object.as_object_mut()) {
        fields.insert(list.to_owned(), elements.into());
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
    // A name that one of the old volumes has is not free for another.
    let old = items(pod, "volumes").iter().filter_map(|volume| text(volume, "name").map(str::to_owned));
    let mut taken: Vec<String> = old.chain([TEMPLATE_VOLUME.to_owned()]).collect();
    for volume in items(pod, "volumes") {
        let Some(name) = text(volume, "name") else { continue };
        let others = items(emitted, "volumes");
        if others.iter().any(|other| text(other, "name") == Some(name) && content(other) == content(volume)) {
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

/// The mark that fleetc puts on pods is made anew of what is emitted: what a set of fleetc's had there says nothing.
fn follow_seal(mine: &mut Json, runner_set: &Json) {
    const ANNOTATIONS: &str = "/spec/template/metadata/annotations";
    let emitted = runner_set.pointer(ANNOTATIONS).and_then(|annotations| annotations.get(SEAL));
    if let Some(annotations) = mine.pointer_mut(ANNOTATIONS).and_then(Json::as_object_mut) {
        annotations.remove(SEAL);
        annotations.extend(emitted.map(|hash| (SEAL.to_owned(), hash.clone())));
    }
}
