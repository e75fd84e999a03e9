//! The Docker daemon beside a runner, as the chart of ARC 0.12 and later lays it out.

use super::container::{resources, variable};
use super::volumes::{TrustStore, mount, trust, volumes};
use crate::emit::meta::non_empty;
use crate::model::{Fleet, Pool};
use k8s_openapi::api::core::v1::{Container, ExecAction, Probe, SecurityContext};
use std::collections::BTreeMap;

/// Folder of the runner's tools, which job containers get from the daemon's side.
const EXTERNALS: &str = "/home/runner/externals";
/// Folder of the runner's work, at one path in both containers: the daemon mounts what the runner names.
pub const WORK: &str = "/home/runner/_work";
/// Group of the daemon's socket in the runner's image.
const DOCKER_GROUP: &str = "123";

/// Copies the runner's tools to where the daemon sees them.
pub fn externals(pool: &Pool) -> Container {
    Container {
        name: "init-dind-externals".to_owned(),
        image: Some(pool.runner_image.to_string()),
        command: Some(vec!["cp".to_owned()]),
        args: Some(vec!["-r".to_owned(), format!("{EXTERNALS}/."), "/home/runner/tmpDir/".to_owned()]),
        resources: resources(&pool.runner, &BTreeMap::new(), &[]),
        volume_mounts: Some(vec![mount("dind-externals", "/home/runner/tmpDir")]),
        ..Container::default()
    }
}

/// The daemon.
pub fn daemon(fleet: &Fleet, pool: &Pool) -> Container {
    let docker = pool.node.docker.as_ref();
    let legacy = docker.is_some_and(|docker| docker.legacy.value);
    let certificates = trust(pool, TrustStore::Plain);
    let mut mounts =
        vec![mount("work", WORK), mount("dind-sock", "/var/run"), mount("dind-externals", EXTERNALS)];
    mounts.extend(volumes(fleet, pool).mounts);
    mounts.extend(certificates.mounts);
    let own = ["FLEETC_RUNNER"];
    let mut env = vec![variable("DOCKER_GROUP_GID", DOCKER_GROUP)];
    env.extend(volumes(fleet, pool).env.into_iter().filter(|env| own.contains(&env.name.as_str())));
    Container {
        name: "dind".to_owned(),
        image: Some(pool.docker_image.to_string()),
        args: Some(arguments(fleet, pool)),
        env: Some(env),
        resources: resources(&pool.job, &BTreeMap::new(), &[]),
        restart_policy: (!legacy).then(|| "Always".to_owned()),
        security_context: Some(SecurityContext { privileged: Some(true), ..SecurityContext::default() }),
        startup_probe: (!legacy).then(probe),
        volume_mounts: non_empty(mounts),
        ..Container::default()
    }
}

fn arguments(fleet: &Fleet, pool: &Pool) -> Vec<String> {
    let docker = pool.node.docker.as_ref();
    let mut arguments = vec![
        "dockerd".to_owned(),
        "--host=unix:///var/run/docker.sock".to_owned(),
        "--group=$(DOCKER_GROUP_GID)".to_owned(),
    ];
    let own = docker.and_then(|docker| docker.mtu.as_ref()).map(|mtu| mtu.value.0);
    let mtu = own.unwrap_or(fleet.cluster_of(pool).mtu);
    if mtu < 1500 {
        // Networks made for a job do not inherit the daemon's packet size.
        arguments.push(format!("--mtu={mtu}"));
        arguments.push(format!("--default-network-opt=bridge=com.docker.network.driver.mtu={mtu}"));
    }
    if let Some(mirror) = docker.and_then(|docker| docker.mirror.as_ref()) {
        arguments.push(format!("--registry-mirror={}", mirror.value));
    }
    arguments
}

/// The runner starts when the daemon answers.
fn probe() -> Probe {
    Probe {
        exec: Some(ExecAction { command: Some(vec!["docker".to_owned(), "info".to_owned()]) }),
        failure_threshold: Some(24),
        initial_delay_seconds: Some(0),
        period_seconds: Some(5),
        ..Probe::default()
    }
}
