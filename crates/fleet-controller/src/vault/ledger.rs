//! What the controller has written to a server, and may therefore overwrite and delete.
//!
//! An entry is made before the object is written and confirmed after it was read back: whoever is killed in between finds
//! on the next start what it had begun.

use super::object::Kind;
use fleet_model::vault::Deletion;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{Api, PostParams};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::future::Future;

/// One object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// SHA-256 of what was written.
    pub hash: String,
    /// Id of the server's cluster that it was written to.
    pub cluster_id: String,
    /// Whether it has been read back.
    pub confirmed: bool,
    /// What its resource said about its end.
    pub deletion: Deletion,
}

/// All objects of a server, by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger(pub BTreeMap<String, Entry>);

impl Ledger {
    /// The entry of an object on this cluster.
    pub fn of(&self, path: &str, cluster_id: &str) -> Option<&Entry> {
        self.0.get(path).filter(|entry| entry.cluster_id == cluster_id && !cluster_id.is_empty())
    }
}

/// Where a ledger is kept.
pub trait Books: Send + Sync {
    /// As it was last written. An error is not an empty one.
    fn load(&self) -> impl Future<Output = Result<Ledger, String>> + Send;
    /// Writes it. It fails where somebody else has written since it was loaded.
    fn save(&self, ledger: &Ledger) -> impl Future<Output = Result<(), String>> + Send;
}

/// A ledger in a ConfigMap.
pub struct ConfigMapBooks {
    api: Api<ConfigMap>,
    name: String,
    version: std::sync::Mutex<Option<String>>,
}

const KEY: &str = "ledger.json";

impl ConfigMapBooks {
    /// That of a server.
    pub fn new(client: kube::Client, namespace: &str, server: &str) -> Self {
        let name = format!("fleet-vault-ledger-{server}");
        Self { api: Api::namespaced(client, namespace), name, version: std::sync::Mutex::default() }
    }

    fn version(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Books for ConfigMapBooks {
    async fn load(&self) -> Result<Ledger, String> {
        let Some(map) = self.api.get_opt(&self.name).await.map_err(|error| error.to_string())? else {
            *self.version() = None;
            return Ok(Ledger::default());
        };
        self.version().clone_from(&map.metadata.resource_version);
        let data = map.data.unwrap_or_default();
        let text = data.get(KEY).ok_or_else(|| format!("ConfigMap {} has no {KEY}", self.name))?;
        serde_json::from_str(text).map_err(|error| format!("ConfigMap {}: {error}", self.name))
    }

    async fn save(&self, ledger: &Ledger) -> Result<(), String> {
        let text = serde_json::to_string(ledger).map_err(|error| error.to_string())?;
        let resource_version = self.version().clone();
        let is_new = resource_version.is_none();
        let metadata = ObjectMeta { name: Some(self.name.clone()), resource_version, ..Default::default() };
        let map = ConfigMap { metadata, data: Some([(KEY.to_owned(), text)].into()), ..Default::default() };
        let params = PostParams {
            field_manager: Some(crate::operation::FIELD_MANAGER.to_owned()),
            ..Default::default()
        };
        let saved = if is_new {
            self.api.create(&params, &map).await
        } else {
            self.api.replace(&self.name, &params, &map).await
        };
        let saved = saved.map_err(|error| format!("ConfigMap {}: {error}", self.name))?;
        *self.version() = saved.metadata.resource_version;
        Ok(())
    }
}
