//! The runner's pod that the chart makes of values.

use super::set::{items, text};
use super::values::is_true;
use crate::language::nodes::ContainerMode;
use crate::language::value::Version;
use serde_json::{Map, Value as Json, json};

/// Keys of the pod that the chart writes itself.
const OWN_KEYS: [&str; 4] = ["containers", "initContainers", "serviceAccountName", "volumes"];

/// The template of the runner's pod.
pub fn template(values: &Json, mode: ContainerMode, name: &str, arc: Version) -> Json {
    let spec = values.pointer("/template/spec").unwrap_or(&Json::Null);
    let tls = values.get("githubServerTLS").filter(|tls| tls.get("runnerMountPath").is_some_and(is_true));
    let mut pod = Map::new();
    for (key, value) in spec.as_object().into_iter().flatten() {
        if !OWN_KEYS.contains(&key.as_str()) && !value.is_null() {
            pod.insert(key.clone(), value.clone());
        }
    }
    if !pod.get("restartPolicy").is_some_and(is_true) {
        pod.insert("restartPolicy".to_owned(), "Never".into());
    }
    let account = if mode.has_workflow_pod() { "kube-mode" } else { "no-permission" };
    let own = text(spec, "serviceAccountName").filter(|own| !own.is_empty());
    let account = own.map_or_else(|| format!("{name}-gha-rs-{account}"), str::to_owned);
    pod.insert("serviceAccountName".to_owned(), account.into());
    let given = containers(spec);
    let runner = given.iter().find(|container| text(container, "name") == Some("runner"));
    let image = runner.and_then(|runner| runner.get("image")).cloned().unwrap_or_default();
    let is_dind = mode == ContainerMode::Dind;
    // The daemon is a sidecar since 0.12, on Kubernetes from 1.29 on.
    let sidecar = arc >= Version::new(0, 12, 0);
    let mut init = Vec::new();
    if is_dind {
        init.push(externals(&image));
        if sidecar {
            init.push(daemon(true));
        }
    }
    init.extend(items(spec, "initContainers").iter().cloned());
    if !init.is_empty() {
        pod.insert("initContainers".to_owned(), init.into());
    }
    let mut all = Vec::new();
    if let Some(runner) = runner {
        all.push(with_tls(of_mode(runner, mode, &image), tls));
    }
    if is_dind && !sidecar {
        all.push(daemon(false));
    }
    let others = given.iter().filter(|container| match text(container, "name") {
        Some("runner") => false,
        Some("dind") => !is_dind,
        _ => true,
    });
    all.extend(others.cloned());
    pod.insert("containers".to_owned(), all.into());
    let volumes = volumes(values, spec, mode, tls);
    if !volumes.is_empty() {
        pod.insert("volumes".to_owned(), volumes.into());
    }
    let mut template = json!({"spec": pod});
    for field in ["labels", "annotations"] {
        let meta = values.pointer("/template/metadata").and_then(|meta| meta.get(field));
        if let Some(meta) = meta.filter(|meta| is_true(meta)) {
            template["metadata"][field] = meta.clone();
        }
    }
    template
}

/// The containers that values give, or the one of the chart's own values: Helm does not merge lists.
pub fn containers(spec: &Json) -> Vec<Json> {
    match spec.get("containers").and_then(Json::as_array) {
        Some(given) => given.clone(),
        None => vec![json!({
            "name": "runner", "image": "ghcr.io/actions/actions-runner:latest", "command": ["/home/runner/run.sh"],
        })],
    }
}

fn externals(image: &Json) -> Json {
    json!({
        "name": "init-dind-externals", "image": image, "command": ["cp"],
        "args": ["-r", "/home/runner/externals/.", "/home/runner/tmpDir/"],
        "volumeMounts": [{"name": "dind-externals", "mountPath": "/home/runner/tmpDir"}],
    })
}

fn daemon(sidecar: bool) -> Json {
    let mut daemon = json!({
        "name": "dind", "image": "docker:dind",
        "args": ["dockerd", "--host=unix:///var/run/docker.sock", "--group=$(DOCKER_GROUP_GID)"],
        "env": [{"name": "DOCKER_GROUP_GID", "value": "123"}],
        "securityContext": {"privileged": true},
        "volumeMounts": [
            {"name": "work", "mountPath": "/home/runner/_work"},
            {"name": "dind-sock", "mountPath": "/var/run"},
            {"name": "dind-externals", "mountPath": "/home/runner/externals"},
        ],
    });
    if sidecar {
        daemon["restartPolicy"] = "Always".into();
        daemon["startupProbe"] = json!({
            "exec": {"command": ["docker", "info"]},
            "initialDelaySeconds": 0, "failureThreshold": 24, "periodSeconds": 5,
        });
    }
    daemon
}

/// The runner's container with what its mode adds, where values do not have it.
fn of_mode(runner: &Json, mode: ContainerMode, image: &Json) -> Json {
    let plain = |name: &str, value: &str| json!({"name": name, "value": value});
    let pod_name =
        json!({"name": "ACTIONS_RUNNER_POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}});
    let hooks = |entry: &str| {
        vec![
            plain("ACTIONS_RUNNER_CONTAINER_HOOKS", entry),
            pod_name.clone(),
            plain("ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", "true"),
        ]
    };
    let work = json!({"name": "work", "mountPath": "/home/runner/_work"});
    let (env, mounts) = match mode {
        ContainerMode::Dind => (
            vec![
                plain("DOCKER_HOST", "unix:///var/run/docker.sock"),
                plain("RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", "120"),
            ],
            vec![work, json!({"name": "dind-sock", "mountPath": "/var/run"})],
        ),
        ContainerMode::Kubernetes => (hooks("/home/runner/k8s/index.js"), vec![work]),
        ContainerMode::KubernetesNovolume => {
            let mut env = hooks("/home/runner/k8s-novolume/index.js");
            env.push(json!({"name": "ACTIONS_RUNNER_IMAGE", "value": image}));
            (env, Vec::new())
        }
        ContainerMode::Default => (Vec::new(), Vec::new()),
    };
    let mut runner = runner.clone();
    add(&mut runner, "env", env);
    add(&mut runner, "volumeMounts", mounts);
    runner
}

/// Elements whose names a list does not have yet.
fn add(container: &mut Json, list: &str, new: Vec<Json>) {
    let known: Vec<_> = items(container, list).to_vec();
    let has = |element: &Json| known.iter().any(|old| old.get("name") == element.get("name"));
    let new: Vec<_> = new.into_iter().filter(|element| !has(element)).collect();
    if let (false, Some(fields)) = (new.is_empty(), container.as_object_mut()) {
        let all: Vec<_> = known.into_iter().chain(new).collect();
        fields.insert(list.to_owned(), all.into());
    }
}

/// The certificate of a GitHub Enterprise Server, where values say where runners see it.
fn with_tls(mut runner: Json, tls: Option<&Json>) -> Json {
    let Some((folder, key)) = tls.and_then(|tls| {
        let key = tls.pointer("/certificateFrom/configMapKeyRef/key")?.as_str()?;
        Some((text(tls, "runnerMountPath")?.trim_end_matches('/'), key))
    }) else {
        return runner;
    };
    let path = format!("{folder}/{key}");
    let env = vec![
        json!({"name": "NODE_EXTRA_CA_CERTS", "value": path}),
        json!({"name": "RUNNER_UPDATE_CA_CERTS", "value": "1"}),
    ];
    add(&mut runner, "env", env);
    add(
        &mut runner,
        "volumeMounts",
        vec![json!({"name": "github-server-tls-cert", "mountPath": path, "subPath": key})],
    );
    runner
}

fn volumes(values: &Json, spec: &Json, mode: ContainerMode, tls: Option<&Json>) -> Vec<Json> {
    let empty = |name: &str| json!({"name": name, "emptyDir": {}});
    let given = items(spec, "volumes");
    let is_work = |volume: &&Json| text(volume, "name") == Some("work");
    let mut all = Vec::new();
    if let Some(reference) = tls.and_then(|tls| tls.pointer("/certificateFrom/configMapKeyRef")) {
        let (name, key) = (reference.get("name"), reference.get("key"));
        let items = json!([{"key": key, "path": key}]);
        all.push(json!({"name": "github-server-tls-cert", "configMap": {"name": name, "items": items}}));
    }
    match mode {
        ContainerMode::Dind => {
            all.extend([empty("dind-sock"), empty("dind-externals")]);
            all.push(given.iter().find(is_work).cloned().unwrap_or_else(|| empty("work")));
            all.extend(given.iter().filter(|volume| !is_work(volume)).cloned());
        }
        ContainerMode::Kubernetes => {
            let claim = values.pointer("/containerMode/kubernetesModeWorkVolumeClaim");
            let work = claim
                .map(|claim| json!({"name": "work", "ephemeral": {"volumeClaimTemplate": {"spec": claim}}}));
            all.extend(given.iter().find(is_work).cloned().or(work));
            all.extend(given.iter().filter(|volume| !is_work(volume)).cloned());
        }
        ContainerMode::KubernetesNovolume | ContainerMode::Default => all.extend(given.iter().cloned()),
    }
    all
}
