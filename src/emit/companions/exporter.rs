//! fleet-exporter: one Deployment, in the first cluster, with a volume for what it knows.

use super::Place;
use super::exporter_config::{
    self as told, CERTIFICATE, CONFIG, FOLDER, GITHUB, LEDGER, POOLS, PORT, WEBHOOK,
};
use super::pod::{self, Mounted};
use crate::emit::digest::sha256_hex;
use crate::emit::meta::{IGNORE_HEALTH, KEEP, map, non_empty, quantity};
use crate::emit::object::{Body, Object, PoolObjects};
use crate::model::{Exporter, ExporterSecret};
use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy};
use k8s_openapi::api::core::v1::{
    ConfigMap, Container, ContainerPort, HTTPGetAction, PersistentVolumeClaim, PersistentVolumeClaimSpec,
    PersistentVolumeClaimVolumeSource, PodSpec, PodTemplateSpec, Probe, Service, ServicePort, ServiceSpec,
    Volume, VolumeMount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;

/// Name of the port, which monitors of Prometheus name.
const PORT_NAME: &str = "metrics";
/// Annotation of its pods: what its configuration is. The exporter reads that once, and the pools whenever they change.
const CONFIG_HASH: &str = "fleetc.dev/config";
/// Seconds between two looks at whether it serves, and how many of them it may take to start: it reads a month of jobs first.
const LOOK_SECONDS: i32 = 10;
const LOOKS_AT_START: i32 = 60;
/// Seconds that it has to write down what it was told before it ends.
const GRACE_SECONDS: i64 = 30;

impl Place<'_> {
    /// The program, what it is told, and its volume.
    pub fn exporter(self, exporter: Exporter<'_>, pools: &[PoolObjects], all: &mut Vec<Object>) {
        let mut add = |file: &str, body| all.push(self.object(&format!("companions/exporter/{file}"), body));
        let config = text(&told::config(self.fleet, exporter));
        let pools = text(&told::pools(self.fleet, exporter, pools));
        add("service-account", self.account(self.program));
        add("deployment", Body::Deployment(Box::new(self.exporter_deployment(exporter, &config))));
        let data = [(CONFIG.to_owned(), config), (POOLS.to_owned(), pools)].into();
        let config_map =
            ConfigMap { metadata: self.meta(self.program), data: Some(data), ..ConfigMap::default() };
        add("config", Body::ConfigMap(config_map));
        add("claim", Body::PersistentVolumeClaim(Box::new(self.exporter_claim(exporter))));
        add("service", Body::Service(Box::new(self.exporter_service())));
    }

    /// Argo CD never deletes it: counters would begin anew. Nor does it wait for it, since it may be bound only by the pod.
    fn exporter_claim(self, exporter: Exporter<'_>) -> PersistentVolumeClaim {
        let mut metadata = self.meta(self.program);
        metadata.annotations = Some(map([KEEP, IGNORE_HEALTH]));
        let requests = BTreeMap::from([("storage".to_owned(), quantity(exporter.node.size.value))]);
        PersistentVolumeClaim {
            metadata,
            spec: Some(PersistentVolumeClaimSpec {
                access_modes: Some(vec!["ReadWriteOnce".to_owned()]),
                resources: Some(VolumeResourceRequirements { requests: Some(requests), limits: None }),
                storage_class_name: exporter.node.storage_class.as_ref().map(|class| class.to_string()),
                ..PersistentVolumeClaimSpec::default()
            }),
            status: None,
        }
    }

    fn exporter_deployment(self, exporter: Exporter<'_>, config: &str) -> Deployment {
        let hash = sha256_hex(config, 8);
        let metadata = ObjectMeta {
            labels: Some(self.labels()),
            annotations: Some(map([(CONFIG_HASH, hash.as_str())])),
            ..ObjectMeta::default()
        };
        Deployment {
            metadata: self.meta(self.program),
            spec: Some(DeploymentSpec {
                replicas: Some(1),
                revision_history_limit: Some(3),
                selector: LabelSelector { match_labels: Some(self.selector()), match_expressions: None },
                // One database has one process.
                strategy: Some(DeploymentStrategy {
                    type_: Some("Recreate".to_owned()),
                    rolling_update: None,
                }),
                template: PodTemplateSpec {
                    metadata: Some(metadata),
                    spec: Some(self.exporter_pod(exporter)),
                },
                ..DeploymentSpec::default()
            }),
            status: None,
        }
    }

    fn exporter_pod(self, exporter: Exporter<'_>) -> PodSpec {
        let (volumes, mounts) = pod::apart(self.exporter_mounts(exporter));
        let container = Container {
            name: "exporter".to_owned(),
            image: Some(self.image.to_string()),
            args: Some(vec!["--config".to_owned(), format!("{FOLDER}/{CONFIG}")]),
            env: non_empty(super::proxy::variables(self.fleet)),
            ports: Some(vec![ContainerPort {
                name: Some(PORT_NAME.to_owned()),
                container_port: i32::from(PORT),
                ..ContainerPort::default()
            }]),
            startup_probe: Some(Probe { failure_threshold: Some(LOOKS_AT_START), ..look("/healthz") }),
            liveness_probe: Some(look("/healthz")),
            readiness_probe: Some(look("/readyz")),
            resources: Some(pod::resources(
                &[("cpu", "100m"), ("memory", "256Mi")],
                &[("cpu", "2"), ("memory", "512Mi")],
            )),
            security_context: Some(pod::container_security()),
            volume_mounts: Some(mounts),
            ..Container::default()
        };
        PodSpec {
            // It asks nothing of the cluster.
            automount_service_account_token: Some(false),
            containers: vec![container],
            enable_service_links: Some(false),
            security_context: Some(pod::security()),
            service_account_name: Some(self.program.to_owned()),
            termination_grace_period_seconds: Some(GRACE_SECONDS),
            volumes: non_empty(volumes),
            ..PodSpec::default()
        }
    }

    fn exporter_mounts(self, exporter: Exporter<'_>) -> Vec<Mounted> {
        let mut mounted = vec![Mounted::config_map("config", self.program, None, FOLDER), self.ledger()];
        if let Some(ExporterSecret::App(name) | ExporterSecret::Token(name)) = exporter.secret() {
            mounted.push(Mounted::secret("github", name.as_str(), GITHUB));
        }
        for (at, name) in exporter.webhook_secrets().enumerate() {
            mounted.push(Mounted::secret(
                &format!("webhook-{at}"),
                name.as_str(),
                &format!("{WEBHOOK}/{name}"),
            ));
        }
        if let Some(from) = &self.fleet.node.github.certificate {
            let (config_map, key) = (from.config_map.as_str(), from.key.as_str());
            mounted.push(Mounted::config_map("certificate", config_map, Some(key), CERTIFICATE));
        }
        mounted
    }

    fn ledger(self) -> Mounted {
        let claim =
            PersistentVolumeClaimVolumeSource { claim_name: self.program.to_owned(), read_only: None };
        let name = "ledger".to_owned();
        Mounted {
            volume: Volume { name: name.clone(), persistent_volume_claim: Some(claim), ..Volume::default() },
            mount: VolumeMount { name, mount_path: LEDGER.to_owned(), ..VolumeMount::default() },
        }
    }

    fn exporter_service(self) -> Service {
        let port = ServicePort {
            name: Some(PORT_NAME.to_owned()),
            port: i32::from(PORT),
            target_port: Some(IntOrString::String(PORT_NAME.to_owned())),
            ..ServicePort::default()
        };
        Service {
            metadata: self.meta(self.program),
            spec: Some(ServiceSpec {
                ports: Some(vec![port]),
                selector: Some(self.selector()),
                ..ServiceSpec::default()
            }),
            status: None,
        }
    }
}

fn look(path: &str) -> Probe {
    let get = HTTPGetAction {
        path: Some(path.to_owned()),
        port: IntOrString::String(PORT_NAME.to_owned()),
        ..HTTPGetAction::default()
    };
    Probe { http_get: Some(get), period_seconds: Some(LOOK_SECONDS), ..Probe::default() }
}

fn text(file: &impl serde::Serialize) -> String {
    // The types have nothing that JSON has not.
    let text = serde_json::to_string_pretty(file).unwrap_or_default();
    format!("{text}\n")
}
