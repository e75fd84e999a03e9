//! Parts of containers.

use crate::emit::meta::quantity;
use crate::language::nodes::{self, Target};
use crate::language::value::DeviceName;
use crate::model::{Pool, Size};
use k8s_openapi::api::core::v1::{
    EnvVar, EnvVarSource, ObjectFieldSelector, ResourceClaim, ResourceRequirements, SecretKeySelector,
    SecurityContext,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::collections::BTreeMap;

/// What a container is given: requests equal limits, so that its pod is of the class Guaranteed, and
/// devices, which Kubernetes takes from the limits.
pub fn resources(
    size: &Size,
    devices: &BTreeMap<DeviceName, u32>,
    claims: &[nodes::ResourceClaim],
) -> Option<ResourceRequirements> {
    let mut amounts: BTreeMap<String, Quantity> = BTreeMap::new();
    let mut state = |name: &str, amount: Option<Quantity>| {
        if let Some(amount) = amount {
            amounts.insert(name.to_owned(), amount);
        }
    };
    state("cpu", size.cpu.map(quantity));
    state("memory", size.memory.map(quantity));
    state("ephemeral-storage", size.storage.map(quantity));
    for (name, count) in devices {
        state(name.as_str(), Some(quantity(count)));
    }
    let claims: Vec<_> =
        claims.iter().map(|claim| ResourceClaim { name: claim.name.to_string(), request: None }).collect();
    if amounts.is_empty() && claims.is_empty() {
        return None;
    }
    Some(ResourceRequirements {
        limits: Some(amounts.clone()),
        requests: Some(amounts),
        claims: (!claims.is_empty()).then_some(claims),
    })
}

/// A variable with a value.
pub fn variable(name: &str, value: impl Into<String>) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value.into()), value_from: None }
}

/// A variable with a field of the pod.
pub fn field(name: &str, path: &str) -> EnvVar {
    let selector = ObjectFieldSelector { api_version: None, field_path: path.to_owned() };
    let source = EnvVarSource { field_ref: Some(selector), ..EnvVarSource::default() };
    EnvVar { name: name.to_owned(), value: None, value_from: Some(source) }
}

/// The pool's own variables for a container.
pub fn variables(pool: &Pool, target: Target) -> Vec<EnvVar> {
    let meant = |env: &&nodes::Env| {
        env.on.value == target
            || env.on.value == Target::Both
            // Where steps run in the runner's container, that is the job's container.
            || (target == Target::Runner && !pool.mode.has_workflow_pod())
    };
    pool.node.env.iter().filter(meant).map(of_env).collect()
}

fn of_env(env: &nodes::Env) -> EnvVar {
    let Some(secret) = &env.secret else {
        return variable(env.name.as_str(), env.value.as_ref().map_or("", |value| value.as_str()));
    };
    let selector = SecretKeySelector {
        name: secret.to_string(),
        key: env.key.as_ref().map_or_else(|| env.name.to_string(), |key| key.to_string()),
        optional: None,
    };
    let source = EnvVarSource { secret_key_ref: Some(selector), ..EnvVarSource::default() };
    EnvVar { name: env.name.to_string(), value: None, value_from: Some(source) }
}

/// Users and rights of a container.
pub fn security(node: Option<&nodes::Security>) -> Option<SecurityContext> {
    let node = node?;
    let context = SecurityContext {
        run_as_user: node.user.as_ref().map(|user| i64::from(user.value.0)),
        run_as_group: node.group.as_ref().map(|group| i64::from(group.value.0)),
        privileged: node.privileged.as_ref().map(|privileged| privileged.value),
        read_only_root_filesystem: node.read_only_root.as_ref().map(|read_only| read_only.value),
        ..SecurityContext::default()
    };
    (context != SecurityContext::default()).then_some(context)
}
