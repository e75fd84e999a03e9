//! A cluster with a fleet, and a controller with its rights.

use super::cluster::Cluster;
use super::manifest::{Manifest, Reference};
use super::needs;
use super::wait::wait;
use fleet_controller::operation::{Context, Metrics, Stop};
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

pub const ARC: &str = "actions.github.com/v1alpha1";
pub const SOON: Duration = Duration::from_secs(40);

/// Fleet `ci` in `fleet`, whose pools are in `runners`.
pub struct Place {
    pub cluster: Cluster,
    pub metrics: Arc<Metrics>,
    kubeconfig: PathBuf,
    running: Option<(tokio::sync::watch::Sender<bool>, JoinHandle<()>)>,
}

impl Place {
    /// One, or none where the tools for it are not there.
    pub fn start(fleet: &Value, everywhere: &Value, at_pools: &Value) -> Option<Self> {
        let (tools, crds) = (needs::tools()?, needs::crds()?);
        let cluster = Cluster::start(&tools).unwrap();
        cluster.install_crds(&crds).unwrap();
        let definition = serde_json::to_value(fleet_model::fleet::definition()).unwrap();
        let namespace = |name| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        let own = json!([
            {"apiGroups": ["fleetc.dev"], "resources": ["fleets"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": ["fleetc.dev"], "resources": ["fleets/status"], "verbs": ["patch"]},
            {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch"]},
        ]);
        let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "controller", "namespace": "fleet"}});
        let mut objects = vec![definition, namespace("fleet"), namespace("runners"), account];
        objects.extend(grant(None, everywhere));
        objects.extend(grant(Some("fleet"), &own));
        objects.extend(grant(Some("runners"), at_pools));
        objects.push(json!({
            "apiVersion": "fleetc.dev/v1alpha1", "kind": "Fleet",
            "metadata": {"name": "ci", "namespace": "fleet"}, "spec": fleet,
        }));
        let manifest =
            |object: &Value| Manifest { path: "test.yaml".into(), yaml: object.to_string().into_bytes() };
        cluster.apply_all(&objects.iter().map(manifest).collect::<Vec<_>>()).unwrap();
        let kubeconfig = cluster.kubeconfig("fleet", "controller").unwrap();
        Some(Self { cluster, metrics: Arc::default(), kubeconfig, running: None })
    }

    /// Starts a function of the controller, in a thread of its own, until the place is left.
    pub fn run<F: Future<Output = ()>>(&mut self, function: impl FnOnce(Context) -> F + Send + 'static) {
        let (stopper, stop) = Stop::new();
        let (kubeconfig, metrics) = (self.kubeconfig.clone(), self.metrics.clone());
        let thread = std::thread::spawn(move || {
            block_on(async move {
                let client = client(&kubeconfig).await;
                let namespace = "fleet".to_owned();
                function(Context {
                    client,
                    namespace,
                    dry_run: false,
                    metrics,
                    stop,
                    tokens: PathBuf::new(),
                })
                .await;
            });
        });
        self.running = Some((stopper, thread));
    }

    /// Does something with the controller's rights.
    pub fn with<T, F: Future<Output = T>>(&self, work: impl FnOnce(kube::Client) -> F) -> T {
        block_on(async { work(client(&self.kubeconfig).await).await })
    }

    pub fn make(&self, object: &Value) {
        self.cluster.create(object, false).unwrap();
    }

    pub fn merge(&self, kind: [&str; 2], name: &str, part: &str, fields: &Value) {
        self.cluster.merge(&reference(kind, name), part, fields).unwrap();
    }

    pub fn get(&self, kind: [&str; 2], name: &str) -> Option<Value> {
        self.cluster.get(&reference(kind, name)).unwrap()
    }

    /// Waits until an object is as wanted.
    pub fn until(
        &self,
        kind: [&str; 2],
        name: &str,
        wanted: impl Fn(Option<&Value>) -> bool,
    ) -> Option<Value> {
        wait(SOON, || {
            let object = self.get(kind, name);
            Ok(if wanted(object.as_ref()) { Ok(object) } else { Err(format!("{name} is {object:#?}")) })
        })
        .unwrap()
    }

    /// Reasons of the events about an object.
    pub fn events(&self, namespace: &str, name: &str) -> Vec<String> {
        let events = self.cluster.list("events.k8s.io/v1", "Event", Some(namespace)).unwrap();
        let about = events.iter().filter(|event| event["regarding"]["name"] == name);
        about.filter_map(|event| Some(event["reason"].as_str()?.to_owned())).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((stopper, thread)) = self.running.take() {
            let _ = stopper.send(true);
            let _ = thread.join();
        }
    }
}

fn grant(namespace: Option<&str>, rules: &Value) -> [Value; 2] {
    let (role, binding) = match namespace {
        Some(_) => ("Role", "RoleBinding"),
        None => ("ClusterRole", "ClusterRoleBinding"),
    };
    let api = "rbac.authorization.k8s.io/v1";
    let mut metadata = json!({"name": "controller"});
    if let Some(namespace) = namespace {
        metadata["namespace"] = namespace.into();
    }
    let subject = json!({"kind": "ServiceAccount", "name": "controller", "namespace": "fleet"});
    let reference = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": "controller"});
    [
        json!({"apiVersion": api, "kind": role, "metadata": metadata, "rules": rules}),
        json!({"apiVersion": api, "kind": binding, "metadata": metadata, "roleRef": reference, "subjects": [subject]}),
    ]
}

fn reference([api_version, kind]: [&str; 2], name: &str) -> Reference {
    let namespace = match kind {
        "Node" => None,
        "Fleet" => Some("fleet"),
        _ => Some("runners"),
    };
    Reference::new(api_version, kind, namespace, name)
}

async fn client(kubeconfig: &PathBuf) -> kube::Client {
    let config = Kubeconfig::read_from(kubeconfig).unwrap();
    let config = kube::Config::from_custom_kubeconfig(config, &KubeConfigOptions::default()).await.unwrap();
    kube::Client::try_from(config).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
