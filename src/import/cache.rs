//! Caches and certificates: volumes that the language has words for.

use super::kdl::Kdl;
use super::live::Surroundings;
use super::normal::CERTIFICATE;
use super::set::{Set, items, text};
use crate::language::value::{EnvName, Memory, MountPath, Name, ObjectName};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The variable by which fleetc names folders of runners.
const RUNNER_FOLDER: &str = "$(FLEETC_RUNNER)";

/// The caches of all sets.
#[derive(Default)]
pub struct Caches {
    /// By name.
    pub declared: BTreeMap<String, Kdl>,
}

/// What words say of a set's volumes.
#[derive(Default)]
pub struct Found {
    /// Names of its caches.
    pub caches: Vec<String>,
    /// Certificates that it trusts.
    pub trust: Vec<Kdl>,
    /// Variables that come with them.
    pub env: Vec<String>,
}

impl Caches {
    /// The caches of a set; those that no set had before are declared.
    pub fn of(&mut self, set: &Set, around: &Surroundings) -> Found {
        let mut found = Found::default();
        let (pod, container) = set.work_place();
        for volume in items(pod, "volumes") {
            let Some(name) = text(volume, "name") else { continue };
            let mounts: Vec<_> = items(container, "volumeMounts")
                .iter()
                .filter(|mount| text(mount, "name") == Some(name))
                .collect();
            if mounts.is_empty() {
                continue;
            }
            if let Some(trust) = trust(volume, &mounts) {
                found.env.extend(CERTIFICATE.map(str::to_owned));
                found.trust.push(trust);
                continue;
            }
            let Some((kdl, env)) = cache(set, volume, &mounts, container, around) else { continue };
            let short = name.strip_prefix("cache-").unwrap_or(name);
            let Some(name) = Name::from_text(short).map(|name| name.to_string()) else { continue };
            let kdl = Kdl { args: vec![crate::edit::spell::quoted(&name)], ..kdl };
            match self.declared.get(&name) {
                // Another volume of that name: it stays as it is.
                Some(known) if *known != kdl => continue,
                _ => {
                    self.declared.insert(name.clone(), kdl);
                }
            }
            found.env.extend(env);
            found.caches.push(name);
        }
        if found.env.iter().any(|env| env == RUNNER_FOLDER) {
            found.env.push("FLEETC_RUNNER".to_owned());
        }
        found
    }
}

/// A certificate the way fleetc mounts it.
fn trust(volume: &Json, mounts: &[&Json]) -> Option<Kdl> {
    let map = volume.get("configMap")?;
    let [item] = items(map, "items") else { return None };
    let [mount] = mounts else { return None };
    let config_map = text(map, "name")?;
    let own = text(volume, "name")?.starts_with("trust-") && text(item, "path") == Some("ca.crt");
    if !own || text(mount, "subPath") != Some("ca.crt") {
        return None;
    }
    let key = text(item, "key").filter(|key| *key != "ca.crt");
    Some(Kdl::new("trust").prop("config-map", config_map).maybe("key", key))
}

fn cache(
    set: &Set,
    volume: &Json,
    mounts: &[&Json],
    container: &Json,
    around: &Surroundings,
) -> Option<(Kdl, Vec<String>)> {
    let source = match volume.pointer("/persistentVolumeClaim/claimName").and_then(Json::as_str) {
        Some(claim) => self::claim(set, claim, around)?,
        None => {
            let host = volume.get("hostPath")?;
            let path = text(host, "path").filter(|path| !path.ends_with(".sock") && *path != "/var/run")?;
            if !matches!(text(host, "type"), None | Some("" | "Directory" | "DirectoryOrCreate")) {
                return None;
            }
            Kdl::new("host-path").arg(MountPath::parse(path)?.to_string())
        }
    };
    let share = share(set, mounts)?;
    let mut env = Vec::new();
    let mut kdl = Kdl::new("cache").prop("share", share).child(source);
    for mount in mounts {
        let path = MountPath::parse(text(mount, "mountPath")?)?.to_string();
        let says = |env: &&Json| text(env, "value") == Some(path.as_str());
        let variable = items(container, "env").iter().find(says).and_then(|env| text(env, "name"));
        let variable = variable.and_then(EnvName::parse).map(|name| name.to_string());
        env.extend(variable.clone());
        let read_only = mount.get("readOnly") == Some(&Json::Bool(true));
        let mount =
            Kdl::new("mount").arg(path).maybe("env", variable).maybe("read-only", read_only.then_some(true));
        kdl = kdl.child(mount);
    }
    if share == "runner" {
        env.push(RUNNER_FOLDER.to_owned());
    }
    Some((kdl, env))
}

/// Who shares it, where all mounts say the same and the language has a word for that.
fn share(set: &Set, mounts: &[&Json]) -> Option<&'static str> {
    let of = |mount: &Json| match (text(mount, "subPath"), text(mount, "subPathExpr")) {
        (None, None) => Some("all"),
        (None, Some(RUNNER_FOLDER)) => Some("runner"),
        (Some(folder), None) if folder == set.name => Some("pool"),
        _ => None,
    };
    let first = of(mounts.first()?)?;
    mounts.iter().all(|mount| of(mount) == Some(first)).then_some(first)
}

/// A claim whose size is known: fleetc emits it, so it must be the one that is there.
fn claim(set: &Set, name: &str, around: &Surroundings) -> Option<Kdl> {
    let claim = around.claims.get(&(set.namespace.clone(), name.to_owned()))?;
    let spec = claim.get("spec")?;
    let size = Memory::parse(spec.pointer("/resources/requests/storage")?.as_str()?)?;
    let [access] = items(spec, "accessModes") else { return None };
    let class = text(spec, "storageClassName").and_then(ObjectName::parse).map(|class| class.to_string());
    let kdl = Kdl::new("claim").arg(ObjectName::parse(name)?.to_string()).prop("size", size.to_string());
    Some(kdl.maybe("storage-class", class).prop("access", access.as_str()?))
}
