//! Manifests against the real servers that they are for: a kube-apiserver, and
//! the controller of ARC where there is one.
//!
//! The fleet at the root and `tests/real/everything.kdl` are compiled, and the
//! servers get every file of the output. `tests/real/sample` holds two pools
//! written by hand: tests that break one of them show that the harness notices.
//!
//! A cluster takes seconds to start. Tests that only apply things share one and
//! keep to a namespace of their own; a controller, which acts on all it sees,
//! gets a cluster to itself.

#[path = "real/api.rs"]
mod api;
#[path = "real/arc.rs"]
mod arc;
#[path = "real/cluster.rs"]
mod cluster;
#[path = "real/fleets.rs"]
mod fleets;
#[path = "real/github.rs"]
mod github;
#[path = "real/manifest.rs"]
mod manifest;
#[path = "real/needs.rs"]
mod needs;
#[path = "real/process.rs"]
mod process;
#[path = "real/rights.rs"]
mod rights;
#[path = "real/wait.rs"]
mod wait;

use std::path::Path;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use arc::Controller;
use cluster::Cluster;
use github::GitHub;
use manifest::{Manifest, Reference};
use wait::wait;

const CONTROLLER_NAMESPACE: &str = "arc-systems";
const CONTROLLER: &str = "controller";

const SOON: Duration = Duration::from_secs(60);

/// ServiceAccount that the fleet at the root names for the controller.
const REFERENCE_CONTROLLER: &str = "arc-gha-rs-controller";

#[test]
fn the_server_takes_the_reference_fleet() {
    let Some(cluster) = cluster_with_argo_cd() else { return };
    cluster.apply_all(&fleets::manifests(fleets::REFERENCE)).unwrap();
    judge_pools(&cluster, 7, &format!("{CONTROLLER_NAMESPACE}/{REFERENCE_CONTROLLER}"));
}

#[test]
fn the_server_takes_a_fleet_of_everything() {
    let Some(cluster) = cluster_with_argo_cd() else { return };
    cluster.apply_all(&fleets::manifests(fleets::EVERYTHING)).unwrap();
    judge_pools(&cluster, 4, &format!("{CONTROLLER_NAMESPACE}/{CONTROLLER}"));

    // Strings that YAML 1.1 takes for something else are strings to the server.
    let set =
        Reference::new("actions.github.com/v1alpha1", "AutoscalingRunnerSet", Some("arc-runners"), "docker");
    let stored = cluster.get(&set).unwrap().unwrap();
    let env = stored["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap().clone();
    let value = |name: &str| {
        env.iter().find(|variable| variable["name"] == name).map(|variable| variable["value"].clone())
    };
    for (name, wanted) in [
        ("YES", "yes"),
        ("ON", "on"),
        ("N", "n"),
        ("THOUSAND", "1_000"),
        ("HEX", "0x1F"),
        ("OCTAL", "017"),
        ("SIXTIES", "60:30"),
        ("TILDE", "~"),
        ("NULL", "null"),
        ("EXPONENT", "1e3"),
        ("DATE", "2001-01-01"),
        ("MERGE", "<<"),
        ("LINES", "first\n\tsecond: # no comment\n"),
    ] {
        assert_eq!(value(name), Some(serde_json::json!(wanted)), "{name}");
    }
}

#[test]
fn the_server_knows_what_a_vault_role_may_say() {
    let Some(cluster) = cluster_with_argo_cd() else { return };
    cluster.apply_all(&fleets::manifests(fleets::EVERYTHING)).unwrap();
    let named = |kind: &str, name: &str| {
        Reference::new("fleetc.dev/v1alpha1", kind, Some(CONTROLLER_NAMESPACE), name)
    };
    let role = cluster.get(&named("VaultJwtRole", "vault.deploy")).unwrap().unwrap();
    // Strings that YAML takes for something else are strings to the server, and what is empty is there.
    let claims = &role["spec"]["role"]["bound_claims"];
    assert_eq!(claims["repo_property_team"], serde_json::json!(["0x1F", "1_000", "no", "null", "yes"]));
    assert_eq!(claims["repository_id"], serde_json::json!(["812345678"]));
    assert_eq!(role["spec"]["role"]["allowed_redirect_uris"], serde_json::json!([]));
    let policy = cluster.get(&named("VaultPolicy", "vault.policy.notes")).unwrap().unwrap();
    assert!(
        policy["spec"]["policy"]
            .as_str()
            .unwrap_or_default()
            .starts_with("# managed-by: fleetc fleet=everything ")
    );

    // Vault itself takes a misspelt field without a word, and the role is open then.
    let misspelt = serde_json::json!({
        "apiVersion": "fleetc.dev/v1alpha1", "kind": "VaultJwtRole",
        "metadata": {"name": "misspelt", "namespace": CONTROLLER_NAMESPACE},
        "spec": {"role": {"bound_claimz": {}}},
    });
    let refusal = cluster.apply(misspelt.to_string().as_bytes(), Path::new("role.yaml")).unwrap_err();
    assert!(refusal.contains("bound_claimz"), "{refusal}");

    // The controller alone says how a role stands.
    let ready = serde_json::json!({"status": {"conditions": [{
        "type": "Ready", "status": "True", "reason": "Written", "message": "",
        "lastTransitionTime": "2026-11-25T00:00:00Z",
    }], "writtenHash": "00"}});
    cluster.merge(&named("VaultJwtRole", "vault.deploy"), "/status", &ready).unwrap();
    let role = cluster.get(&named("VaultJwtRole", "vault.deploy")).unwrap().unwrap();
    assert_eq!(role["status"]["conditions"][0]["status"], "True");
}

/// Every pool's runner is admitted, and whoever has to do something with it may.
fn judge_pools(cluster: &Cluster, count: usize, controller: &str) {
    let pools = arc::pools(cluster, None).unwrap();
    assert_eq!(pools.len(), count);
    for pool in &pools {
        pool.admit_runner(cluster).unwrap();
        rights::granted(cluster, controller, &pool.namespace, rights::CONTROLLER_AT_POOL).unwrap();
        if pool.uses_hooks() {
            rights::granted(cluster, &pool.service_account(), &pool.namespace, rights::HOOKS).unwrap();
        }
    }
}

#[test]
fn the_controller_brings_the_reference_fleet_to_life() {
    let Some(manager) = needs::arc_manager() else { return };
    let Some(cluster) = cluster_with_argo_cd() else { return };
    let github = GitHub::start(&[]).unwrap();
    let mut manifests = fleets::manifests(fleets::REFERENCE);
    for manifest in &mut manifests {
        manifest.yaml = github.redirect(&manifest.yaml);
    }
    cluster.apply_all(&manifests).unwrap();
    arc::provide_secrets(&cluster).unwrap();
    let pools = arc::pools(&cluster, None).unwrap();
    assert_eq!(pools.len(), 7);

    let mut controller =
        Controller::start(&cluster, &manager, CONTROLLER_NAMESPACE, REFERENCE_CONTROLLER).unwrap();
    controller.wait_for_listeners(&cluster, &pools, SOON).unwrap();
    for pool in &pools {
        controller.scale(&cluster, pool, 1, SOON).unwrap();
    }
    assert_eq!(github.scale_sets().len(), 7);
}

#[test]
fn the_server_takes_the_sample() {
    let Some(cluster) = shared_cluster() else { return };
    cluster.apply_all(&sample("taken")).unwrap();

    let pools = arc::pools(&cluster, Some("taken")).unwrap();
    assert_eq!(pools.len(), 2);
    let controller = format!("{CONTROLLER_NAMESPACE}/{CONTROLLER}");
    for pool in &pools {
        pool.admit_runner(&cluster).unwrap();
        rights::granted(&cluster, &controller, &pool.namespace, rights::CONTROLLER_AT_POOL).unwrap();
        if pool.uses_hooks() {
            rights::granted(&cluster, &pool.service_account(), &pool.namespace, rights::HOOKS).unwrap();
        }
    }
}

#[test]
fn the_server_says_what_is_wrong_with_a_manifest() {
    let Some(cluster) = shared_cluster() else { return };
    let refusal = |manifest: &str| cluster.apply(manifest.as_bytes(), Path::new("out/x.yaml")).unwrap_err();

    let unknown_field =
        refusal("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\nspec: {finaliser: []}\n");
    assert!(
        unknown_field.starts_with("out/x.yaml: ") && unknown_field.contains("finaliser"),
        "{unknown_field}"
    );

    let twice = refusal("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\nmetadata: {name: y}\n");
    assert!(twice.contains("metadata"), "{twice}");

    let homeless = refusal("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: x}\n");
    assert!(homeless.contains("has no namespace"), "{homeless}");

    let unknown_kind = refusal("apiVersion: example.com/v1\nkind: Nothing\nmetadata: {name: x}\n");
    assert!(unknown_kind.contains("knows no Nothing"), "{unknown_kind}");

    let warned = refusal(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n  labels:\n    \
         pod-security.kubernetes.io/enforce: lenient\n",
    );
    assert!(warned.contains("lenient"), "{warned}");
}

#[test]
fn a_runner_that_would_never_start_is_not_admitted() {
    let Some(cluster) = shared_cluster() else { return };
    cluster.apply_all(&sample("not-admitted")).unwrap();
    let pools = arc::pools(&cluster, Some("not-admitted")).unwrap();
    let refusal = |name: &str| {
        let pool = pools.iter().find(|pool| pool.name == name).unwrap();
        let admitted = || Err(format!("a runner of {name} is admitted"));
        wait(SOON, || Ok(pool.try_runner(&cluster).map_or_else(Ok, |()| admitted()))).unwrap()
    };

    let namespace = Reference::new("v1", "Namespace", None, "not-admitted");
    let level = |level: &str| {
        let labels = serde_json::json!({"pod-security.kubernetes.io/enforce": level});
        cluster.merge(&namespace, "", &serde_json::json!({"metadata": {"labels": labels}})).unwrap();
    };
    level("baseline");
    assert!(refusal("builds").contains("violates PodSecurity \"baseline"));
    level("privileged");

    cluster
        .delete(&Reference::new("v1", "ServiceAccount", Some("not-admitted"), "tests-gha-rs-kube-mode"))
        .unwrap();
    assert!(refusal("tests").contains("tests-gha-rs-kube-mode"));

    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: all, namespace: not-admitted}\n\
                 spec: {hard: {pods: 0}}\n";
    cluster.apply(quota.as_bytes(), Path::new("quota.yaml")).unwrap();
    let over = refusal("builds");
    assert!(over.contains("exceeded quota"), "{over}");
}

#[test]
fn rights_that_a_pool_does_not_grant_are_named() {
    let Some(cluster) = shared_cluster() else { return };
    let mut manifests = sample("not-granted");
    manifests.retain(grants_the_controller_nothing);
    cluster.apply_all(&manifests).unwrap();

    let controller = format!("{CONTROLLER_NAMESPACE}/{CONTROLLER}");
    let missing =
        rights::granted(&cluster, &controller, "not-granted", rights::CONTROLLER_AT_POOL).unwrap_err();
    assert!(missing.contains("arc-systems/controller may not create pods in not-granted"), "{missing}");
    assert!(missing.contains("may not get pods/status in not-granted"), "{missing}");
}

#[test]
fn the_controller_brings_pools_to_life() {
    let Some(manager) = needs::arc_manager() else { return };
    let Some(cluster) = own_cluster() else { return };
    let github = GitHub::start(&["heavy"]).unwrap();
    cluster.apply_all(&redirected(&github)).unwrap();
    arc::provide_secrets(&cluster).unwrap();
    let pools = arc::pools(&cluster, None).unwrap();

    let mut controller = Controller::start(&cluster, &manager, CONTROLLER_NAMESPACE, CONTROLLER).unwrap();
    controller.wait_for_listeners(&cluster, &pools, SOON).unwrap();
    for pool in &pools {
        controller.scale(&cluster, pool, 2, SOON).unwrap();
    }

    let mut registered = github.scale_sets();
    registered.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(registered.len(), 2);
    assert_eq!((registered[0].name.as_str(), registered[0].runner_group.as_str()), ("builds", "heavy"));
    assert_eq!(registered[1].labels, ["tests", "linux-arm64"]);

    for pool in &pools {
        controller.retire(&cluster, pool, SOON).unwrap();
    }
    assert!(github.scale_sets().iter().all(|set| set.deleted));
}

#[test]
fn the_controller_cannot_help_a_pool_without_its_role() {
    let Some(manager) = needs::arc_manager() else { return };
    let Some(cluster) = own_cluster() else { return };
    let github = GitHub::start(&["heavy"]).unwrap();
    let mut manifests = redirected(&github);
    manifests.retain(grants_the_controller_nothing);
    cluster.apply_all(&manifests).unwrap();
    arc::provide_secrets(&cluster).unwrap();

    let mut controller = Controller::start(&cluster, &manager, CONTROLLER_NAMESPACE, CONTROLLER).unwrap();
    let pools = arc::pools(&cluster, None).unwrap();
    let reason = controller.wait_for_listeners(&cluster, &pools, Duration::from_secs(10)).unwrap_err();
    assert!(reason.contains("AutoscalingRunnerSet arc/builds: not registered at GitHub"), "{reason}");
}

/// A cluster of the test's own, or None where it cannot be had.
fn own_cluster() -> Option<Cluster> {
    let (tools, crds) = (needs::tools()?, needs::crds()?);
    let cluster = Cluster::start(&tools).unwrap();
    cluster.install_crds(&crds).unwrap();
    Some(cluster)
}

/// The same, with the namespace that Argo CD's own installation makes.
fn cluster_with_argo_cd() -> Option<Cluster> {
    let cluster = own_cluster()?;
    let argo_cd = "apiVersion: v1\nkind: Namespace\nmetadata: {name: argocd}\n";
    cluster.apply(argo_cd.as_bytes(), Path::new("argocd.yaml")).unwrap();
    Some(cluster)
}

/// The cluster of all tests that run at this time. It ends with the last of
/// them: what a static holds is never dropped, and its servers would stay.
fn shared_cluster() -> Option<Arc<Cluster>> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap();
    if let Some(cluster) = shared.upgrade() {
        return Some(cluster);
    }
    let cluster = Arc::new(own_cluster()?);
    *shared = Arc::downgrade(&cluster);
    Some(cluster)
}

fn sample(namespace: &str) -> Vec<Manifest> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/sample");
    let mut manifests = Manifest::read_tree(&folder).unwrap();
    for manifest in &mut manifests {
        let yaml = String::from_utf8_lossy(&manifest.yaml);
        manifest.yaml = yaml.replace("sample-namespace", namespace).into_bytes();
    }
    manifests
}

fn redirected(github: &GitHub) -> Vec<Manifest> {
    let mut manifests = sample("arc");
    for manifest in &mut manifests {
        manifest.yaml = github.redirect(&manifest.yaml);
    }
    manifests
}

fn grants_the_controller_nothing(manifest: &Manifest) -> bool {
    !manifest.path.to_string_lossy().ends_with("manager-role-binding.yaml")
}
