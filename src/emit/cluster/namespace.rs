//! The namespace itself.

use super::{Place, pod_security};
use crate::emit::meta::{KEEP, labels, map, meta};
use crate::emit::object::PoolObjects;
use crate::language::nodes::PodSecurity;
use crate::model::Fleet;
use k8s_openapi::api::core::v1::{Namespace, PodSpec};

/// A namespace with its Pod Security labels.
///
/// Argo CD neither prunes nor deletes it ([`KEEP`]). With a namespace go the Secrets that people put
/// there, the data of its claims, and the Roles by which ARC's controller may take its own finalizers
/// off: it would hang in `Terminating` with its pools half deleted. So when the last pool leaves a
/// namespace, Argo CD shows it as out of sync and a person deletes it.
pub fn namespace(fleet: &Fleet, pools: &[PoolObjects], place: &Place<'_>) -> Namespace {
    let level = place
        .node
        .and_then(|node| node.pod_security.as_ref())
        .map_or_else(|| strictest(pools, place, fleet), |level| level.value);
    let mut labels = labels(fleet);
    for mode in ["enforce", "audit", "warn"] {
        labels.insert(format!("pod-security.kubernetes.io/{mode}"), level.to_string());
        labels.insert(format!("pod-security.kubernetes.io/{mode}-version"), "latest".to_owned());
    }
    let own = place.node.iter().flat_map(|node| &node.labels);
    labels.extend(own.map(|label| (label.key.to_string(), label.value.to_string())));
    let mut metadata = meta(place.name.as_str(), None, labels);
    metadata.annotations = Some(map([KEEP]));
    Namespace { metadata, ..Namespace::default() }
}

/// The strictest level that all pods of the namespace can run under.
fn strictest(pools: &[PoolObjects], place: &Place<'_>, fleet: &Fleet) -> PodSecurity {
    let mut level = PodSecurity::Restricted;
    let mut take = |pod: Option<&PodSpec>, most: PodSecurity| {
        level = level.min(most).min(pod.map_or(most, pod_security::needed));
    };
    for objects in place.pools.iter().filter_map(|at| pools.get(*at)) {
        take(objects.runner_pod(), PodSecurity::Restricted);
        if objects.hook_template.is_some() {
            // The hooks add init and service containers that the template can't restrict.
            take(objects.job_pod(), PodSecurity::Baseline);
        }
    }
    if place.has_controller {
        // The chart gives its pod no security context unless its values do.
        take(None, PodSecurity::Baseline);
        let here = fleet.pools.iter().zip(pools).filter(|(pool, _)| pool.cluster == place.cluster);
        for (_, objects) in here {
            let listener = objects.runner_set.spec.listener_template.as_ref();
            take(listener.and_then(|template| template.spec.as_ref()), PodSecurity::Baseline);
        }
    }
    level
}

#[cfg(test)]
mod tests {
    use crate::check::example;
    use crate::emit::Body;

    /// The level that the namespace of the pools enforces.
    fn level(example: &str) -> String {
        let run = example::run(example);
        let found = run.objects.others.iter().find_map(|object| match &object.body {
            Body::Namespace(namespace) if namespace.metadata.name.as_deref() == Some("arc-runners") => {
                namespace.metadata.labels.as_ref()?.get("pod-security.kubernetes.io/enforce").cloned()
            }
            _ => None,
        });
        found.unwrap_or_default()
    }

    const JOBS: &str = "mode \"kubernetes-novolume\"\nrunners max=1";

    #[test]
    fn is_the_strictest_that_pools_can_run_under() {
        let pool = |content: &str| format!("pool \"p\" {{\n{content}\n}}\n");
        assert_eq!(level(&pool(JOBS)), "baseline");
        assert_eq!(level(&pool("mode \"dind\"\nrunners max=1")), "privileged");
        let cache = "cache \"c\" {\nhost-path \"/tmp/c\"\nmount \"/c\"\n}\n";
        assert_eq!(level(&format!("{cache}{}", pool(&format!("{JOBS}\ncache \"c\"")))), "privileged");
        let other = "pool \"q\" {\nmode \"dind\"\nrunners max=1\n}\n";
        assert_eq!(level(&format!("{}{other}", pool(JOBS))), "privileged");
    }

    #[test]
    fn follows_patches_and_the_file() {
        let patch = "patch \"HookTemplate\" {\nmerge \"spec: {hostNetwork: true}\"\n}";
        let pool = format!("pool \"p\" {{\n{JOBS}\n{patch}\n}}\n");
        assert_eq!(level(&pool), "privileged");
        let declared = format!("namespace \"arc-runners\" pod-security=\"restricted\"\n{pool}");
        assert_eq!(level(&declared), "restricted");
    }
}
