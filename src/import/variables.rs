//! Variables of a set's containers: those of its mode become words, all others variables of the pool.

use super::cache::Found;
use super::kdl::Kdl;
use super::normal::CERTIFICATE;
use super::set::{Set, items, text};
use crate::language::nodes::ContainerMode;
use crate::language::value::{ConfigKey, Duration, EnvName, ImageRef, ObjectName, Text, Value};
use crate::syntax::Scalar;
use serde_json::Value as Json;

/// The value of a variable of the runner's container.
fn runner_variable<'s>(set: &'s Set, name: &str) -> Option<&'s str> {
    items(set.container("runner"), "env")
        .iter()
        .find(|env| text(env, "name") == Some(name))
        .and_then(|env| text(env, "value"))
}

/// How the container hooks make a job's pod.
pub fn hooks(set: &Set) -> Kdl {
    let hooks = Kdl::new("hooks");
    if !set.mode.has_workflow_pod() {
        return hooks;
    }
    let off = |name: &str| runner_variable(set, name).filter(|value| *value != "true").map(|_| false);
    let timeout = runner_variable(set, "ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS")
        .and_then(|seconds| seconds.parse::<u64>().ok())
        .filter(|seconds| *seconds != 600)
        .map(|seconds| Duration(seconds).to_string());
    let own = text(set.container("runner"), "image");
    let copy = runner_variable(set, "ACTIONS_RUNNER_IMAGE").filter(|image| Some(*image) != own);
    let copy = copy.filter(|_| set.mode == ContainerMode::KubernetesNovolume).and_then(ImageRef::parse);
    let scheduler =
        off("ACTIONS_RUNNER_USE_KUBE_SCHEDULER").filter(|_| set.mode == ContainerMode::Kubernetes);
    hooks
        .maybe("scheduler", scheduler)
        .maybe("require-job-container", off("ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER"))
        .maybe("prepare-timeout", timeout)
        .maybe("copy-image", copy.map(|image| image.to_string()))
}

/// Variables that the modes need, and words of their own say.
const OF_MODES: [&str; 10] = [
    "ACTIONS_RUNNER_CONTAINER_HOOKS",
    "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE",
    "ACTIONS_RUNNER_IMAGE",
    "ACTIONS_RUNNER_POD_NAME",
    "ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS",
    "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER",
    "ACTIONS_RUNNER_USE_KUBE_SCHEDULER",
    "DOCKER_HOST",
    "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS",
    "FLEETC_RUNNER",
];

/// The variables of a set's containers.
pub fn env(set: &Set, found: &Found) -> Vec<Kdl> {
    let of = |container: &Json| -> Vec<Kdl> {
        let env = items(container, "env").iter();
        let own = env.filter(|env| {
            let name = text(env, "name").unwrap_or("");
            let certificate =
                CERTIFICATE.contains(&name) && set.runner_set.pointer("/spec/githubServerTLS").is_some();
            !OF_MODES.contains(&name) && !certificate && !found.env.iter().any(|known| known == name)
        });
        own.filter_map(variable).collect()
    };
    let runner = of(set.container("runner"));
    if !set.mode.has_workflow_pod() {
        return runner;
    }
    let job = of(set.work_place().1);
    let on = |kdl: &Kdl, target: &str| kdl.clone().prop("on", target);
    let mut all = Vec::new();
    for env in &runner {
        let twin = job.iter().any(|other| other == env);
        let clash = job.iter().any(|other| other.args.first() == env.args.first());
        match (twin, clash) {
            (true, _) => all.push(on(env, "both")),
            (false, false) => all.push(on(env, "runner")),
            // One name with two values: the patch says the runner's.
            (false, true) => {}
        }
    }
    all.extend(job.into_iter().filter(|env| !runner.contains(env)));
    all
}

/// A variable with a value, or with a key of a Secret.
fn variable(env: &Json) -> Option<Kdl> {
    let name = EnvName::parse(text(env, "name")?)?.to_string();
    let kdl = Kdl::new("env").arg(name.as_str());
    if let Some(reference) = env.pointer("/valueFrom/secretKeyRef") {
        let key = ConfigKey::parse(text(reference, "key")?)?.to_string();
        let secret = ObjectName::parse(text(reference, "name")?)?.to_string();
        return reference
            .get("optional")
            .is_none()
            .then(|| kdl.prop("secret", secret).maybe("key", Some(key).filter(|key| *key != name)));
    }
    if env.get("valueFrom").is_some() {
        return None;
    }
    let value = Text::read(&Scalar::String(text(env, "value")?.to_owned())).ok()?;
    Some(kdl.arg(value.as_str()))
}
