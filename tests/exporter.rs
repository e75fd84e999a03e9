//! What fleetc emits for fleet-exporter, read by fleet-exporter itself, and started against a GitHub that is made up.

use fleet_exporter::app::{policy, read_config};
use fleet_exporter::pools::Asked;
use fleet_model::exporter::{AppId, Config, Credentials};
use fleet_model::pools::{Pools, RunnerKind};
use fleetc::compile::{Files, compile};
use fleetc::contract::runner::Day;
use fleetc::emit::Body;
use ghfake::Fake;
use k8s_openapi::api::apps::v1::Deployment;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const REFERENCE: &str = include_str!("../fleet.kdl");
const FLEET: &str = r#"
fleet "small" {
    namespace "runners"
    github "https://github.com/acme" app-secret="arc-app" runner-group="Builders"
    proxy {
        https "http://proxy.acme.dev:3128" secret="proxy"
        no-proxy "acme.dev" "10.0.0.0/8"
    }
}
versions {
    fleet-exporter "registry.acme.dev/fleet-exporter:0.1.0"
}
controller namespace="arc"
runner-group "builders" {
    repositories "acme/app" "acme/lib-*"
}
pool "build" {
    mode "dind"
    runners min=1 max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
    labels "linux-large"
}
other-runners "mac-*"
exporter keep="60d" {
    branches "main" "release/*"
    webhook "hook" "hook-next"
    price "build" per-minute=0.0125
    hosted "ubuntu-latest" per-minute=0.008
}
"#;

struct Given<'a>(&'a str);

impl Files for Given<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == "fleet.kdl" { Ok(self.0.to_owned()) } else { Err("there is no such file".to_owned()) }
    }
}

/// What is emitted for the exporter.
struct Emitted {
    files: BTreeMap<String, String>,
    deployment: Deployment,
    kinds: Vec<String>,
}

fn emit(fleet: &str) -> Emitted {
    let run = compile(&Given(fleet), "fleet.kdl", Day::new(2026, 11, 24)).unwrap();
    let errors: Vec<_> =
        run.diagnostics.iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
    assert!(!run.diagnostics.has_errors(), "{errors:#?}");
    let (mut files, mut deployment, mut kinds) = (None, None, Vec::new());
    for object in run.objects.others.iter().filter(|object| object.path.contains("companions/exporter/")) {
        kinds.push(object.body.kind());
        assert_eq!(
            object.body.metadata().namespace,
            run.fleet.as_ref().map(|fleet| fleet.controller.namespace.to_string())
        );
        match &object.body {
            Body::ConfigMap(map) => files.clone_from(&map.data),
            Body::Deployment(one) => deployment = Some(Deployment::clone(one)),
            _ => {}
        }
    }
    Emitted { files: files.unwrap(), deployment: deployment.unwrap(), kinds }
}

impl Emitted {
    fn pools(&self) -> Pools {
        serde_json::from_str(&self.files["pools.json"]).unwrap()
    }

    /// Lays its files out in a folder, as its pod sees them in the root folder.
    fn lay_out(&self, folder: &Path) -> Config {
        let config = folder.join("config.json");
        std::fs::write(&config, &self.files["config.json"]).unwrap();
        std::fs::write(folder.join("pools.json"), &self.files["pools.json"]).unwrap();
        let mut config = read_config(&config).unwrap();
        assert_eq!(config.pools, Some(PathBuf::from("/etc/fleet-exporter/pools.json")));
        config.pools = Some(folder.join("pools.json"));
        config
    }

    fn hash(&self) -> &str {
        let template = &self.deployment.spec.as_ref().unwrap().template;
        &template.metadata.as_ref().unwrap().annotations.as_ref().unwrap()["fleetc.dev/config"]
    }

    /// Folders that its container sees, and what is mounted there.
    fn mounts(&self) -> BTreeMap<String, String> {
        let pod = self.deployment.spec.as_ref().unwrap().template.spec.as_ref().unwrap();
        let volumes = pod.volumes.as_ref().unwrap();
        let source = |name: &str| {
            let volume = volumes.iter().find(|volume| volume.name == name).unwrap();
            let secret = volume.secret.as_ref().and_then(|secret| secret.secret_name.clone());
            let claim = volume.persistent_volume_claim.as_ref().map(|claim| claim.claim_name.clone());
            let map = volume.config_map.as_ref().map(|map| map.name.clone());
            secret.or(claim).or(map).unwrap()
        };
        let mounts = pod.containers[0].volume_mounts.as_ref().unwrap();
        mounts.iter().map(|mount| (mount.mount_path.clone(), source(&mount.name))).collect()
    }
}

#[test]
fn the_exporter_reads_what_is_emitted() {
    let emitted = emit(FLEET);
    assert_eq!(
        emitted.kinds,
        ["ServiceAccount", "Deployment", "ConfigMap", "PersistentVolumeClaim", "Service"]
    );
    let folder = tempfile::tempdir().unwrap();
    let config = emitted.lay_out(folder.path());
    assert_eq!((config.retention_days, config.branches.len()), (60, 2));
    let server = &config.servers[0];
    assert_eq!((server.host.as_str(), server.organizations[0].name.as_str()), ("github.com", "acme"));

    // Every file that it is told of lies in a folder that its container sees.
    let mounts = emitted.mounts();
    let Some(Credentials::App { id: AppId::In { file }, private_key }) = &server.credentials else {
        panic!("{:?}", server.credentials)
    };
    let [hook, next] = config.webhook_secrets.as_slice() else { panic!("two secrets") };
    for (path, from) in [
        (file, "arc-app"),
        (private_key, "arc-app"),
        (hook, "hook"),
        (next, "hook-next"),
        (&config.ledger, "fleet-exporter"),
    ] {
        assert_eq!(mounts[path.parent().unwrap().to_str().unwrap()], from, "{}", path.display());
    }

    let policy = policy(&config).unwrap();
    let ask = |repo: &'static str, labels: &[&str], group, runner| {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        policy.placer.place(Asked { repo, labels: &labels, group, runner })
    };
    assert_eq!(ask("acme/app", &["build"], None, None).pool, "build");
    assert_eq!(ask("acme/lib-a", &["linux-large"], None, None).pool, "build");
    assert!(ask("acme/site", &["build"], None, None).never(), "its group does not admit it");
    let taken = ask("acme/app", &["linux-large"], Some("builders"), Some("build-x7k2p-runner-9vq4d"));
    assert_eq!((taken.pool.as_str(), taken.kind), ("build", "arc"));
    assert_eq!(ask("acme/app", &["mac-mini"], None, None).kind, "static");
    let build = policy.placer.pool("build").unwrap();
    assert_eq!((build.min, build.max, build.microdollars_per_minute), (1, Some(4), Some(12_500)));
    let hosted = policy.placer.pool("ubuntu-latest").unwrap();
    assert_eq!((hosted.kind, hosted.microdollars_per_minute), (RunnerKind::Hosted, Some(8_000)));
}

#[test]
fn the_reference_fleet_has_all_its_pools_there() {
    let emitted = emit(REFERENCE);
    let names: Vec<_> = emitted.pools().pools.into_iter().map(|pool| pool.name).collect();
    assert_eq!(names.len(), 7);
    let folder = tempfile::tempdir().unwrap();
    let policy = policy(&emitted.lay_out(folder.path())).unwrap();
    for name in &names {
        let labels = [name.clone()];
        let asked = Asked { repo: "hyperaccel/app", labels: &labels, group: None, runner: None };
        assert_eq!(policy.placer.place(asked).pool, *name);
    }
}

#[test]
fn only_its_configuration_restarts_it() {
    let before = emit(FLEET);
    let more_runners = emit(&FLEET.replace("max=4", "max=8"));
    assert_ne!(before.files["pools.json"], more_runners.files["pools.json"]);
    assert_eq!(before.deployment, more_runners.deployment);
    let more_branches = emit(&FLEET.replace("\"main\"", "\"main\" \"next\""));
    assert_ne!(before.hash(), more_branches.hash());
}

#[test]
fn its_pod_may_do_nothing_but_its_work() {
    let emitted = emit(FLEET);
    let spec = emitted.deployment.spec.as_ref().unwrap();
    assert_eq!(
        (spec.replicas, spec.strategy.as_ref().unwrap().type_.as_deref()),
        (Some(1), Some("Recreate"))
    );
    let pod = spec.template.spec.as_ref().unwrap();
    assert_eq!(pod.automount_service_account_token, Some(false));
    let security = pod.containers[0].security_context.as_ref().unwrap();
    assert_eq!(security.read_only_root_filesystem, Some(true));
    let env = pod.containers[0].env.as_ref().unwrap();
    let value = |name: &str| env.iter().find(|one| one.name == name).and_then(|one| one.value.as_deref());
    assert_eq!(
        value("HTTPS_PROXY"),
        Some("http://$(FLEETC_PROXY_USERNAME):$(FLEETC_PROXY_PASSWORD)@proxy.acme.dev:3128")
    );
    assert_eq!(value("NO_PROXY"), Some("acme.dev,10.0.0.0/8"));
}

#[test]
fn a_mode_takes_what_it_needs_and_no_more() {
    let heard = emit(&FLEET.replace("exporter keep", "exporter mode=\"webhook\" keep"));
    let config: Config = serde_json::from_str(&heard.files["config.json"]).unwrap();
    assert_eq!((config.servers[0].credentials.as_ref(), config.webhook_secrets.len()), (None, 2));
    assert!(!heard.mounts().values().any(|from| from == "arc-app"));
    let polled = emit(&FLEET.replace("    webhook \"hook\" \"hook-next\"\n", ""));
    let config: Config = serde_json::from_str(&polled.files["config.json"]).unwrap();
    assert!(config.servers[0].credentials.is_some() && config.webhook_secrets.is_empty());
}

#[test]
fn it_starts_against_github_with_what_is_emitted() {
    let fake = Fake::start().unwrap();
    fake.world().add_repo("acme/app", "main");
    let folder = tempfile::tempdir().unwrap();
    let mut config = emit(FLEET).lay_out(folder.path());
    // The Secrets, as the kubelet mounts them.
    let place = |path: &mut PathBuf, text: &str| {
        let own = folder.path().join(path.strip_prefix("/").unwrap());
        std::fs::create_dir_all(own.parent().unwrap()).unwrap();
        std::fs::write(&own, text).unwrap();
        *path = own;
    };
    for secret in &mut config.webhook_secrets {
        place(secret, "It's a Secret to Everybody");
    }
    config.servers[0].api = Some(fake.url());
    match &mut config.servers[0].credentials {
        Some(Credentials::App { id: AppId::In { file }, private_key }) => {
            place(file, "1\n");
            place(private_key, include_str!("../crates/fleet-exporter/tests/stage/key.pem"));
        }
        other => panic!("{other:?}"),
    }
    let report = fleet_exporter::check::check(&config);
    assert!(report.well, "{}", report.text);
    // One that lacks a Secret says which.
    std::fs::remove_file(&config.webhook_secrets[1]).unwrap();
    let report = fleet_exporter::check::check(&config);
    assert!(!report.well && report.text.contains("hook-next"), "{}", report.text);
}
