//! Templates of jobs' pods: texts in ConfigMaps that runners are told of.

use super::live::{Surroundings, clean};
use super::note::{Kind, Note};
use super::set::{Set, canonical_template, items, text};
use serde_json::{Value as Json, json};

/// Finds the template of a job's pod of each set: the file that its runner is told, in a ConfigMap that is mounted there.
pub fn find(sets: &mut [Set], around: &Surroundings, notes: &mut Vec<Note>) {
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
        let read = read.map(|mut template| {
            clean(&mut template);
            template
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

/// ConfigMaps that are no templates of pods stay as they are: pods name them, and somebody else makes them.
pub fn others(sets: &[Set], around: &Surroundings, notes: &mut Vec<Note>) {
    for ((_, name), (object, line)) in &around.config_maps {
        let used = sets.iter().any(|set| set.hook_config_map.as_ref() == Some(name));
        let made = object.pointer("/metadata/labels/app.kubernetes.io~1managed-by") == Some(&json!("fleetc"));
        if !used && !made && name != "kube-root-ca.crt" {
            let said = format!("ConfigMap {name:?} is no template of pods: `manifest` carries a file along");
            notes.push(Note::new(Kind::NotCarried, line.clone(), said));
        }
    }
    if !around.secrets.is_empty() {
        let said = "Secrets: their keys were looked at, and nothing of them is in the fleet";
        notes.push(Note::new(Kind::NotCarried, "", said));
    }
}
