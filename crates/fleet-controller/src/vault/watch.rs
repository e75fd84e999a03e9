//! What the cluster's resources say, kept up to date by watching them.

use super::object::{Declares, Object};
use super::pass::Wanted;
use fleet_model::vault::{
    VaultJwtAuth, VaultJwtRole, VaultKubernetesAuth, VaultKubernetesRole, VaultPolicy, VaultServer,
    VaultServerSpec, VaultStatus,
};
use futures_util::StreamExt;
use kube::api::Api;
use kube::core::NamespaceResourceScope;
use kube::runtime::reflector::{self, ObjectRef, Store};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// How many objects may be deleted at once: said on the VaultServer.
pub const ALLOW_DELETION: &str = "fleetc.dev/allow-deletion";

/// A server as its resources say it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Name of the VaultServer.
    pub name: String,
    /// Its uid.
    pub uid: String,
    /// Its generation.
    pub generation: Option<i64>,
    /// How to reach it.
    pub spec: VaultServerSpec,
    /// What it should hold.
    pub wanted: Wanted,
}

/// The resources of a namespace.
pub struct Watch {
    servers: Store<VaultServer>,
    jwt_auths: Store<VaultJwtAuth>,
    kubernetes_auths: Store<VaultKubernetesAuth>,
    policies: Store<VaultPolicy>,
    jwt_roles: Store<VaultJwtRole>,
    kubernetes_roles: Store<VaultKubernetesRole>,
    changed: Arc<Notify>,
    namespace: String,
    _watchers: JoinSet<()>,
}

impl Watch {
    /// Starts to watch.
    pub fn start(client: &kube::Client, namespace: &str) -> Self {
        let changed = Arc::new(Notify::new());
        let mut watchers = JoinSet::new();
        Self {
            servers: follow(client, namespace, &changed, &mut watchers),
            jwt_auths: follow(client, namespace, &changed, &mut watchers),
            kubernetes_auths: follow(client, namespace, &changed, &mut watchers),
            policies: follow(client, namespace, &changed, &mut watchers),
            jwt_roles: follow(client, namespace, &changed, &mut watchers),
            kubernetes_roles: follow(client, namespace, &changed, &mut watchers),
            changed,
            namespace: namespace.to_owned(),
            _watchers: watchers,
        }
    }

    /// Until all of them have been listed: what is not known yet must not be taken for deleted.
    pub async fn ready(&self) {
        // It fails only where the watchers are gone, which end with this.
        let _ = self.servers.wait_until_ready().await;
        let _ = self.jwt_auths.wait_until_ready().await;
        let _ = self.kubernetes_auths.wait_until_ready().await;
        let _ = self.policies.wait_until_ready().await;
        let _ = self.jwt_roles.wait_until_ready().await;
        let _ = self.kubernetes_roles.wait_until_ready().await;
    }

    /// Until one of them changes.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// All servers with what they should hold, in order.
    pub fn declared(&self) -> Vec<Declared> {
        let mut all = Vec::new();
        for server in self.servers.state() {
            let name = server.name_any();
            let mut objects = of(&self.jwt_auths, &name);
            objects.extend(of(&self.kubernetes_auths, &name));
            objects.extend(of(&self.policies, &name));
            objects.extend(of(&self.jwt_roles, &name));
            objects.extend(of(&self.kubernetes_roles, &name));
            objects.sort_by(|a, b| (a.kind, &a.origin).cmp(&(b.kind, &b.origin)));
            let allowed = server.annotations().get(ALLOW_DELETION).and_then(|text| text.parse().ok());
            all.push(Declared {
                uid: server.uid().unwrap_or_default(),
                generation: server.metadata.generation,
                spec: server.spec.clone(),
                wanted: Wanted {
                    prefix: server.spec.prefix.clone(),
                    flavour: server.spec.flavour,
                    allowed_deletion: allowed,
                    objects,
                },
                name,
            });
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// The status of a resource, as it was last seen.
    pub fn status(&self, kind: &str, name: &str) -> Option<VaultStatus> {
        macro_rules! status {
            ($store:expr) => {
                $store.get(&ObjectRef::new(name).within(&self.namespace))?.status.clone()
            };
        }
        match kind {
            "VaultServer" => status!(self.servers),
            "VaultJwtAuth" => status!(self.jwt_auths),
            "VaultKubernetesAuth" => status!(self.kubernetes_auths),
            "VaultPolicy" => status!(self.policies),
            "VaultJwtRole" => status!(self.jwt_roles),
            "VaultKubernetesRole" => status!(self.kubernetes_roles),
            _ => None,
        }
    }
}

/// Objects on their way out are declared no more.
fn of<R>(store: &Store<R>, server: &str) -> Vec<Object>
where
    R: Resource<DynamicType = ()> + Declares + Clone,
{
    let state = store.state();
    let mine = state
        .iter()
        .filter(|resource| resource.server() == server && resource.meta().deletion_timestamp.is_none());
    mine.map(|resource| resource.object()).collect()
}

fn follow<R>(
    client: &kube::Client,
    namespace: &str,
    changed: &Arc<Notify>,
    watchers: &mut JoinSet<()>,
) -> Store<R>
where
    R: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + Debug
        + DeserializeOwned
        + Send
        + Sync
        + 'static,
{
    let (store, writer) = reflector::store();
    let api: Api<R> = Api::namespaced(client.clone(), namespace);
    // What others manage of an object is most of its size, and nobody here reads it.
    let stream = watcher(api, watcher::Config::default())
        .default_backoff()
        .modify(|resource: &mut R| resource.managed_fields_mut().clear())
        .reflect(writer);
    let changed = changed.clone();
    watchers.spawn(async move {
        let mut stream = std::pin::pin!(stream);
        while let Some(event) = stream.next().await {
            match event {
                Ok(_) => changed.notify_one(),
                Err(error) => {
                    tracing::warn!(kind = %R::kind(&()), %error, "the watch failed, and is begun anew")
                }
            }
        }
    });
    store
}
