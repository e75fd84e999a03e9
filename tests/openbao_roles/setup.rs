//! A server that holds what the output of a fleet says.

use super::openbao::{Issuer, Kubernetes, OpenBao};
use fleetc::compile::{Files, compile};
use fleetc::contract::runner::Day;
use fleetc::emit::render;
use fleetc::emit::vault::{Target, export};
use fleetc::model::Fleet;
use fleetc::model::vault::KvVersion;
use serde_json::{Value, json};
use std::process::Command;

/// GitHub's issuer, which the output names.
const GITHUB: &str = "https://token.actions.githubusercontent.com";
/// The API server, likewise.
const API_SERVER: &str = "https://kubernetes.default.svc";

/// A server, and those whom it asks.
pub struct Server {
    pub bao: OpenBao,
    pub issuer: Issuer,
    pub kubernetes: Kubernetes,
    pub fleet: Fleet,
    /// What it holds, in the order in which it was written.
    pub objects: Vec<Held>,
}

/// An object of the server.
pub struct Held {
    /// Where it is read and written.
    pub path: String,
    /// What is written.
    pub body: Value,
}

struct Given(String);

impl Files for Given {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == "fleet.kdl" { Ok(self.0.clone()) } else { Err("there is no such file".to_owned()) }
    }
}

impl Server {
    /// Starts one; none where there is no OpenBao, which is said.
    pub fn start(text: &str) -> Option<Self> {
        let server = Self::empty(text)?;
        server.write();
        Some(server)
    }

    /// Starts one that holds nothing yet but what others set up.
    pub fn empty(text: &str) -> Option<Self> {
        let bao = OpenBao::start()?;
        let (issuer, kubernetes) = (Issuer::start(), Kubernetes::start());
        let certificate =
            kubernetes.config()["kubernetes_ca_cert"].as_str().unwrap_or_default().replace('\n', "\\n");
        let text = text.replace("\"CERTIFICATE\"", &format!("\"{certificate}\""));
        let run = compile(&Given(text), "fleet.kdl", Day::new(2026, 11, 24)).expect("a file");
        let errors: Vec<_> =
            run.diagnostics.iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
        assert!(!run.diagnostics.has_errors(), "{errors:#?}");
        let fleet = run.fleet.expect("a fleet");
        let tree = render(&fleet, run.objects).expect("files");
        let mut objects = Vec::new();
        for (path, bytes) in tree.iter().filter(|(path, _)| path.as_str().starts_with("vault/")) {
            let yaml = String::from_utf8_lossy(bytes)
                .replace(GITHUB, issuer.url())
                .replace(API_SERVER, kubernetes.url());
            let manifest: Value =
                serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{path}: {error}"));
            objects.extend(held(&manifest, &kubernetes));
        }
        // As fleet-controller does: logins, policies, roles.
        objects.sort_by_key(|(rank, _)| *rank);
        let server = Self {
            bao,
            issuer,
            kubernetes,
            fleet,
            objects: objects.into_iter().map(|(_, held)| held).collect(),
        };
        server.mount();
        Some(server)
    }

    /// Runs the script that `fleetc vault export` writes, with the program of the server.
    pub fn run_exported_script(&self) {
        let tree = export(&self.fleet, Target::CommandLine).expect("files");
        let folder = tempfile::tempdir().expect("a folder");
        for (path, bytes) in tree.iter() {
            let text = String::from_utf8_lossy(bytes).replace(GITHUB, self.issuer.url());
            let path = path.under(folder.path());
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
            std::fs::write(path, text.replace(API_SERVER, self.kubernetes.url()))
                .expect("the file can be written");
        }
        let output = Command::new("sh")
            .arg(folder.path().join("vault/apply.sh"))
            .env("VAULT_PROGRAM", OpenBao::program().expect("OpenBao"))
            .env("BAO_ADDR", self.bao.address())
            .env("BAO_TOKEN", self.bao.root().token())
            .env("HOME", folder.path())
            .output()
            .expect("a shell");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What others have to set up: secrets engines and ways to log in are not the fleet's to make.
    fn mount(&self) {
        let root = self.bao.root();
        for vault in &self.fleet.vaults {
            for mount in vault.mounts.iter().filter(|mount| mount.path != "secret") {
                let version = if mount.version == KvVersion::V2 { "2" } else { "1" };
                let body = json!({"type": "kv", "options": {"version": version}});
                root.must("POST", &format!("sys/mounts/{}", mount.path), Some(&body));
                // A store of version 2 is set up behind the answer.
                let ready =
                    || version == "1" || root.call("GET", &format!("{}/config", mount.path), None).is_ok();
                while !ready() {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
            }
            for auth in &vault.auths {
                let body = json!({"type": auth.node.method.word()});
                root.must("POST", &format!("sys/auth/{}", auth.path()), Some(&body));
            }
        }
    }

    /// Writes everything.
    pub fn write(&self) {
        for Held { path, body } in &self.objects {
            self.bao.root().must("POST", path, Some(body));
        }
    }

    /// All that it holds, as it gives it back.
    pub fn everything(&self) -> Vec<Value> {
        self.objects
            .iter()
            .map(|held| {
                let mut got = self.bao.root().must("GET", &held.path, None)["data"].clone();
                // A policy counts its writes.
                for counted in ["version", "modified"] {
                    got.as_object_mut().map(|fields| fields.remove(counted));
                }
                got
            })
            .collect()
    }
}

/// Where an object of the output goes, and what is written there.
fn held(manifest: &Value, kubernetes: &Kubernetes) -> Option<(u8, Held)> {
    let spec = &manifest["spec"];
    let text = |name: &str| spec[name].as_str().unwrap_or_default();
    let (rank, path, body) = match manifest["kind"].as_str()? {
        "VaultServer" => return None,
        "VaultPolicy" => (1, format!("sys/policies/acl/{}", text("name")), json!({"policy": spec["policy"]})),
        "VaultJwtAuth" => (0, format!("auth/{}/config", text("mount")), spec["config"].clone()),
        "VaultKubernetesAuth" => {
            let mut config = spec["config"].clone();
            if config["kubernetes_ca_cert"] == "" {
                // The output leaves this to the pod that the server runs in; here it runs in none.
                let own = kubernetes.config();
                config["kubernetes_ca_cert"] = own["kubernetes_ca_cert"].clone();
                config["disable_local_ca_jwt"] = json!(true);
            }
            (0, format!("auth/{}/config", text("mount")), config)
        }
        "VaultJwtRole" | "VaultKubernetesRole" => {
            (2, format!("auth/{}/role/{}", text("mount"), text("name")), spec["role"].clone())
        }
        kind => panic!("what is {kind}?"),
    };
    Some((rank, Held { path, body }))
}
