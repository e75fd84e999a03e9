//! fleet-controller: one Deployment for each cluster.

use super::Place;
use super::pod::{self, Mounted};
use super::rights::{RBAC, rule, rule_of};
use crate::emit::meta::non_empty;
use crate::emit::object::{Body, Object};
use crate::model::vault::Vault;
use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{
    Container, ContainerPort, EnvVar, EnvVarSource, HTTPGetAction, ObjectFieldSelector, PodSpec,
    PodTemplateSpec, Probe, Service, ServicePort, ServiceSpec,
};
use k8s_openapi::api::rbac::v1::PolicyRule;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeSet;

/// Name of the port of health and metrics. Monitors name it.
const PORT: &str = "metrics";
const PORT_NUMBER: i32 = 8080;
/// Where `fleet-controller run` looks for tokens for Vault: a file for each server, of its name.
const TOKENS: &str = "/var/run/secrets/fleetc.dev/vault";

/// Kinds of what Vault should hold, as the API server names them.
const VAULT_KINDS: [&str; 6] = [
    "vaultservers",
    "vaultjwtauths",
    "vaultkubernetesauths",
    "vaultpolicies",
    "vaultjwtroles",
    "vaultkubernetesroles",
];
const READ: &[&str] = &["get", "list", "watch"];

impl<'a> Place<'a> {
    /// The program and its rights.
    pub fn controller(self, all: &mut Vec<Object>) {
        let mut add =
            |file: &str, body| all.push(self.object(&format!("companions/controller/{file}"), body));
        add("service-account", self.account(self.program));
        add("deployment", Body::Deployment(Box::new(self.deployment())));
        add("service", Body::Service(Box::new(self.service())));

        for (function, rules) in self.own_rights() {
            let name = format!("{}-{function}", self.program);
            let [role, binding] = self.role(&name, self.namespace(), self.program, rules);
            add(&format!("role-{function}"), role);
            add(&format!("role-binding-{function}"), binding);
        }
        let namespaces: BTreeSet<_> = self
            .fleet
            .pools
            .iter()
            .filter(|pool| pool.cluster == self.cluster)
            .map(|pool| &pool.namespace)
            .collect();
        if namespaces.is_empty() {
            return;
        }
        let fleets = vec![
            rule(fleet_model::vault::GROUP, &["fleets"], READ),
            rule(fleet_model::vault::GROUP, &["fleets/status"], &["patch"]),
        ];
        let name = format!("{}-fleet", self.program);
        let [role, binding] = self.role(&name, self.namespace(), self.program, fleets);
        add("role-fleet", role);
        add("role-binding-fleet", binding);
        // Nodes are in no namespace.
        let [role, binding] = self.cluster_role("inventory", self.program, vec![rule("", &["nodes"], READ)]);
        add("cluster-role-inventory", role);
        add("cluster-role-binding-inventory", binding);
        for namespace in namespaces {
            for (function, rules) in rights_at_pools() {
                let name = format!("{}-{function}", self.program);
                let [role, binding] = self.role(&name, namespace.as_str(), self.program, rules);
                add(&format!("{namespace}/role-{function}"), role);
                add(&format!("{namespace}/role-binding-{function}"), binding);
            }
        }
    }

    /// The servers that it looks after.
    fn vaults(self) -> Vec<&'a Vault> {
        self.fleet.vaults.iter().filter(|vault| vault.cluster == self.cluster).collect()
    }

    /// What each function may do in its own namespace.
    fn own_rights(self) -> Vec<(&'static str, Vec<PolicyRule>)> {
        let mut all = vec![(
            "operation",
            vec![
                rule("coordination.k8s.io", &["leases"], &["get", "create", "update"]),
                rule("events.k8s.io", &["events"], &["create", "patch"]),
            ],
        )];
        let vaults = self.vaults();
        if !vaults.is_empty() {
            let status = VAULT_KINDS.map(|kind| format!("{kind}/status"));
            let status: Vec<_> = status.iter().map(String::as_str).collect();
            let group = fleet_model::vault::GROUP;
            let mut rules = vec![
                rule(group, &VAULT_KINDS, READ),
                rule(group, &status, &["patch"]),
                // The ledgers of what it has written. What is made can't be named by a rule.
                rule("", &["configmaps"], &["create"]),
            ];
            let ledger = |vault: &&Vault| {
                let name = format!("fleet-vault-ledger-{}", vault.name());
                rule_of("", "configmaps", &name, &["get", "update"])
            };
            rules.extend(vaults.iter().map(ledger));
            let authorities: BTreeSet<_> = vaults
                .iter()
                .filter_map(|vault| vault.node.certificate.as_ref())
                .map(|node| node.config_map.as_str())
                .collect();
            rules.extend(authorities.into_iter().map(|name| rule_of("", "configmaps", name, &["get"])));
            all.push(("vault", rules));
        }
        let backups: Vec<_> = vaults.iter().filter(|vault| vault.backup.is_some()).collect();
        if !backups.is_empty() {
            let status = |vault: &&&Vault| {
                rule_of("", "configmaps", &fleet_model::backup::status_name(vault.name()), &["get"])
            };
            all.push(("backup", backups.iter().map(status).collect()));
        }
        all
    }

    fn deployment(self) -> Deployment {
        let pod = PodTemplateSpec {
            metadata: Some(ObjectMeta { labels: Some(self.labels()), ..ObjectMeta::default() }),
            spec: Some(self.controller_pod()),
        };
        Deployment {
            metadata: self.meta(self.program),
            spec: Some(DeploymentSpec {
                replicas: Some(1),
                revision_history_limit: Some(3),
                selector: LabelSelector { match_labels: Some(self.selector()), match_expressions: None },
                template: pod,
                ..DeploymentSpec::default()
            }),
            status: None,
        }
    }

    fn controller_pod(self) -> PodSpec {
        let audience = |vault: &Vault| {
            vault.node.login.as_ref().map_or_else(|| "vault".to_owned(), |login| login.audience.to_string())
        };
        let vaults = self.vaults();
        let tokens: Vec<_> = vaults.iter().map(|vault| (vault.name(), audience(vault))).collect();
        let tokens: Vec<_> = tokens.iter().map(|(name, audience)| (*name, audience.as_str())).collect();
        let mounted = if tokens.is_empty() {
            Vec::new()
        } else {
            vec![Mounted::tokens("vault-tokens", &tokens, TOKENS)]
        };
        let (volumes, mounts) = pod::apart(mounted);
        let namespace = EnvVarSource {
            field_ref: Some(ObjectFieldSelector {
                api_version: None,
                field_path: "metadata.namespace".to_owned(),
            }),
            ..EnvVarSource::default()
        };
        let container = Container {
            name: "controller".to_owned(),
            image: Some(self.image.to_string()),
            args: Some(vec!["run".to_owned()]),
            env: Some(vec![EnvVar {
                name: "POD_NAMESPACE".to_owned(),
                value: None,
                value_from: Some(namespace),
            }]),
            ports: Some(vec![ContainerPort {
                name: Some(PORT.to_owned()),
                container_port: PORT_NUMBER,
                ..ContainerPort::default()
            }]),
            liveness_probe: Some(probe("/healthz")),
            readiness_probe: Some(probe("/readyz")),
            resources: Some(pod::resources(
                &[("cpu", "50m"), ("memory", "96Mi")],
                &[("cpu", "1"), ("memory", "256Mi")],
            )),
            security_context: Some(pod::container_security()),
            volume_mounts: non_empty(mounts),
            ..Container::default()
        };
        PodSpec {
            automount_service_account_token: Some(true),
            containers: vec![container],
            enable_service_links: Some(false),
            security_context: Some(pod::security()),
            service_account_name: Some(self.program.to_owned()),
            termination_grace_period_seconds: Some(30),
            volumes: non_empty(volumes),
            ..PodSpec::default()
        }
    }

    fn service(self) -> Service {
        let port = ServicePort {
            name: Some(PORT.to_owned()),
            port: PORT_NUMBER,
            target_port: Some(IntOrString::String(PORT.to_owned())),
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

/// What each function may do in a namespace of pools. They report: nothing there is changed or deleted.
fn rights_at_pools() -> [(&'static str, Vec<PolicyRule>); 2] {
    let arc = "actions.github.com";
    let events = || rule("events.k8s.io", &["events"], &["create", "patch"]);
    [
        ("inventory", vec![rule(arc, &["autoscalingrunnersets"], READ), events()]),
        (
            "janitor",
            vec![
                rule(arc, &["autoscalingrunnersets", "ephemeralrunners"], &["get", "list"]),
                rule("", &["pods", "persistentvolumeclaims", "serviceaccounts"], &["get", "list"]),
                rule(RBAC, &["roles", "rolebindings"], &["get", "list"]),
                // It asks for labels and owners alone. There is no right to those without the rest.
                rule("", &["secrets"], &["get", "list"]),
                events(),
            ],
        ),
    ]
}

fn probe(path: &str) -> Probe {
    let get = HTTPGetAction {
        path: Some(path.to_owned()),
        port: IntOrString::String(PORT.to_owned()),
        ..HTTPGetAction::default()
    };
    Probe { http_get: Some(get), ..Probe::default() }
}
