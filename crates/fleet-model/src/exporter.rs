//! The configuration of fleet-exporter: the file `config.json`, which fleetc emits beside `pools.json`.

use crate::glob;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Branches of one repository that have series of their own. Those that come later are counted as `other`.
pub const MOST_BRANCHES: usize = 50;

/// Days for which jobs and runs that are over are kept at least: GitHub lets a run be repeated for 30.
pub const SHORTEST_RETENTION_DAYS: u32 = 35;

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
    /// Branches that have series of their own, beside the default branch: patterns of [`crate::glob`].
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
    /// Its API, where that is neither GitHub's own for that name nor `https://HOST/api/v3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The file with the certificates that it is signed by, in PEM; those that browsers trust where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
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
        id: AppId,
        /// The file with its private key, in PEM.
        private_key: PathBuf,
    },
    /// A token of a user.
    Token {
        /// The file with it.
        file: PathBuf,
    },
}

/// The number of an App.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AppId {
    /// As it is.
    Said(String),
    /// In a file beside the key, as in the Secret that ARC takes.
    In {
        /// The file.
        file: PathBuf,
    },
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Organization {
    /// Its name.
    pub name: String,
    /// Patterns of names of its repositories, by [`crate::glob`] without regard to case; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Patterns of names of those that are left out all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

impl Organization {
    /// Whether a repository of this name is read.
    pub fn reads(&self, repository: &str) -> bool {
        let name = repository.to_lowercase();
        let one_of = |patterns: &[String]| {
            patterns.iter().any(|pattern| glob::matches(&pattern.to_lowercase(), &name))
        };
        (self.repositories.is_empty() || one_of(&self.repositories)) && !one_of(&self.exclude)
    }
}

impl Config {
    fn default_listen() -> String {
        "0.0.0.0:9464".to_owned()
    }

    fn default_retention() -> u32 {
        SHORTEST_RETENTION_DAYS
    }
}

impl Server {
    /// Where its API is, without a slash at the end.
    pub fn api(&self) -> String {
        match &self.api {
            Some(api) => api.trim_end_matches('/').to_owned(),
            None if self.host == "github.com" => "https://api.github.com".to_owned(),
            // A tenant with data residency.
            None if self.host.ends_with(".ghe.com") => format!("https://api.{}", self.host),
            None => format!("https://{}/api/v3", self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(repositories: &[&str], exclude: &[&str]) -> Organization {
        let own = |list: &[&str]| list.iter().map(|pattern| (*pattern).to_owned()).collect();
        Organization { name: "acme".to_owned(), repositories: own(repositories), exclude: own(exclude) }
    }

    #[test]
    fn what_is_left_out_wins() {
        assert!(of(&[], &[]).reads("app"));
        assert!(of(&["lib-*"], &[]).reads("LIB-a") && !of(&["lib-*"], &[]).reads("app"));
        assert!(!of(&["lib-*"], &["*-old"]).reads("lib-old") && !of(&[], &["app"]).reads("App"));
    }

    #[test]
    fn each_server_has_its_api() {
        let server = |host: &str| {
            let text = format!(r#"{{ "host": "{host}", "organizations": [] }}"#);
            serde_json::from_str::<Server>(&text).unwrap().api()
        };
        assert_eq!(server("github.com"), "https://api.github.com");
        assert_eq!(server("acme.ghe.com"), "https://api.acme.ghe.com");
        assert_eq!(server("ghes.acme.dev"), "https://ghes.acme.dev/api/v3");
    }

    #[test]
    fn the_number_of_an_app_is_said_or_in_a_file() {
        let read = |text: &str| serde_json::from_str::<AppId>(text).unwrap();
        assert_eq!(read(r#""12345""#), AppId::Said("12345".to_owned()));
        assert_eq!(read(r#"{ "file": "/id" }"#), AppId::In { file: "/id".into() });
    }
}
