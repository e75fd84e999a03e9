//! The pod that the container hooks really make for a job.
//!
//! People see a template; the cluster sees what the hooks make of it, and the two generations make
//! different pods. Here a pod is made as their code makes it (runner-container-hooks 0.7.0 and
//! 0.8.1, `prepare-job.ts`, `k8s/index.ts` and `k8s/utils.ts`), mistakes included, for a job that
//! stands for all jobs.

mod containers;
mod copied_folder;
mod merge;
mod sample;
mod shared_volume;
#[cfg(test)]
mod tests;

pub use sample::SampleJob;

use crate::contract::hooks::{COPIED_FOLDER, Generation, SHARED_VOLUME, generation};
use crate::emit::PoolObjects;
use crate::language::nodes::ContainerMode;
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;

/// A job's pod as one generation makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The generation.
    pub generation: &'static Generation,
    /// Whether it is the one that the pool uses.
    pub own: bool,
    /// The pod.
    pub pod: Pod,
}

/// The pods that both generations make for a job of a pool, the pool's own first; none where jobs get
/// no pods of their own.
///
/// The other generation's pod shows what changing the pool's hooks, and nothing else, would give: its
/// runner keeps the variables that it has.
///
/// # Errors
/// When the objects don't fit their own types, which objects that fleetc emitted always do.
pub fn previews(
    mode: ContainerMode,
    objects: &PoolObjects,
    job: &SampleJob,
) -> Result<Vec<Preview>, serde_json::Error> {
    let (Some(own), Some(runner)) = (generation(mode), objects.runner_pod()) else { return Ok(Vec::new()) };
    let mut both = [&SHARED_VOLUME, &COPIED_FOLDER];
    both.sort_by_key(|generation| *generation != own);
    let template = objects.hook_template.as_ref();
    let make = |generation: &'static Generation| {
        let pod = preview(generation, runner, template, job)?;
        Ok(Preview { generation, own: generation == own, pod })
    };
    both.into_iter().map(make).collect()
}

/// The pod that a generation makes for a job, of the variables in the runner's pod and of the template.
///
/// # Errors
/// When a part of the template does not fit its own type, which a typed template always does.
pub fn preview(
    generation: &Generation,
    runner: &PodSpec,
    template: Option<&PodTemplateSpec>,
    job: &SampleJob,
) -> Result<Pod, serde_json::Error> {
    let runner = Runner::of(runner);
    let containers = containers::containers(generation, template, job)?;
    let spec = if generation == &SHARED_VOLUME {
        shared_volume::spec(&runner, containers, job)
    } else {
        copied_folder::spec(&runner, containers, job)
    };
    let mut metadata = ObjectMeta {
        name: Some(workflow_name(&job.runner)),
        namespace: Some(
            runner.value("ACTIONS_RUNNER_KUBERNETES_NAMESPACE").unwrap_or(&job.namespace).to_owned(),
        ),
        labels: Some(BTreeMap::from([("runner-pod".to_owned(), job.runner.clone())])),
        ..ObjectMeta::default()
    };
    if let Some(own) = template.and_then(|template| template.metadata.as_ref()) {
        merge::metadata(&mut metadata, own);
    }
    let spec = match template.and_then(|template| template.spec.as_ref()) {
        Some(own) => merge::pod_spec(&spec, own)?,
        None => spec,
    };
    Ok(Pod { metadata, spec: Some(spec), status: None })
}

/// What the hook sees of its runner: the variables of its container.
struct Runner<'a> {
    container: Option<&'a Container>,
}

impl<'a> Runner<'a> {
    fn of(pod: &'a PodSpec) -> Self {
        Self { container: pod.containers.iter().find(|container| container.name == "runner") }
    }

    /// The text of a variable; JavaScript takes an empty one for none.
    fn value(&self, name: &str) -> Option<&'a str> {
        let variable = self.container?.env.iter().flatten().rfind(|variable| variable.name == name)?;
        variable.value.as_deref().filter(|value| !value.is_empty())
    }
}

/// Name of a job's pod: the runner's, cut so that 63 characters are enough.
fn workflow_name(runner: &str) -> String {
    let cut: String = runner.chars().take(63 - "-workflow".len()).collect();
    format!("{cut}-workflow")
}
