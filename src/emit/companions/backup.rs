//! Copies of a Vault server's data: a CronJob, and the role by which it may read snapshots and nothing else.

use super::pod::{self, Mounted};
use super::rights::rule_of;
use super::{NAME_LABEL, Place};
use crate::emit::meta::{map, non_empty};
use crate::emit::object::{Body, Object};
use crate::emit::vault::snapshot_policy;
use crate::language::value::Memory;
use crate::model::vault::{Backup, BackupStore, Vault};
use fleet_model::backup::{
    BackupConfig, BackupServer, BackupStore as StoreConfig, STATUS_LABEL, status_name,
};
use fleet_model::vault::{
    Deletion, KubernetesRole, RoleToken, VaultKubernetesRole, VaultKubernetesRoleSpec, VaultPolicy,
    VaultPolicySpec,
};
use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, JobSpec, JobTemplateSpec};
use k8s_openapi::api::core::v1::{ConfigMap, Container, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

const CONFIG: &str = "/etc/fleetc/backup";
const CONFIG_FILE: &str = "backup.json";
const CERTIFICATE: &str = "/etc/fleetc/certificate";
/// Where `fleet-controller backup` looks for the token of its account.
const TOKEN: &str = "/var/run/secrets/fleetc.dev/vault";
const STORES: &str = "/var/run/secrets/fleetc.dev/stores";
const SPOOL: &str = "/spool";

/// How long after its time a run may still start: a control plane that was down should not lose a week.
const START_SECONDS: i64 = 6 * 3600;
/// How long a run may take at all. It waits for servers and stores without an end of its own.
const RUN_SECONDS: i64 = 6 * 3600;
/// Times that a run is made again. Each takes a new copy, and fills what stores have missed.
const AGAIN: i32 = 2;
/// How long the login of a run lasts: the server looks at it when the run asks for the snapshot, soon after.
const LOGIN_SECONDS: i64 = 900;

impl Place<'_> {
    /// All that the copies of a server take.
    pub fn backup(self, vault: &Vault, backup: &Backup, all: &mut Vec<Object>) {
        let name = backup.name.as_str();
        let folder = format!("companions/{name}");
        let mut add = |file: &str, body| all.push(self.object(file, body));
        let [role, binding] = self.role(
            name,
            self.namespace(),
            name,
            vec![rule_of("", "configmaps", &status_name(vault.name()), &["get", "patch"])],
        );
        add(&format!("{folder}/service-account"), self.account(name));
        add(&format!("{folder}/role"), role);
        add(&format!("{folder}/role-binding"), binding);
        add(&format!("{folder}/config"), Body::ConfigMap(self.backup_config(vault, backup)));
        add(&format!("{folder}/status"), Body::ConfigMap(self.backup_status(vault)));
        add(&format!("{folder}/cron-job"), Body::CronJob(Box::new(self.cron_job(vault, backup))));

        // On the server.
        let folder = format!("vault/{}/backup", vault.name());
        let metadata = self.meta(&format!("{}.backup.snapshot", vault.name()));
        let policy = self.policy(vault, backup, metadata.clone());
        add(&format!("{folder}/policy"), Body::VaultPolicy(Box::new(policy)));
        let role = self.vault_role(vault, backup, metadata);
        add(&format!("{folder}/role"), Body::VaultKubernetesRole(Box::new(role)));
    }

    fn backup_config(self, vault: &Vault, backup: &Backup) -> ConfigMap {
        let certificate =
            vault.node.certificate.as_ref().map(|authority| format!("{CERTIFICATE}/{}", authority.key.value));
        let config = BackupConfig {
            server: BackupServer {
                url: vault.node.url.to_string(),
                auth: backup.auth.clone(),
                role: backup.role.clone(),
                certificate,
            },
            prefix: backup.prefix.clone(),
            keep_seconds: backup.node.keep.value.seconds(),
            keep_min: backup.node.at_least.value.0.max(1),
            stores: backup.stores.iter().map(store).collect(),
            status: Some(status_name(vault.name())),
        };
        // The type has nothing that JSON has not.
        let text = serde_json::to_string_pretty(&config).unwrap_or_default();
        ConfigMap {
            metadata: self.meta(&backup.name),
            data: Some([(CONFIG_FILE.to_owned(), format!("{text}\n"))].into()),
            ..ConfigMap::default()
        }
    }

    /// An empty ConfigMap: what runs write into it is no part of what is applied, so Argo CD leaves it alone.
    fn backup_status(self, vault: &Vault) -> ConfigMap {
        let mut metadata = self.meta(&status_name(vault.name()));
        metadata.labels.get_or_insert_default().insert(STATUS_LABEL.to_owned(), vault.name().to_owned());
        ConfigMap { metadata, ..ConfigMap::default() }
    }

    fn cron_job(self, vault: &Vault, backup: &Backup) -> CronJob {
        let mut labels = self.labels();
        labels.insert("app.kubernetes.io/instance".to_owned(), vault.name().to_owned());
        let pod = PodTemplateSpec {
            metadata: Some(ObjectMeta { labels: Some(labels), ..ObjectMeta::default() }),
            spec: Some(self.backup_pod(vault, backup)),
        };
        let job = JobSpec {
            active_deadline_seconds: Some(RUN_SECONDS),
            backoff_limit: Some(AGAIN),
            template: pod,
            ..JobSpec::default()
        };
        let spec = CronJobSpec {
            schedule: backup.node.schedule.to_string(),
            time_zone: Some("Etc/UTC".to_owned()),
            // Two at once bring no more than one, and each would judge copies that the other still writes.
            concurrency_policy: Some("Forbid".to_owned()),
            starting_deadline_seconds: Some(START_SECONDS),
            successful_jobs_history_limit: Some(1),
            failed_jobs_history_limit: Some(3),
            job_template: JobTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(map([(NAME_LABEL, self.program)])),
                    ..ObjectMeta::default()
                }),
                spec: Some(job),
            },
            ..CronJobSpec::default()
        };
        CronJob { metadata: self.meta(&backup.name), spec: Some(spec), status: None }
    }

    fn backup_pod(self, vault: &Vault, backup: &Backup) -> PodSpec {
        let spool = spool(backup.node.size.value);
        let mut mounted = vec![
            Mounted::config_map("config", &backup.name, None, CONFIG),
            Mounted::tokens("vault-token", &[("token", &backup.audience)], TOKEN),
            Mounted::folder("spool", spool, SPOOL),
        ];
        if let Some(authority) = &vault.node.certificate {
            let (config_map, key) = (authority.config_map.as_str(), authority.key.as_str());
            mounted.push(Mounted::config_map("certificate", config_map, Some(key), CERTIFICATE));
        }
        for (at, store) in backup.stores.iter().enumerate() {
            if let Some(secret) = &store.secret {
                mounted.push(Mounted::secret(&format!("store-{at}"), secret, &credentials(store)));
            }
        }
        let (volumes, mounts) = pod::apart(mounted);
        let storage = spool.to_string();
        let container = Container {
            name: "backup".to_owned(),
            image: Some(self.image.to_string()),
            args: Some(
                ["backup", "run", "--config", &format!("{CONFIG}/{CONFIG_FILE}"), "--spool", SPOOL]
                    .map(str::to_owned)
                    .into(),
            ),
            resources: Some(pod::resources(
                &[("cpu", "100m"), ("memory", "128Mi"), ("ephemeral-storage", &storage)],
                &[("cpu", "1"), ("memory", "256Mi"), ("ephemeral-storage", &storage)],
            )),
            security_context: Some(pod::container_security()),
            volume_mounts: Some(mounts),
            ..Container::default()
        };
        PodSpec {
            // For its status, and nothing else.
            automount_service_account_token: Some(true),
            containers: vec![container],
            enable_service_links: Some(false),
            restart_policy: Some("Never".to_owned()),
            security_context: Some(pod::security()),
            service_account_name: Some(backup.name.clone()),
            volumes: non_empty(volumes),
            ..PodSpec::default()
        }
    }

    fn policy(self, vault: &Vault, backup: &Backup, metadata: ObjectMeta) -> VaultPolicy {
        VaultPolicy {
            metadata,
            spec: VaultPolicySpec {
                server: vault.name().to_owned(),
                name: backup.role.clone(),
                policy: snapshot_policy(self.fleet, backup),
                adopt: false,
                deletion: Deletion::Delete,
            },
            status: None,
        }
    }

    fn vault_role(self, vault: &Vault, backup: &Backup, metadata: ObjectMeta) -> VaultKubernetesRole {
        let role = KubernetesRole {
            bound_service_account_names: vec![backup.name.clone()],
            bound_service_account_namespaces: vec![self.namespace().to_owned()],
            bound_service_account_namespace_selector: String::new(),
            audience: backup.audience.clone(),
            alias_name_source: "serviceaccount_uid".to_owned(),
            token: RoleToken {
                token_policies: vec![backup.role.clone()],
                token_ttl: LOGIN_SECONDS,
                token_max_ttl: LOGIN_SECONDS,
                token_no_default_policy: true,
                token_type: "batch".to_owned(),
                ..RoleToken::default()
            },
        };
        VaultKubernetesRole {
            metadata,
            spec: VaultKubernetesRoleSpec {
                server: vault.name().to_owned(),
                mount: backup.auth.clone(),
                name: backup.role.clone(),
                adopt: false,
                deletion: Deletion::Delete,
                role,
            },
            status: None,
        }
    }
}

/// Folder with the keys of a store.
fn credentials(store: &BackupStore) -> String {
    format!("{STORES}/{}", store.name)
}

fn store(store: &BackupStore) -> StoreConfig {
    StoreConfig {
        name: store.name.clone(),
        bucket: store.bucket.clone(),
        region: store.region.clone(),
        endpoint: store.endpoint.clone().unwrap_or_default(),
        path_style: store.path_style,
        credentials: credentials(store),
    }
}

/// Room for the new copy, and for one that is brought from one store to another.
fn spool(size: Memory) -> Memory {
    Memory(size.0.saturating_mul(2))
}
