//! The pods of a pool as the cluster gets them, for rules that look into them.

use super::PoolView;
use crate::syntax::Span;
use k8s_openapi::api::core::v1::{Container, HostPathVolumeSource, PodSpec, Volume, VolumeMount};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;

/// One of a pool's pods.
pub struct Pod<'a> {
    /// What a message calls it.
    pub what: &'static str,
    /// Its labels and annotations.
    pub metadata: Option<&'a ObjectMeta>,
    /// The rest of it.
    pub spec: &'a PodSpec,
    /// The last patch that changed it.
    pub patched: Option<Span>,
}

/// The runner's pod, and the pod of a job where jobs have one.
pub fn pods<'a>(view: PoolView<'a>) -> impl Iterator<Item = Pod<'a>> {
    let template = &view.objects.runner_set.spec.template;
    let runner = template.spec.as_ref().map(|spec| Pod {
        what: "the runner's pod",
        metadata: template.metadata.as_ref(),
        spec,
        patched: view.objects.runner_set_patched.last().copied(),
    });
    let job = view.objects.hook_template.as_ref().and_then(|template| {
        Some(Pod {
            what: "the pod of a job",
            metadata: template.metadata.as_ref(),
            spec: template.spec.as_ref()?,
            patched: view.objects.hook_template_patched.last().copied(),
        })
    });
    runner.into_iter().chain(job)
}

/// The pod that a job's steps run in, and that holds its devices.
pub fn working_pod<'a>(view: PoolView<'a>) -> Option<Pod<'a>> {
    pods(view).last()
}

/// The container that a job's steps run in, and that holds its devices.
pub fn working_container<'a>(view: PoolView<'a>) -> Option<&'a Container> {
    if view.pool.mode.has_workflow_pod() {
        view.objects.job_container()
    } else {
        view.objects.runner_container()
    }
}

/// All containers of a pod, those that start first included.
pub fn containers(spec: &PodSpec) -> impl Iterator<Item = &Container> {
    spec.init_containers.iter().flatten().chain(&spec.containers)
}

/// Where a container mounts volumes.
pub fn mounts(container: &Container) -> impl Iterator<Item = &VolumeMount> {
    container.volume_mounts.iter().flatten()
}

/// The volume of this name.
pub fn volume<'a>(spec: &'a PodSpec, name: &str) -> Option<&'a Volume> {
    spec.volumes.iter().flatten().find(|volume| volume.name == name)
}

/// The volumes of a pod that are folders or files of the node.
pub fn host_paths(spec: &PodSpec) -> impl Iterator<Item = (&str, &HostPathVolumeSource)> {
    let volumes = spec.volumes.iter().flatten();
    volumes.filter_map(|volume| Some((volume.name.as_str(), volume.host_path.as_ref()?)))
}

/// The value that a variable of a container ends up with, if it is written out: the last of a name counts.
pub fn variable<'a>(container: &'a Container, name: &str) -> Option<&'a str> {
    let found = container.env.iter().flatten().rfind(|env| env.name == name)?;
    found.value.as_deref()
}

/// What a container requests, and what it is limited to.
pub fn amounts(container: &Container) -> (&BTreeMap<String, Quantity>, &BTreeMap<String, Quantity>) {
    static NONE: BTreeMap<String, Quantity> = BTreeMap::new();
    let resources = container.resources.as_ref();
    let requests = resources.and_then(|resources| resources.requests.as_ref());
    let limits = resources.and_then(|resources| resources.limits.as_ref());
    (requests.unwrap_or(&NONE), limits.unwrap_or(&NONE))
}

/// Whether a resource is a device: an extended resource, which has a domain of its own.
pub fn is_device(resource: &str) -> bool {
    resource.contains('/') && !resource.starts_with("kubernetes.io/") && !resource.contains(".kubernetes.io/")
}
