//! The template of a job's pod.
//!
//! Hooks lay it over the pod that they compute: metadata and the container `$job` merge, other
//! containers and volumes are appended, and every other key of the pod replaces theirs. So only keys
//! that the hooks compute nothing for are written: placement, priority, account, token.

use crate::emit::arc::{container, runner_pod, volumes as mounts};
use crate::emit::arc::{names, placement, resources, volumes};
use crate::emit::meta::non_empty;
use crate::language::nodes::Target;
use crate::model::{Fleet, Pool};
use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};

/// The template; none for modes in which jobs get no pod of their own.
pub fn template(fleet: &Fleet, pool: &Pool) -> Option<PodTemplateSpec> {
    let (_, job) = placement(fleet, pool);
    let job = job?;
    let mut seen = volumes(fleet, pool);
    seen.extend(mounts::trust(pool, mounts::TrustStore::Plain));
    runner_pod::merge_env(&mut seen.env, container::variables(pool, Target::Job));
    let wants_token = pool.node.job.as_ref().is_some_and(|job| job.api_token.value);
    let container = Container {
        name: "$job".to_owned(),
        env: non_empty(seen.env),
        resources: resources(&pool.job, &pool.devices(), &pool.node.resource_claims),
        security_context: container::security(pool.job_security()),
        volume_mounts: non_empty(seen.mounts),
        ..Container::default()
    };
    Some(PodTemplateSpec {
        metadata: Some(runner_pod::metadata(pool, "job")),
        spec: Some(PodSpec {
            affinity: job.affinity,
            automount_service_account_token: Some(wants_token),
            containers: vec![container],
            node_selector: job.node_selector,
            priority_class_name: runner_pod::priority(fleet, pool),
            resource_claims: runner_pod::resource_claims(pool),
            service_account_name: Some(names::no_permission(pool)),
            tolerations: job.tolerations,
            volumes: non_empty(seen.volumes),
            ..PodSpec::default()
        }),
    })
}
