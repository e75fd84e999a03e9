//! Two files that describe one object.

use super::Carried;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::arc::names;
use crate::emit::object::{Body, Object, PoolObjects};
use crate::model::Fleet;
use std::collections::HashMap;

/// What makes an object the same: group, kind, namespace, name.
type Identity = (String, String, String, String);

fn identity(body: &Body) -> Identity {
    let metadata = body.metadata();
    (
        body.group().to_owned(),
        body.kind(),
        metadata.namespace.unwrap_or_default(),
        metadata.name.unwrap_or_default(),
    )
}

/// Reports manifests that hold an object which fleetc emits, or another manifest holds.
pub fn report_clashes(
    fleet: &Fleet,
    pools: &[PoolObjects],
    others: &[Object],
    carried: &[Carried],
    diagnostics: &mut Diagnostics,
) {
    if carried.is_empty() {
        return;
    }
    for (at, cluster) in fleet.clusters.iter().enumerate() {
        let folder = cluster.folder();
        let mut known: HashMap<Identity, &str> = HashMap::new();
        for (pool, objects) in fleet.pools.iter().zip(pools).filter(|(pool, _)| pool.cluster == at) {
            let mut add = |group: &str, kind: &str, name: String| {
                let namespace = pool.namespace.to_string();
                known.insert((group.to_owned(), kind.to_owned(), namespace, name), &objects.folder);
            };
            add("actions.github.com", "AutoscalingRunnerSet", pool.name().to_owned());
            if objects.hook_template.is_some() {
                add("", "ConfigMap", names::hook_template(pool));
            }
            let companions = objects.companions(fleet, pool);
            known.extend(companions.iter().map(|object| (identity(&object.body), objects.folder.as_str())));
        }
        let mine = others.iter().filter(|object| object.path.starts_with(&folder));
        known.extend(mine.map(|object| (identity(&object.body), object.path.as_str())));
        for carried in carried.iter().filter(|carried| carried.cluster == at) {
            let mut own = identity(&carried.object.body);
            let mut other = known.get(&own);
            if own.2.is_empty() && other.is_none() {
                // Argo CD puts it into the fleet's namespace.
                own.2 = fleet.node.namespace.name.to_string();
                other = known.get(&own);
            }
            if let Some(path) = other {
                let found = Diagnostic::new(
                    "manifest-clash",
                    format!(
                        "this manifest holds {} \"{}\", which {path} of the output is already",
                        own.1, own.3
                    ),
                )
                .label(carried.span, "this file")
                .effect("two files describe one object: Argo CD applies one after the other, for ever")
                .help("remove it from the manifest, and change what fleetc emits with `patch`");
                diagnostics.push(found);
            } else {
                known.insert(own, &carried.object.path);
            }
        }
    }
}
