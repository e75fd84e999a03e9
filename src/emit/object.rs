//! Objects on their way from the fleet to files.

use super::kinds::{AppProject, Application, AutoscalingRunnerSet};
use crate::syntax::Span;
use k8s_openapi::api::core::v1::{
    ConfigMap, Container, LimitRange, Namespace, PersistentVolumeClaim, PodSpec, PodTemplateSpec,
    ResourceQuota, ServiceAccount,
};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use serde::Serialize;

/// A typed Kubernetes object.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "each variant is the kind of its name")]
pub enum Body {
    AutoscalingRunnerSet(Box<AutoscalingRunnerSet>),
    ConfigMap(ConfigMap),
    ServiceAccount(ServiceAccount),
    Role(Role),
    RoleBinding(RoleBinding),
    Namespace(Namespace),
    PersistentVolumeClaim(Box<PersistentVolumeClaim>),
    PriorityClass(PriorityClass),
    LimitRange(LimitRange),
    ResourceQuota(ResourceQuota),
    NetworkPolicy(NetworkPolicy),
    AppProject(AppProject),
    Application(Box<Application>),
    /// An object of the user's own, carried along.
    Manifest(serde_json::Value),
}

/// An object and the file that it goes to.
#[derive(Clone, Debug)]
pub struct Object {
    /// Path below the output folder.
    pub path: String,
    /// The object.
    pub body: Body,
    /// Where it was patched.
    pub patched: Vec<Span>,
}

/// All objects of a fleet.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// Those of each pool, in the order of [`Fleet::pools`](crate::model::Fleet::pools).
    pub pools: Vec<PoolObjects>,
    /// All others.
    pub others: Vec<Object>,
}

/// The objects of a pool, with the two pods that matter within reach.
#[derive(Clone, Debug)]
pub struct PoolObjects {
    /// Folder of its files below the output folder, with a slash behind.
    pub folder: String,
    /// The pool itself.
    pub runner_set: AutoscalingRunnerSet,
    /// The template by which the container hooks make a job's pod.
    pub hook_template: Option<PodTemplateSpec>,
    /// Accounts and roles.
    pub companions: Vec<Object>,
    /// Where the pool was patched.
    pub runner_set_patched: Vec<Span>,
    /// Where the template was patched.
    pub hook_template_patched: Vec<Span>,
}

impl PoolObjects {
    /// The runner's pod.
    pub fn runner_pod(&self) -> Option<&PodSpec> {
        self.runner_set.spec.template.spec.as_ref()
    }

    /// The runner's container.
    pub fn runner_container(&self) -> Option<&Container> {
        self.runner_pod()?.containers.iter().find(|container| container.name == "runner")
    }

    /// The Docker daemon's container: a sidecar, or an ordinary container.
    pub fn dind_container(&self) -> Option<&Container> {
        let pod = self.runner_pod()?;
        let sidecars = pod.init_containers.iter().flatten();
        sidecars.chain(&pod.containers).find(|container| container.name == "dind")
    }

    /// What the template says of a job's pod.
    pub fn job_pod(&self) -> Option<&PodSpec> {
        self.hook_template.as_ref()?.spec.as_ref()
    }

    /// What the template says of a job's container.
    pub fn job_container(&self) -> Option<&Container> {
        self.job_pod()?.containers.iter().find(|container| container.name == "$job")
    }
}
