//! A set in the words of the language. What has no word is left to the patch.

use super::cache::Found;
use super::hardware::Place;
use super::kdl::Kdl;
use super::set::{Set, items, text};
use super::variables::{env, hooks};
use crate::emit::meta::NO_DISRUPTION;
use crate::language::nodes::ContainerMode;
use crate::language::value::{Cpu, ImageRef, LabelKey, LabelValue, Memory, ObjectName};
use serde_json::Value as Json;

/// What most sets have in common, which the fleet says once.
pub struct Common {
    /// Namespace.
    pub namespace: String,
    /// Where runners register.
    pub url: String,
    /// Secret with the credentials.
    pub secret: String,
    /// Runner group, where all sets have one.
    pub group: Option<String>,
    /// Image of the runner.
    pub runner_image: Option<String>,
    /// Image of the Docker daemon.
    pub docker_image: Option<String>,
}

/// The pool of a set.
pub fn pool(set: &Set, common: &Common, place: Place, found: Found) -> Kdl {
    let spec = set.runner_set.get("spec").unwrap_or(&Json::Null);
    let number = |field: &str| spec.get(field).and_then(Json::as_u64);
    let runners = Kdl::new("runners")
        .maybe("min", number("minRunners").filter(|min| *min > 0))
        .maybe("max", number("maxRunners"));
    let mut pool = Kdl::new("pool")
        .arg(set.name.as_str())
        .maybe("namespace", Some(set.namespace.as_str()).filter(|name| *name != common.namespace))
        .child(Kdl::new("mode").arg(set.mode.word()))
        .child(runners)
        .children(place.hardware);
    let mut add = |kdl: Option<Kdl>| {
        if let Some(kdl) = kdl.filter(Kdl::says_something) {
            pool.children.push(kdl);
        }
    };
    add(Some(runner(set, common)));
    add(Some(job(set)));
    add(docker(set, common));
    add(work(set));
    add(Some(hooks(set)));
    let names = found.caches.iter().fold(Kdl::new("cache"), |cache, name| cache.arg(name.as_str()));
    add(Some(names));
    found.trust.iter().cloned().for_each(|trust| add(Some(trust)));
    env(set, &found).into_iter().for_each(|env| add(Some(env)));
    let labels = items(spec, "runnerScaleSetLabels").iter().filter_map(Json::as_str);
    add(Some(labels.fold(Kdl::new("labels"), |labels, label| labels.arg(label))));
    marks(set, "labels", "pod-label").into_iter().for_each(|label| add(Some(label)));
    marks(set, "annotations", "pod-annotation").into_iter().for_each(|note| add(Some(note)));
    place.tolerate.into_iter().for_each(|tolerate| add(Some(tolerate)));
    let secrets = items(set.pod(), "imagePullSecrets").iter().filter_map(|secret| text(secret, "name"));
    add(Some(secrets.fold(Kdl::new("pull-secrets"), |secrets, name| secrets.arg(name))));
    add(account(set));
    add(Some(listener(spec)));
    add(proxy(spec));
    add(github(set, common));
    pool
}

/// A property with an amount of processor time: a number where it is whole.
pub fn amount(kdl: Kdl, name: &'static str, cpu: &str) -> Kdl {
    match cpu.parse::<u64>() {
        Ok(cores) => kdl.prop(name, cores),
        Err(_) => kdl.prop(name, cpu),
    }
}

/// What a container is given: its limits, or its requests where it has none.
fn sized(kdl: Kdl, container: &Json) -> Kdl {
    let of = |name: &str| {
        let amounts = ["limits", "requests"].into_iter();
        amounts.filter_map(|kind| container.get("resources")?.get(kind)?.get(name)?.as_str()).next()
    };
    let mut kdl = kdl;
    if let Some(cpu) = of("cpu").and_then(Cpu::parse) {
        kdl = amount(kdl, "cpu", &cpu.to_string());
    }
    let memory = |name: &str| of(name).and_then(Memory::parse).map(|memory| memory.to_string());
    kdl.maybe("memory", memory("memory")).maybe("storage", memory("ephemeral-storage"))
}

fn security(container: &Json, pod: Option<&Json>) -> Kdl {
    let context = container.get("securityContext").unwrap_or(&Json::Null);
    let number = |from: &Json, field: &str| from.get(field).and_then(Json::as_u64);
    let truth = |field: &str| context.get(field).and_then(Json::as_bool);
    let group =
        pod.and_then(|pod| number(pod.get("securityContext")?, "fsGroup")).filter(|group| *group != 1001);
    Kdl::new("security")
        .maybe("user", number(context, "runAsUser"))
        .maybe("group", number(context, "runAsGroup"))
        .maybe("fs-group", group)
        .maybe("privileged", truth("privileged"))
        .maybe("read-only-root", truth("readOnlyRootFilesystem"))
}

fn runner(set: &Set, common: &Common) -> Kdl {
    let container = set.container("runner");
    let mut runner = Kdl::new("runner");
    // Where steps run in the runner's container and nowhere else, its size is the job's.
    if set.mode != ContainerMode::Default {
        runner = sized(runner, container);
    }
    let image = text(container, "image").filter(|image| Some(*image) != common.runner_image.as_deref());
    let image = image.and_then(ImageRef::parse).map(|image| Kdl::new("image").arg(image.to_string()));
    let security = Some(security(container, Some(set.pod()))).filter(Kdl::says_something);
    runner.children(image).children(security)
}

fn job(set: &Set) -> Kdl {
    let (pod, container) = set.work_place();
    let container = if set.mode == ContainerMode::Dind { set.container("dind") } else { container };
    let mut job = sized(Kdl::new("job"), container);
    let shm = items(pod, "volumes").iter().find(|volume| text(volume, "name") == Some("shm"));
    let shm = shm.and_then(|volume| volume.pointer("/emptyDir/sizeLimit")?.as_str()).and_then(Memory::parse);
    job = job.maybe("shm", shm.map(|shm| shm.to_string()));
    if set.mode.has_workflow_pod() {
        let token = pod.get("automountServiceAccountToken") == Some(&Json::Bool(true));
        job = job.maybe("api-token", token.then_some(true));
        let security = Some(security(container, None)).filter(Kdl::says_something);
        job = job.children(security);
    }
    job
}

fn docker(set: &Set, common: &Common) -> Option<Kdl> {
    if set.mode != ContainerMode::Dind {
        return None;
    }
    let image =
        text(set.container("dind"), "image").filter(|image| Some(*image) != common.docker_image.as_deref());
    let image = image.and_then(ImageRef::parse).map(|image| image.to_string());
    let ordinary =
        items(set.pod(), "containers").iter().any(|container| text(container, "name") == Some("dind"));
    Some(Kdl::new("docker").maybe("image", image).maybe("legacy", ordinary.then_some(true)))
}

fn work(set: &Set) -> Option<Kdl> {
    if set.mode != ContainerMode::Kubernetes {
        return None;
    }
    let volume = items(set.pod(), "volumes").iter().find(|volume| text(volume, "name") == Some("work"))?;
    let claim = volume.pointer("/ephemeral/volumeClaimTemplate/spec")?;
    let size = Memory::parse(claim.pointer("/resources/requests/storage")?.as_str()?)?;
    let class = text(claim, "storageClassName").and_then(ObjectName::parse).map(|class| class.to_string());
    let access = match items(claim, "accessModes") {
        [Json::String(access)] if access != "ReadWriteOnce" => Some(access.clone()),
        _ => None,
    };
    Some(Kdl::new("work").arg(size.to_string()).maybe("storage-class", class).maybe("access", access))
}

/// Labels or annotations of pods: of both, where a job has one of its own.
fn marks(set: &Set, field: &str, word: &'static str) -> Vec<Kdl> {
    let of = |template: Option<&Json>| -> Vec<(String, String)> {
        let marks = template
            .and_then(|template| template.get("metadata")?.get(field)?.as_object())
            .into_iter()
            .flatten();
        marks.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    };
    let known =
        |key: &str| key.starts_with("fleetc.dev/") || NO_DISRUPTION.iter().any(|(known, _)| *known == key);
    let job = of(set.hook_template.as_ref());
    let both = |mark: &(String, String)| !set.mode.has_workflow_pod() || job.contains(mark);
    let good = |(key, value): &(String, String)| {
        LabelKey::parse(key).is_some() && (field == "annotations" || LabelValue::parse(value).is_some())
    };
    let marks = of(set.runner_set.pointer("/spec/template")).into_iter();
    let marks = marks.filter(|mark| both(mark) && good(mark) && !known(&mark.0));
    marks.map(|(key, value)| Kdl::new(word).arg(key).arg(value)).collect()
}

fn account(set: &Set) -> Option<Kdl> {
    let name = text(set.pod(), "serviceAccountName")?;
    let made = ["kube-mode", "no-permission"].iter().any(|end| name == format!("{}-gha-rs-{end}", set.name));
    // An account of one's own was bound to what the hooks need, or no job ever ran.
    let rules = set.mode.has_workflow_pod().then_some(true);
    (!made).then(|| Kdl::new("service-account").arg(name).maybe("hook-rules", rules))
}

fn listener(spec: &Json) -> Kdl {
    let pod = spec.pointer("/listenerTemplate/spec").unwrap_or(&Json::Null);
    let container =
        items(pod, "containers").iter().find(|container| text(container, "name") == Some("listener"));
    let mut sized = sized(Kdl::new("listener"), container.unwrap_or(&Json::Null));
    sized.props.retain(|(name, _)| *name != "storage");
    // The emitted sizes are fleetc's where the file names none.
    sized.props.retain(|(name, value)| {
        !matches!((*name, value.as_str()), ("cpu", "\"10m\"") | ("memory", "\"64Mi\""))
    });
    sized
}

fn proxy(spec: &Json) -> Option<Kdl> {
    let proxy = spec.get("proxy")?;
    let server = |word: &'static str| {
        let server = proxy.get(word)?;
        Some(Kdl::new(word).arg(text(server, "url")?).maybe("secret", text(server, "credentialSecretRef")))
    };
    let hosts = items(proxy, "noProxy").iter().filter_map(Json::as_str);
    let hosts =
        Some(hosts.fold(Kdl::new("no-proxy"), |hosts, host| hosts.arg(host))).filter(Kdl::says_something);
    Some(Kdl::new("proxy").children(server("http")).children(server("https")).children(hosts))
}

fn github(set: &Set, common: &Common) -> Option<Kdl> {
    let spec = set.runner_set.get("spec")?;
    let (url, secret) = (text(spec, "githubConfigUrl")?, text(spec, "githubConfigSecret").unwrap_or(""));
    let mut github = Kdl::new("github");
    if url != common.url {
        github = github.arg(url);
    }
    if secret != common.secret {
        let kind = if set.token == Some(true) { "token-secret" } else { "app-secret" };
        github = github.prop(kind, secret);
    }
    github = github.maybe(
        "runner-group",
        text(spec, "runnerGroup").filter(|group| Some(*group) != common.group.as_deref()),
    );
    if let Some(reference) = spec.pointer("/githubServerTLS/certificateFrom/configMapKeyRef") {
        let key = text(reference, "key").filter(|key| *key != "ca.crt");
        let certificate =
            Kdl::new("certificate").prop("config-map", text(reference, "name")?).maybe("key", key);
        github = github.child(certificate);
    }
    Some(github)
}
