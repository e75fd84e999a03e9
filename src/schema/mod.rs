//! JSON Schemas (draft 2020-12) of the language and of every kind that is emitted.
//!
//! They are strict: an object has no properties beside those that are listed.

pub mod fields;
mod fleet;
mod kinds;
mod strict;

use crate::emit::kinds::{
    AppProject, Application, AutoscalingRunnerSet, PodMonitor, PrometheusRule, ServiceMonitor,
};
use fleet_model::fleet::FleetSpec;
use fleet_model::vault::{
    VaultJwtAuthSpec, VaultJwtRoleSpec, VaultKubernetesAuthSpec, VaultKubernetesRoleSpec, VaultPolicySpec,
    VaultServerSpec,
};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::core::v1::{
    ConfigMap, LimitRange, Namespace, PersistentVolumeClaim, PodTemplateSpec, ResourceQuota, Service,
    ServiceAccount,
};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use serde_json::{Map, Value};

/// A schema.
pub struct Schema {
    /// Its name: `fleet`, or a kind.
    pub name: &'static str,
    /// What it describes.
    pub summary: &'static str,
    build: fn(&'static str) -> Value,
}

impl Schema {
    /// The schema.
    pub fn value(&self) -> Value {
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        schema.insert("$comment".to_owned(), crate::manual::GENERATED.into());
        if let Value::Object(fields) = (self.build)(self.name) {
            schema.extend(fields);
        }
        schema.insert("title".to_owned(), self.name.into());
        schema.insert("description".to_owned(), self.summary.into());
        // What a schema is of stands in front of its parts.
        for part in ["properties", "additionalProperties", "required", "$defs"] {
            if let Some(value) = schema.shift_remove(part) {
                schema.insert(part.to_owned(), value);
            }
        }
        Value::Object(schema)
    }

    /// The schema as the text of a file.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.value())
    }
}

/// All schemas.
pub static SCHEMAS: &[Schema] = &[
    Schema {
        name: "fleet",
        summary: "A fleet file as JSON: each node is an object of its arguments, properties and nodes, by name.",
        build: |_| fleet::schema(),
    },
    Schema {
        name: "diff",
        summary: "What `fleetc diff --format json` prints.",
        build: |_| kinds::report::<crate::diff::render::Document<'static>>(),
    },
    Schema {
        name: "AutoscalingRunnerSet",
        summary: "A pool, as its CRD of ARC 0.14.2 has it.",
        build: |kind| kinds::own::<AutoscalingRunnerSet>("actions.github.com/v1alpha1", kind),
    },
    Schema {
        name: "HookTemplate",
        summary: "The template by which the container hooks make a job's pod: text in a ConfigMap.",
        build: |_| kinds::part::<PodTemplateSpec>(),
    },
    Schema {
        name: "Application",
        summary: "Something that Argo CD keeps in step with Git, as far as fleetc writes it.",
        build: |kind| kinds::own::<Application>("argoproj.io/v1alpha1", kind),
    },
    Schema {
        name: "AppProject",
        summary: "What the Applications of a fleet may touch, as far as fleetc writes it.",
        build: |kind| kinds::own::<AppProject>("argoproj.io/v1alpha1", kind),
    },
    Schema {
        name: "ClusterRole",
        summary: "Rights in the whole cluster.",
        build: |_| kinds::kubernetes::<ClusterRole>(),
    },
    Schema {
        name: "ClusterRoleBinding",
        summary: "Who has the rights of a ClusterRole.",
        build: |_| kinds::kubernetes::<ClusterRoleBinding>(),
    },
    Schema {
        name: "CronJob",
        summary: "What runs at certain times.",
        build: |_| kinds::kubernetes::<CronJob>(),
    },
    Schema {
        name: "Deployment",
        summary: "A program that always runs.",
        build: |_| kinds::kubernetes::<Deployment>(),
    },
    Schema { name: "Service", summary: "The address of pods.", build: |_| kinds::kubernetes::<Service>() },
    Schema { name: "ConfigMap", summary: "Files for pods.", build: |_| kinds::kubernetes::<ConfigMap>() },
    Schema {
        name: "LimitRange",
        summary: "Requests and limits of containers that state none.",
        build: |_| kinds::kubernetes::<LimitRange>(),
    },
    Schema {
        name: "Namespace",
        summary: "A namespace of runners.",
        build: |_| kinds::kubernetes::<Namespace>(),
    },
    Schema {
        name: "NetworkPolicy",
        summary: "What pods may reach and be reached by.",
        build: |_| kinds::kubernetes::<NetworkPolicy>(),
    },
    Schema {
        name: "PersistentVolumeClaim",
        summary: "The volume of a cache.",
        build: |_| kinds::kubernetes::<PersistentVolumeClaim>(),
    },
    Schema {
        name: "PodMonitor",
        summary: "How Prometheus scrapes pods, as far as fleetc writes it.",
        build: |kind| kinds::own::<PodMonitor>("monitoring.coreos.com/v1", kind),
    },
    Schema {
        name: "PriorityClass",
        summary: "How important pods are.",
        build: |_| kinds::kubernetes::<PriorityClass>(),
    },
    Schema {
        name: "PrometheusRule",
        summary: "Recordings and alerts, as far as fleetc writes them.",
        build: |kind| kinds::own::<PrometheusRule>("monitoring.coreos.com/v1", kind),
    },
    Schema {
        name: "ResourceQuota",
        summary: "Most that all pods of a namespace may request.",
        build: |_| kinds::kubernetes::<ResourceQuota>(),
    },
    Schema { name: "Role", summary: "Rights within a namespace.", build: |_| kinds::kubernetes::<Role>() },
    Schema {
        name: "RoleBinding",
        summary: "Who has the rights of a Role.",
        build: |_| kinds::kubernetes::<RoleBinding>(),
    },
    Schema {
        name: "ServiceAccount",
        summary: "An account of pods.",
        build: |_| kinds::kubernetes::<ServiceAccount>(),
    },
    Schema {
        name: "CustomResourceDefinition",
        summary: "The definition of a kind.",
        build: |_| kinds::kubernetes::<CustomResourceDefinition>(),
    },
    Schema {
        name: "Fleet",
        summary: "What a fleet should have in a cluster, and what is done where it has less.",
        build: kinds::custom::<FleetSpec>,
    },
    Schema {
        name: "VaultServer",
        summary: "A Vault or OpenBao server, and how fleet-controller logs in to it.",
        build: kinds::custom::<VaultServerSpec>,
    },
    Schema {
        name: "VaultJwtAuth",
        summary: "Configuration of a way to log in by signed tokens.",
        build: kinds::custom::<VaultJwtAuthSpec>,
    },
    Schema {
        name: "VaultKubernetesAuth",
        summary: "Configuration of a way to log in by ServiceAccounts.",
        build: kinds::custom::<VaultKubernetesAuthSpec>,
    },
    Schema {
        name: "VaultPolicy",
        summary: "Rights at paths of a Vault server.",
        build: kinds::custom::<VaultPolicySpec>,
    },
    Schema {
        name: "VaultJwtRole",
        summary: "Who may log in to Vault by a signed token, and what for.",
        build: kinds::custom::<VaultJwtRoleSpec>,
    },
    Schema {
        name: "VaultKubernetesRole",
        summary: "Which ServiceAccounts may log in to Vault, and what for.",
        build: kinds::custom::<VaultKubernetesRoleSpec>,
    },
    Schema {
        name: "ServiceMonitor",
        summary: "How Prometheus scrapes the pods of a Service, as far as fleetc writes it.",
        build: |kind| kinds::own::<ServiceMonitor>("monitoring.coreos.com/v1", kind),
    },
];

/// The schema of this name.
pub fn find(name: &str) -> Option<&'static Schema> {
    SCHEMAS.iter().find(|schema| schema.name == name)
}
