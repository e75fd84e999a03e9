//! What a run of `fleet-controller backup` is told: the compiler writes it into a ConfigMap, the run reads it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Label of the ConfigMap to which runs write what became of them; its value is the server's name.
pub const STATUS_LABEL: &str = "fleetc.dev/backup";

/// Name of that ConfigMap, of a server.
pub fn status_name(server: &str) -> String {
    format!("{server}-backup-status")
}

/// Copies of one server's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackupConfig {
    /// The server.
    pub server: BackupServer,
    /// Folder of all copies in each store, without a slash at the end.
    pub prefix: String,
    /// How old a copy must be before it may be deleted, in seconds.
    pub keep_seconds: u64,
    /// The newest verified copies of a store that are kept however old they are; at least one.
    pub keep_min: u32,
    /// The stores. Each has all copies; none of them is the main one.
    pub stores: Vec<BackupStore>,
    /// The ConfigMap, in the namespace of the run, to which it writes what became of it; none outside of clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// The server whose data is copied, and how a run logs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackupServer {
    /// Its address.
    pub url: String,
    /// Mount path of the Kubernetes auth method.
    pub auth: String,
    /// The role, by its name in Vault. It may read snapshots, and nothing else.
    pub role: String,
    /// File with the certificate authority of the server, as PEM; public ones where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// An S3-compatible store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackupStore {
    /// What it is called in logs and in the label `store` of metrics.
    pub name: String,
    /// The bucket.
    pub bucket: String,
    /// Its region; servers that have none take any.
    pub region: String,
    /// Its address.
    pub endpoint: String,
    /// Whether the bucket stands in the path rather than in the host name, as most servers but Amazon's want it.
    pub path_style: bool,
    /// Folder with the files `access_key_id` and `secret_access_key`, and `session_token` where there is one.
    pub credentials: String,
}

/// Key of the ConfigMap of that name.
pub const STATUS_KEY: &str = "status.json";

/// What became of the runs. Each adds to what the last one wrote; fleet-controller exports it as metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupStatus {
    /// By the name of the store.
    #[serde(default)]
    pub stores: BTreeMap<String, StoreStatus>,
}

/// What became of the runs in one store. Times are seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreStatus {
    /// The last copy that was read back whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastCopy>,
    /// Good copies that there are.
    #[serde(default)]
    pub good: u64,
    /// Objects beside them that are no copies.
    #[serde(default)]
    pub unknown: u64,
    /// When the oldest good copy was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<i64>,
    /// How often it failed, by the stage: `fetch`, `verify`, `upload`, `readback`, `prune`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failures: BTreeMap<String, u64>,
    /// When a copy was last restored for practice, by how far it was looked at: `full` or `structure`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub drills: BTreeMap<String, i64>,
}

/// A copy that reached a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastCopy {
    /// When it was read back.
    pub at: i64,
    /// Its bytes.
    pub size: u64,
    /// Its Raft index.
    pub index: u64,
    /// Seconds from the request to the server until it was read back.
    pub seconds: u64,
}
