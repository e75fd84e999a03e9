//! Objects on their way from the fleet to files.

use super::arc;
use super::kinds::{
    AppProject, Application, AutoscalingRunnerSet, PodMonitor, PrometheusRule, ServiceMonitor,
};
use crate::model::{Fleet, Pool};
use crate::syntax::Span;
use fleet_model::vault::{
    VaultJwtAuth, VaultJwtRole, VaultKubernetesAuth, VaultKubernetesRole, VaultPolicy, VaultServer,
};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::core::v1::{
    ConfigMap, Container, LimitRange, Namespace, PersistentVolumeClaim, PodSpec, PodTemplateSpec,
    ResourceQuota, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

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
    ClusterRole(ClusterRole),
    ClusterRoleBinding(ClusterRoleBinding),
    CronJob(Box<CronJob>),
    Deployment(Box<Deployment>),
    Service(Box<Service>),
    Namespace(Namespace),
    PersistentVolumeClaim(Box<PersistentVolumeClaim>),
    PriorityClass(PriorityClass),
    LimitRange(LimitRange),
    ResourceQuota(ResourceQuota),
    NetworkPolicy(NetworkPolicy),
    AppProject(AppProject),
    Application(Box<Application>),
    CustomResourceDefinition(Box<CustomResourceDefinition>),
    Fleet(Box<fleet_model::fleet::Fleet>),
    VaultServer(Box<VaultServer>),
    VaultJwtAuth(Box<VaultJwtAuth>),
    VaultKubernetesAuth(Box<VaultKubernetesAuth>),
    VaultPolicy(Box<VaultPolicy>),
    VaultJwtRole(Box<VaultJwtRole>),
    VaultKubernetesRole(Box<VaultKubernetesRole>),
    PrometheusRule(Box<PrometheusRule>),
    PodMonitor(PodMonitor),
    ServiceMonitor(ServiceMonitor),
    /// An object of the user's own, carried along.
    Manifest(Value),
}

impl Body {
    /// Its kind.
    pub fn kind(&self) -> String {
        match self {
            Self::AutoscalingRunnerSet(_) => "AutoscalingRunnerSet",
            Self::ConfigMap(_) => "ConfigMap",
            Self::ServiceAccount(_) => "ServiceAccount",
            Self::Role(_) => "Role",
            Self::RoleBinding(_) => "RoleBinding",
            Self::ClusterRole(_) => "ClusterRole",
            Self::ClusterRoleBinding(_) => "ClusterRoleBinding",
            Self::CronJob(_) => "CronJob",
            Self::Deployment(_) => "Deployment",
            Self::Service(_) => "Service",
            Self::Namespace(_) => "Namespace",
            Self::PersistentVolumeClaim(_) => "PersistentVolumeClaim",
            Self::PriorityClass(_) => "PriorityClass",
            Self::LimitRange(_) => "LimitRange",
            Self::ResourceQuota(_) => "ResourceQuota",
            Self::NetworkPolicy(_) => "NetworkPolicy",
            Self::AppProject(_) => "AppProject",
            Self::Application(_) => "Application",
            Self::CustomResourceDefinition(_) => "CustomResourceDefinition",
            Self::Fleet(_) => "Fleet",
            Self::VaultServer(_) => "VaultServer",
            Self::VaultJwtAuth(_) => "VaultJwtAuth",
            Self::VaultKubernetesAuth(_) => "VaultKubernetesAuth",
            Self::VaultPolicy(_) => "VaultPolicy",
            Self::VaultJwtRole(_) => "VaultJwtRole",
            Self::VaultKubernetesRole(_) => "VaultKubernetesRole",
            Self::PrometheusRule(_) => "PrometheusRule",
            Self::PodMonitor(_) => "PodMonitor",
            Self::ServiceMonitor(_) => "ServiceMonitor",
            Self::Manifest(object) => object.get("kind").and_then(Value::as_str).unwrap_or_default(),
        }
        .to_owned()
    }

    /// Its API group; empty for the core.
    pub fn group(&self) -> &str {
        match self {
            Self::AutoscalingRunnerSet(_) => "actions.github.com",
            Self::ConfigMap(_)
            | Self::ServiceAccount(_)
            | Self::Namespace(_)
            | Self::PersistentVolumeClaim(_)
            | Self::LimitRange(_)
            | Self::ResourceQuota(_)
            | Self::Service(_) => "",
            Self::Role(_) | Self::RoleBinding(_) | Self::ClusterRole(_) | Self::ClusterRoleBinding(_) => {
                "rbac.authorization.k8s.io"
            }
            Self::CronJob(_) => "batch",
            Self::Deployment(_) => "apps",
            Self::PriorityClass(_) => "scheduling.k8s.io",
            Self::NetworkPolicy(_) => "networking.k8s.io",
            Self::AppProject(_) | Self::Application(_) => "argoproj.io",
            Self::CustomResourceDefinition(_) => "apiextensions.k8s.io",
            Self::Fleet(_)
            | Self::VaultServer(_)
            | Self::VaultJwtAuth(_)
            | Self::VaultKubernetesAuth(_)
            | Self::VaultPolicy(_)
            | Self::VaultJwtRole(_)
            | Self::VaultKubernetesRole(_) => fleet_model::vault::GROUP,
            Self::PrometheusRule(_) | Self::PodMonitor(_) | Self::ServiceMonitor(_) => {
                "monitoring.coreos.com"
            }
            Self::Manifest(object) => {
                let version = object.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
                version.rsplit_once('/').map_or("", |(group, _)| group)
            }
        }
    }

    /// Its name, namespace and labels.
    pub fn metadata(&self) -> ObjectMeta {
        match self {
            Self::AutoscalingRunnerSet(object) => object.metadata.clone(),
            Self::ConfigMap(object) => object.metadata.clone(),
            Self::ServiceAccount(object) => object.metadata.clone(),
            Self::Role(object) => object.metadata.clone(),
            Self::RoleBinding(object) => object.metadata.clone(),
            Self::ClusterRole(object) => object.metadata.clone(),
            Self::ClusterRoleBinding(object) => object.metadata.clone(),
            Self::CronJob(object) => object.metadata.clone(),
            Self::Deployment(object) => object.metadata.clone(),
            Self::Service(object) => object.metadata.clone(),
            Self::Namespace(object) => object.metadata.clone(),
            Self::PersistentVolumeClaim(object) => object.metadata.clone(),
            Self::PriorityClass(object) => object.metadata.clone(),
            Self::LimitRange(object) => object.metadata.clone(),
            Self::ResourceQuota(object) => object.metadata.clone(),
            Self::NetworkPolicy(object) => object.metadata.clone(),
            Self::AppProject(object) => object.metadata.clone(),
            Self::Application(object) => object.metadata.clone(),
            Self::CustomResourceDefinition(object) => object.metadata.clone(),
            Self::Fleet(object) => object.metadata.clone(),
            Self::VaultServer(object) => object.metadata.clone(),
            Self::VaultJwtAuth(object) => object.metadata.clone(),
            Self::VaultKubernetesAuth(object) => object.metadata.clone(),
            Self::VaultPolicy(object) => object.metadata.clone(),
            Self::VaultJwtRole(object) => object.metadata.clone(),
            Self::VaultKubernetesRole(object) => object.metadata.clone(),
            Self::PrometheusRule(object) => object.metadata.clone(),
            Self::PodMonitor(object) => object.metadata.clone(),
            Self::ServiceMonitor(object) => object.metadata.clone(),
            Self::Manifest(object) => {
                let metadata = object.get("metadata").cloned().unwrap_or_default();
                serde_json::from_value(metadata).unwrap_or_default()
            }
        }
    }
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

impl Object {
    /// An object as fleetc makes it.
    pub fn new(path: String, body: Body) -> Self {
        Self { path, body, patched: Vec::new() }
    }
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
    /// Accounts and roles, if a patch changed one of them.
    pub(super) patched_companions: Option<Vec<Object>>,
    /// Where the pool was patched.
    pub runner_set_patched: Vec<Span>,
    /// Where the template was patched.
    pub hook_template_patched: Vec<Span>,
}

impl PoolObjects {
    /// Accounts and roles beside the pool.
    ///
    /// They are made when they are looked at: all of them at once take more memory than the text of a
    /// large fleet, and hardly any rule looks.
    pub fn companions(&self, fleet: &Fleet, pool: &Pool) -> Cow<'_, [Object]> {
        match &self.patched_companions {
            Some(companions) => Cow::Borrowed(companions),
            None => Cow::Owned(arc::companions(fleet, pool)),
        }
    }

    /// Accounts and roles of a pool of which a patch changed one; none of others.
    pub fn patched_companions(&self) -> &[Object] {
        self.patched_companions.as_deref().unwrap_or_default()
    }

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
