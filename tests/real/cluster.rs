//! A cluster to apply manifests to: a real etcd and a real kube-apiserver on
//! loopback, for as long as a test runs.
//!
//! What the API server refuses, warns of or prunes is the contract that
//! fleetc's output has to meet, and no copy of its schemas knows all of it:
//! validation, defaulting, admission and authorization only exist in there.
//!
//! No kube-controller-manager, no scheduler and no kubelet run. Nothing is ever
//! scheduled, and the few things that other controllers do and that admission
//! relies on are done in [`Cluster::apply`].

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::api::{Answer, Api, Body, Failure};
use super::manifest::{Manifest, Reference};
use super::process::{Server, free_port, tool};
use super::wait::wait;

/// The token of the user that tests are, who may do everything.
const ADMINISTRATOR: &str = "administrator-of-a-test-cluster";

/// Under which name the applied fields are owned: fleetc's documentation names
/// the same one.
const FIELD_MANAGER: &str = "fleetc";

const START_TIMEOUT: Duration = Duration::from_secs(120);
const ESTABLISH_TIMEOUT: Duration = Duration::from_secs(30);

/// A running API server. Dropping it ends its processes and removes its data.
pub struct Cluster {
    api: Api,
    server: String,
    /// By apiVersion, as discovery tells it; asked once per group version.
    resources: Mutex<HashMap<String, Vec<Resource>>>,
    // Fields are dropped in this order: the API server before its store, the
    // store before its folder.
    _apiserver: Server,
    _etcd: Server,
    folder: tempfile::TempDir,
}

/// Where the objects of one kind are found.
#[derive(Clone)]
struct Resource {
    kind: String,
    plural: String,
    namespaced: bool,
}

impl Cluster {
    /// Starts one with the programs in `tools`, the folder that
    /// `cargo xtask tools` fills, and returns when it is ready.
    pub fn start(tools: &Path) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let at = |name: &str| folder.path().join(name);

        let (store, store_peers) = (loopback(free_port()?, "http"), loopback(free_port()?, "http"));
        let mut etcd = Command::new(tool(tools, "etcd")?);
        etcd.arg("--data-dir")
            .arg(at("etcd"))
            .args(["--listen-client-urls", &store, "--advertise-client-urls", &store])
            .args(["--listen-peer-urls", &store_peers, "--initial-advertise-peer-urls", &store_peers])
            .args(["--initial-cluster", &format!("default={store_peers}")])
            // The data need not survive a power cut, only the test.
            .arg("--unsafe-no-fsync");
        let mut etcd = Server::start(&mut etcd, at("etcd.log"))?;

        write(&at("tokens.csv"), &format!("{ADMINISTRATOR},administrator,administrator,system:masters\n"))?;
        let key = SigningKey::generate()?;
        write(&at("service-account.key"), &key.private)?;
        write(&at("service-account.pub"), &key.public)?;
        let port = free_port()?;
        let mut apiserver = Command::new(tool(tools, "kube-apiserver")?);
        apiserver
            .args(["--etcd-servers", &store])
            .args(["--bind-address", "127.0.0.1", "--secure-port", &port.to_string()])
            .args(["--advertise-address", "127.0.0.1"])
            // There is no Endpoints object to keep, and loopback may not be in one.
            .args(["--endpoint-reconciler-type", "none"])
            .args(["--service-cluster-ip-range", "10.0.0.0/24"])
            // The server makes its own serving certificate here.
            .arg("--cert-dir")
            .arg(at("certificates"))
            .args(["--service-account-issuer", "https://kubernetes.default.svc.cluster.local"])
            .arg("--service-account-key-file")
            .arg(at("service-account.pub"))
            .arg("--service-account-signing-key-file")
            .arg(at("service-account.key"))
            .arg("--token-auth-file")
            .arg(at("tokens.csv"))
            // As on any real cluster: without it, missing Roles go unnoticed.
            .args(["--authorization-mode", "RBAC"])
            // dind pods are privileged; Pod Security decides where they may be.
            .arg("--allow-privileged");
        let mut apiserver = Server::start(&mut apiserver, at("kube-apiserver.log"))?;

        let server = loopback(port, "https");
        let api = wait(START_TIMEOUT, || {
            etcd.check_alive().map_err(|error| format!("etcd {error}"))?;
            apiserver.check_alive().map_err(|error| format!("kube-apiserver {error}"))?;
            let ready = Api::new(server.clone(), ADMINISTRATOR.to_owned(), &at("certificates/apiserver.crt"))
                .ok()
                .filter(|api| api.get("/readyz").is_ok());
            Ok(ready.ok_or_else(|| String::from("kube-apiserver is not ready")))
        })?;
        Ok(Self { api, server, resources: Mutex::default(), _apiserver: apiserver, _etcd: etcd, folder })
    }

    /// Applies a manifest as `kubectl apply --server-side` does, with strict
    /// field validation. A warning of the server is a failure here: it tells of
    /// something that will not do what its author meant.
    pub fn apply(&self, yaml: &[u8], path: &Path) -> Result<Value, String> {
        let manifest = Manifest { path: path.to_owned(), yaml: yaml.to_owned() };
        self.apply_manifest(&manifest).map_err(|reason| format!("{}: {reason}", path.display()))
    }

    /// Applies all of them, and tells all that is wrong at once. Definitions
    /// come first, and what they define when it is served.
    pub fn apply_all(&self, manifests: &[Manifest]) -> Result<Vec<Value>, String> {
        let mut applied = Vec::new();
        let mut refused = Vec::new();
        let definitions = manifests.iter().take_while(|manifest| is_definition(manifest)).count();
        for (at, manifest) in manifests.iter().enumerate() {
            if at == definitions {
                self.wait_for_kinds(&applied)?;
            }
            match self.apply(&manifest.yaml, &manifest.path) {
                Ok(object) => applied.push(object),
                Err(reason) => refused.push(reason),
            }
        }
        if refused.is_empty() { Ok(applied) } else { Err(refused.join("\n")) }
    }

    /// Installs every CustomResourceDefinition below `folder` and waits until
    /// the server serves it. Its warnings are its authors' business.
    pub fn install_crds(&self, folder: &Path) -> Result<(), String> {
        let mut definitions = Vec::new();
        for manifest in Manifest::read_tree(folder)? {
            let answer = self
                .server_side_apply(&manifest)
                .map_err(|reason| format!("{}: {reason}", manifest.path.display()))?;
            definitions.push(answer.body);
        }
        self.wait_for_kinds(&definitions)
    }

    /// Waits until the server serves what the definitions among these objects
    /// define.
    fn wait_for_kinds(&self, objects: &[Value]) -> Result<(), String> {
        let mut collections = Vec::new();
        for object in objects.iter().filter(|object| object["kind"] == "CustomResourceDefinition") {
            let spec = &object["spec"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
            for version in spec["versions"].as_array().into_iter().flatten() {
                let (version, kind) = (text(&version["name"]), text(&spec["names"]["kind"]));
                collections.push((
                    format!("/apis/{group}/{version}/{plural}"),
                    format!("{group}/{version}"),
                    kind,
                ));
            }
        }
        // Asked for the objects rather than for the condition `Established`,
        // which comes a moment before they are served.
        // The server's list of kinds learns of them later still.
        for (collection, api_version, kind) in collections {
            wait(ESTABLISH_TIMEOUT, || {
                Ok(match self.api.get(&format!("{collection}?limit=1")) {
                    Ok(_) => self.resource(&api_version, &kind).map(|_| ()),
                    Err(failure) => Err(format!("{collection} is not served: {failure}")),
                })
            })?;
        }
        Ok(())
    }

    /// The object as it is in the cluster now, if it is there.
    pub fn get(&self, reference: &Reference) -> Result<Option<Value>, String> {
        found(self.api.get(&self.path(reference)?)).map_err(|failure| format!("{reference}: {failure}"))
    }

    /// All objects of a kind, in one namespace or in all.
    pub fn list(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Result<Vec<Value>, String> {
        let path = self.collection(api_version, kind, namespace)?;
        let answer = self.api.get(&path).map_err(|failure| format!("{kind}: {failure}"))?;
        Ok(answer.body["items"].as_array().cloned().unwrap_or_default())
    }

    /// Asks for the object to be deleted. It stays as long as it has finalizers.
    pub fn delete(&self, reference: &Reference) -> Result<(), String> {
        let deleted = self.api.delete(&self.path(reference)?);
        found(deleted).map(|_| ()).map_err(|failure| format!("{reference}: {failure}"))
    }

    /// Creates an object, or something that is only ever asked of a server, such
    /// as a review. With `dry_run` it goes all the way to the store, less the
    /// last step.
    pub fn create(&self, object: &Value, dry_run: bool) -> Result<Value, String> {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
        let (api_version, kind) = (text("/apiVersion").unwrap_or(""), text("/kind").unwrap_or(""));
        let path = self.collection(api_version, kind, text("/metadata/namespace"))?;
        let query = if dry_run { "&dryRun=All" } else { "" };
        let answer = self
            .api
            .post(&format!("{path}?fieldManager=test&fieldValidation=Strict{query}"), object)
            .map_err(|failure| format!("{kind}: {failure}"))?;
        without_warnings(answer)
    }

    /// Creates the object unless there is one of its name: whoever made that one
    /// may have given it more.
    pub fn ensure(&self, object: &Value) -> Result<(), String> {
        if self.get(&Reference::of(object)?)?.is_none() {
            self.create(object, false)?;
        }
        Ok(())
    }

    /// Sets fields of an object, or of its status with `subresource` "/status".
    pub fn merge(&self, reference: &Reference, subresource: &str, fields: &Value) -> Result<(), String> {
        let path = format!("{}{subresource}", self.path(reference)?);
        let merged = self.api.patch(&path, Body::MergePatch(fields));
        merged.map(|_| ()).map_err(|failure| format!("{reference}: {failure}"))
    }

    /// Writes a kubeconfig with which a program is the given ServiceAccount and
    /// nobody else, as it would be in a pod of its own.
    pub fn kubeconfig(&self, namespace: &str, service_account: &str) -> Result<PathBuf, String> {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{service_account}/token");
        let request = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
        let answer = self.api.post(&path, &request).map_err(|failure| failure.to_string())?;
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "clusters": [{"name": "test", "cluster": {
                "server": self.server,
                "certificate-authority": self.folder.path().join("certificates/apiserver.crt"),
            }}],
            "users": [{"name": "test", "user": {"token": answer.body["status"]["token"]}}],
        });
        let file = self.folder.path().join(format!("{namespace}-{service_account}.kubeconfig"));
        // JSON is YAML to whoever reads a kubeconfig.
        write(&file, &config.to_string())?;
        Ok(file)
    }

    fn apply_manifest(&self, manifest: &Manifest) -> Result<Value, String> {
        let applied = without_warnings(self.server_side_apply(manifest)?)?;
        self.stand_in_for_controllers(&applied)?;
        Ok(applied)
    }

    fn server_side_apply(&self, manifest: &Manifest) -> Result<Answer, String> {
        let path = self.path(&manifest.reference()?)?;
        let query = format!("fieldManager={FIELD_MANAGER}&force=true&fieldValidation=Strict");
        self.api
            .patch(&format!("{path}?{query}"), Body::Apply(&manifest.yaml))
            .map_err(|failure| failure.to_string())
    }

    /// What kube-controller-manager does and admission of pods waits for: the
    /// ServiceAccount `default` of every namespace, and the status of every
    /// ResourceQuota, without which the server calls the quota's use unknown.
    fn stand_in_for_controllers(&self, applied: &Value) -> Result<(), String> {
        let reference = Reference::of(applied)?;
        match reference.kind.as_str() {
            "Namespace" => {
                let metadata = json!({"name": "default", "namespace": reference.name});
                self.ensure(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}))?;
            }
            "ResourceQuota" => {
                let hard = &applied["spec"]["hard"];
                let names = hard.as_object().into_iter().flatten().map(|(name, _)| name.clone());
                let used: serde_json::Map<String, Value> = names.map(|name| (name, json!("0"))).collect();
                self.merge(&reference, "/status", &json!({"status": {"hard": hard, "used": used}}))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The object's path under the server's root.
    fn path(&self, reference: &Reference) -> Result<String, String> {
        let namespace = reference.namespace.as_deref();
        if self.resource(&reference.api_version, &reference.kind)?.namespaced && namespace.is_none() {
            return Err(format!("{reference} has no namespace, and would land wherever its applier is"));
        }
        Ok(format!(
            "{}/{}",
            self.collection(&reference.api_version, &reference.kind, namespace)?,
            reference.name
        ))
    }

    fn collection(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Result<String, String> {
        let resource = self.resource(api_version, kind)?;
        let root = group_version(api_version);
        Ok(match namespace {
            Some(namespace) if resource.namespaced => {
                format!("{root}/namespaces/{namespace}/{}", resource.plural)
            }
            _ => format!("{root}/{}", resource.plural),
        })
    }

    /// What the server's discovery document says of a kind.
    fn resource(&self, api_version: &str, kind: &str) -> Result<Resource, String> {
        let mut known = self.resources.lock().map_err(|error| error.to_string())?;
        let find =
            |resources: &Vec<Resource>| resources.iter().find(|resource| resource.kind == kind).cloned();
        if let Some(resource) = known.get(api_version).and_then(find) {
            return Ok(resource);
        }
        // Asked again for a kind that is not known: its definition may be new.
        let answer =
            found(self.api.get(&group_version(api_version))).map_err(|failure| failure.to_string())?;
        let resources = answer.map(|document| discovered(&document)).unwrap_or_default();
        let resource = find(&resources);
        known.insert(api_version.to_owned(), resources);
        resource.ok_or_else(|| format!("this cluster knows no {kind} of {api_version}"))
    }
}

fn is_definition(manifest: &Manifest) -> bool {
    manifest.reference().is_ok_and(|reference| reference.kind == "CustomResourceDefinition")
}

/// A resource list, less the subresources, which have a slash in their name.
fn discovered(document: &Value) -> Vec<Resource> {
    let entries = document["resources"].as_array().into_iter().flatten();
    entries
        .filter_map(|entry| {
            let plural = entry["name"].as_str().filter(|name| !name.contains('/'))?;
            Some(Resource {
                kind: entry["kind"].as_str()?.to_owned(),
                plural: plural.to_owned(),
                namespaced: entry["namespaced"].as_bool()?,
            })
        })
        .collect()
}

/// Objects of the core group live under another root than all others.
fn group_version(api_version: &str) -> String {
    let root = if api_version.contains('/') { "apis" } else { "api" };
    format!("/{root}/{api_version}")
}

/// To be told that something is not there is an answer too.
fn found(answer: Result<Answer, Failure>) -> Result<Option<Value>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer.body)),
        Err(Failure { status: Some(404), .. }) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// A warning is how the server says that it did what it was told and that this
/// can hardly have been meant.
fn without_warnings(answer: Answer) -> Result<Value, String> {
    if answer.warnings.is_empty() {
        return Ok(answer.body);
    }
    Err(answer.warnings.iter().map(|text| format!("warning: {text}")).collect::<Vec<_>>().join("; "))
}

fn loopback(port: u16, scheme: &str) -> String {
    format!("{scheme}://127.0.0.1:{port}")
}

/// The key that the tokens of ServiceAccounts are signed with, as PEM.
struct SigningKey {
    private: String,
    public: String,
}

impl SigningKey {
    /// What DER puts in front of a point on P-256 to make a public key of it.
    const PUBLIC_KEY_OF_P256: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];

    fn generate() -> Result<Self, String> {
        let (algorithm, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let private = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|error| error.to_string())?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, private.as_ref(), &random)
            .map_err(|error| error.to_string())?;
        let public = [&Self::PUBLIC_KEY_OF_P256, pair.public_key().as_ref()].concat();
        Ok(Self { private: pem("PRIVATE KEY", private.as_ref()), public: pem("PUBLIC KEY", &public) })
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
