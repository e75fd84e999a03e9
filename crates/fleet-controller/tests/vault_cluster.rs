//! The program itself, with a real API server and a real OpenBao, and no more rights than its documentation asks for.

#[path = "../../../tests/openbao/mod.rs"]
mod openbao;
#[path = "vault/place.rs"]
mod place;
#[path = "vault/proxy.rs"]
mod proxy;
#[path = "vault/real.rs"]
mod real;

use place::{NAMESPACE, Place};
use real::cluster::Cluster;
use real::manifest::Reference;
use real::wait::wait;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const GROUP: &str = "fleetc.dev/v1alpha1";
const PATIENCE: Duration = Duration::from_secs(120);
/// Policies of a large fleet.
const MANY: usize = 500;

/// The program. Dropping it kills it as `kill -9` does.
struct Program {
    child: Child,
    log: PathBuf,
    port: u16,
}

impl Program {
    fn start(place: &Place, kubeconfig: &Path, folder: &Path, name: &str) -> Self {
        let port = real::process::free_port().expect("a port");
        let log = folder.join(format!("{name}.log"));
        let child = Command::new(env!("CARGO_BIN_EXE_fleet-controller"))
            .args(["run", "--function", "vault", "--namespace", NAMESPACE])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .arg("--tokens")
            .arg(place.tokens.path())
            .env_clear()
            .env("KUBECONFIG", kubeconfig)
            .env("HOSTNAME", name)
            .stdin(Stdio::null())
            .stderr(File::create(&log).expect("a file"))
            .spawn()
            .expect("it starts");
        Self { child, log, port }
    }

    fn get(&self, path: &str) -> Result<String, String> {
        let url = format!("http://127.0.0.1:{}/{path}", self.port);
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let text = agent.get(url).call().and_then(|mut answer| answer.body_mut().read_to_string());
        text.map_err(|error| error.to_string())
    }

    /// Bytes of memory that are its own or shared.
    fn memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") * 1024
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends it as the kubelet does; whether it ended well.
    fn terminate(mut self) -> bool {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.is_ok_and(|status| status.success()));
        self.child.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(program: &Program, what: &str, mut test: impl FnMut() -> Result<bool, String>) {
    let waited = wait(PATIENCE, || {
        Ok(match test() {
            Ok(true) => Ok(()),
            Ok(false) => Err(what.to_owned()),
            Err(reason) => Err(format!("{what}: {reason}")),
        })
    });
    if let Err(reason) = waited {
        panic!("{reason}\n{}", program.log());
    }
}

fn apply(cluster: &Cluster, object: &Value) {
    cluster.apply(object.to_string().as_bytes(), Path::new("object")).expect("the server takes it");
}

fn resource(resource: &impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(resource).expect("JSON");
    value["metadata"]["namespace"] = json!(NAMESPACE);
    value
}

/// What `src/vault/mod.rs` and `src/operation/mod.rs` say that it takes.
fn install(cluster: &Cluster) {
    for definition in fleet_model::vault::definitions() {
        apply(cluster, &serde_json::to_value(definition).expect("JSON"));
    }
    let metadata = json!({"name": "fleet-controller", "namespace": NAMESPACE});
    let kinds = [
        "vaultservers",
        "vaultpolicies",
        "vaultjwtroles",
        "vaultkubernetesroles",
        "vaultjwtauths",
        "vaultkubernetesauths",
    ];
    let status: Vec<_> = kinds.iter().map(|kind| format!("{kind}/status")).collect();
    let rbac = "rbac.authorization.k8s.io/v1";
    let subject = json!({"kind": "ServiceAccount", "name": "fleet-controller", "namespace": NAMESPACE});
    for object in [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        json!({"apiVersion": rbac, "kind": "Role", "metadata": metadata, "rules": [
            {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update"]},
            {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch"]},
            {"apiGroups": ["fleetc.dev"], "resources": kinds, "verbs": ["get", "list", "watch"]},
            {"apiGroups": ["fleetc.dev"], "resources": status, "verbs": ["patch"]},
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create"]},
            {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["fleet-vault-ledger-vault"],
             "verbs": ["get", "update"]},
        ]}),
        json!({"apiVersion": rbac, "kind": "RoleBinding", "metadata": metadata, "subjects": [subject],
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "fleet-controller"}}),
    ] {
        apply(cluster, &object);
    }
}

fn condition(cluster: &Cluster, kind: &str, name: &str, condition: &str) -> Result<(String, String), String> {
    let object =
        cluster.get(&Reference::new(GROUP, kind, Some(NAMESPACE), name))?.ok_or("it is not there")?;
    let conditions = object["status"]["conditions"].as_array().cloned().unwrap_or_default();
    let found = conditions.into_iter().find(|found| found["type"] == condition).unwrap_or_default();
    let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
    Ok((text("status"), format!("{}: {}", text("reason"), text("message"))))
}

fn is(cluster: &Cluster, kind: &str, name: &str, what: &str, status: &str) -> Result<bool, String> {
    let (found, message) = condition(cluster, kind, name, what)?;
    if found == status { Ok(true) } else { Err(format!("{what} is {found} {message}")) }
}

fn events(cluster: &Cluster, reason: &str) -> usize {
    let events = cluster.list("events.k8s.io/v1", "Event", Some(NAMESPACE)).expect("a list");
    events.iter().filter(|event| event["reason"] == reason).count()
}

#[test]
fn the_server_stays_true_to_its_resources() {
    let Some(tools) = real::needs::tools() else { return };
    let Some(place) = Place::start() else { return };
    let cluster = Cluster::start(&tools).expect("a cluster");
    install(&cluster);
    let folder = tempfile::tempdir().expect("a folder");
    let kubeconfig = cluster.kubeconfig(NAMESPACE, "fleet-controller").expect("a kubeconfig");

    let server = fleet_model::vault::VaultServer::new("vault", place::spec(place.bao.address()));
    apply(&cluster, &resource(&server));
    apply(&cluster, &resource(&place.config_resource()));
    for name in ["a", "b", "c"] {
        apply(&cluster, &resource(&place::policy_resource(name, "secret/data/harbor")));
        apply(&cluster, &resource(&place::jwt_role_resource(name, name)));
    }

    // All is written, and said.
    let program = Program::start(&place, &kubeconfig, folder.path(), "one");
    until(&program, "in sync", || is(&cluster, "VaultServer", "vault", "Ready", "True"));
    until(&program, "said", || is(&cluster, "VaultJwtRole", "vault.a", "Ready", "True"));
    assert!(program.get("readyz").is_ok());
    let root = place.root();
    assert!(root.call("GET", "auth/github/role/fleet-c", None).is_ok());
    until(&program, "an event", || Ok(events(&cluster, "Written") >= 7));

    // Somebody's hand on the server.
    let untouched = || {
        let reference = Reference::new(GROUP, "VaultPolicy", Some(NAMESPACE), "vault.c");
        cluster.get(&reference).expect("an answer").expect("it")["metadata"]["resourceVersion"].clone()
    };
    until(&program, "said", || is(&cluster, "VaultPolicy", "vault.c", "Ready", "True"));
    let version = untouched();
    let broken = Instant::now();
    root.must(
        "POST",
        "sys/policies/acl/fleet-a",
        Some(&json!({"policy": "path \"*\" {capabilities=[\"read\"]}"})),
    );
    root.must("DELETE", "auth/github/role/fleet-b", None);
    until(&program, "put back", || {
        let policy = root.must("GET", "sys/policies/acl/fleet-a", None);
        let is_whole = policy["data"]["policy"].as_str().is_some_and(|text| text.starts_with("# managed-by"));
        Ok(is_whole && root.call("GET", "auth/github/role/fleet-b", None).is_ok())
    });
    assert!(broken.elapsed() < Duration::from_secs(30), "{:?}", broken.elapsed());
    until(&program, "said", || {
        Ok(condition(&cluster, "VaultJwtRole", "vault.b", "Drift")?.1.contains("deleted"))
    });
    until(&program, "events", || Ok(events(&cluster, "DriftCorrected") == 2));
    assert_eq!(untouched(), version, "a pass that finds nothing writes nothing, here too");
    let metrics = program.get("metrics").expect("metrics");
    assert!(
        metrics.contains(r#"fleet_vault_drift_corrected_total{server="vault",kind="policy"} 1"#),
        "{metrics}"
    );
    assert!(metrics.contains(r#"fleet_vault_up{server="vault"} 1"#), "{metrics}");

    // Killed in the middle of its work: the next one takes the Lease over and brings it to its end.
    for at in 0..MANY {
        apply(&cluster, &resource(&place::policy_resource(&format!("more{at}"), "secret/data/harbor")));
    }
    std::thread::sleep(Duration::from_millis(600));
    drop(program);
    let program = Program::start(&place, &kubeconfig, folder.path(), "two");
    let last = format!("vault.more{}", MANY - 1);
    until(&program, "brought to its end", || is(&cluster, "VaultPolicy", &last, "Ready", "True"));
    until(&program, "in sync", || is(&cluster, "VaultServer", "vault", "Ready", "True"));
    assert!(root.call("GET", &format!("sys/policies/acl/fleet-more{}", MANY - 1), None).is_ok());
    assert!(program.memory() < 150 << 20, "{} bytes", program.memory());

    // A second replica waits for its turn.
    let second = Program::start(&place, &kubeconfig, folder.path(), "three");
    until(&second, "ready", || Ok(second.get("readyz").is_ok()));
    assert!(second.get("metrics").expect("metrics").contains("fleet_controller_leader 0"));

    // Sealed for a while.
    let log = place.bao.log();
    let key =
        log.lines().find_map(|line| line.strip_prefix("Unseal Key: ")).expect("a key").trim().to_owned();
    root.must("PUT", "sys/seal", Some(&json!({})));
    until(&program, "sealed", || is(&cluster, "VaultServer", "vault", "Sealed", "True"));
    until(&program, "unknown", || is(&cluster, "VaultPolicy", "vault.a", "Ready", "Unknown"));
    root.must("PUT", "sys/unseal", Some(&json!({"key": key})));
    until(&program, "in sync", || is(&cluster, "VaultServer", "vault", "Ready", "True"));
    until(&program, "known", || is(&cluster, "VaultPolicy", "vault.a", "Ready", "True"));

    // Resources that go are gone at once, and so are their objects a moment later.
    for (kind, name) in [("VaultJwtRole", "vault.c"), ("VaultPolicy", "vault.c")] {
        let reference = Reference::new(GROUP, kind, Some(NAMESPACE), name);
        cluster.delete(&reference).expect("deleted");
        assert!(cluster.get(&reference).expect("an answer").is_none(), "nothing holds it");
    }
    until(&program, "deleted", || Ok(root.call("GET", "auth/github/role/fleet-c", None).status == 404));
    until(&program, "deleted", || Ok(root.call("GET", "sys/policies/acl/fleet-c", None).status == 404));

    let secret = std::fs::read_to_string(place.tokens.path().join("token")).expect("a token");
    let log = program.log();
    assert!(!log.contains(&secret) && !log.contains("client_token"), "a token is in the log");
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
    assert!(program.terminate(), "{log}");
    let lease = Reference::new("coordination.k8s.io/v1", "Lease", Some(NAMESPACE), "fleet-controller");
    let lease = cluster.get(&lease).expect("an answer").expect("a Lease");
    let holder = lease["spec"]["holderIdentity"].as_str();
    assert!(holder.is_none_or(|holder| holder.starts_with("three")), "{lease}");
    until(&second, "leads", || Ok(second.get("metrics")?.contains("fleet_controller_leader 1")));
}
