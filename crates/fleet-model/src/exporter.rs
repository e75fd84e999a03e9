//! The configuration of fleet-exporter: the file `config.json`, which fleetc emits beside `pools.json`.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// All that the exporter is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Config {
    /// Where metrics, health and webhooks are served, as `0.0.0.0:9464`.
    #[serde(default = "Config::default_listen")]
    pub listen: String,
    /// The database, on a volume that outlives the pod.
    pub ledger: PathBuf,
    /// The file with the pools of the fleet; read again when it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pools: Option<PathBuf>,
    /// Branches that have series of their own, beside the default branch; `*` stands for any text.
    #[serde(default)]
    pub branches: Vec<String>,
    /// Days for which jobs and runs that are over are kept; at least 35.
    #[serde(default = "Config::default_retention")]
    pub retention_days: u32,
    /// Count what ended before the exporter was first started, too.
    #[serde(default)]
    pub backfill_counters: bool,
    /// Files with the secrets that deliveries are signed with: two while one is being replaced. Webhooks are
    /// refused where there is none.
    #[serde(default)]
    pub webhook_secrets: Vec<PathBuf>,
    /// GitHub, and servers of one's own.
    pub servers: Vec<Server>,
}

/// A GitHub server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Server {
    /// Its name, such as `github.com`.
    pub host: String,
    /// Its API, where that is neither that of github.com nor `https://HOST/api/v3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// As whom it is asked; without, only webhooks tell of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Credentials>,
    /// The organizations that are read.
    pub organizations: Vec<Organization>,
    /// Seconds between two looks at a busy repository where no webhooks come; 60 where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll_seconds: Option<u32>,
}

/// As whom GitHub is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Credentials {
    /// A GitHub App.
    App {
        /// Its number, or its client id.
        id: String,
        /// The file with its private key, in PEM.
        private_key: PathBuf,
    },
    /// A token of a user.
    Token {
        /// The file with it.
        file: PathBuf,
    },
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Organization {
    /// Its name.
    pub name: String,
    /// Patterns of names of its repositories; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
}

impl Config {
    fn default_listen() -> String {
        "0.0.0.0:9464".to_owned()
    }

    fn default_retention() -> u32 {
        35
    }
}

impl Server {
    /// Where its API is, without a slash at the end.
    pub fn api(&self) -> String {
        match &self.api {
            Some(api) => api.trim_end_matches('/').to_owned(),
            None if self.host == "github.com" => "https://api.github.com".to_owned(),
            None => format!("https://{}/api/v3", self.host),
        }
    }
}
