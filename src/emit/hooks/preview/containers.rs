//! The containers of a job: its own, and its services'.

use super::{SampleJob, merge};
use crate::contract::hooks::{Generation, SHARED_VOLUME};
use crate::emit::arc::container::variable;
use crate::emit::arc::volumes::mount;
use k8s_openapi::api::core::v1::{Container, EnvVar, PodTemplateSpec, VolumeMount};

/// All containers, with what the template says of them.
pub fn containers(
    generation: &Generation,
    template: Option<&PodTemplateSpec>,
    job: &SampleJob,
) -> Result<Vec<Container>, serde_json::Error> {
    let shared = generation == &SHARED_VOLUME;
    let mut all = vec![own(job)];
    all.extend(job.services.iter().map(|image| service(image, job)));
    let mut list = if shared { Vec::new() } else { copied_mounts() };
    for (at, container) in all.iter_mut().enumerate() {
        container.volume_mounts = shared.then(|| shared_mounts(at == 0));
        let name = format!("${}", container.name);
        let spec = template.and_then(|template| template.spec.as_ref());
        let from = spec.and_then(|spec| spec.containers.iter().find(|from| from.name == name));
        if let Some(from) = from {
            *container = merge::container(container, from)?;
        }
        if !shared {
            list.extend(container.volume_mounts.take().unwrap_or_default());
        }
    }
    if !shared {
        // Release 0.8.1 gives all containers one and the same list, so each has the mounts of all.
        all.iter_mut().for_each(|container| container.volume_mounts = Some(list.clone()));
    }
    Ok(all)
}

fn own(job: &SampleJob) -> Container {
    Container {
        name: "job".to_owned(),
        image: Some(job.image.clone()),
        // A job's container only waits; steps are executed in it.
        command: Some(vec!["tail".to_owned()]),
        args: Some(vec!["-f".to_owned(), "/dev/null".to_owned()]),
        working_dir: Some(format!("/__w/{0}/{0}", job.repository)),
        env: Some(env(job)),
        ..Container::default()
    }
}

fn service(image: &str, job: &SampleJob) -> Container {
    Container {
        name: service_name(image).to_owned(),
        image: Some(image.to_owned()),
        env: Some(env(job)),
        ..Container::default()
    }
}

/// The last part of an image's path, up to the first colon.
fn service_name(image: &str) -> &str {
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split(':').next().unwrap_or(last)
}

fn env(job: &SampleJob) -> Vec<EnvVar> {
    let passed = job.env.iter().filter(|(name, value)| name != "HOME" && !value.is_empty());
    let mut env: Vec<_> = passed.map(|(name, value)| variable(name, value.as_str())).collect();
    env.push(variable("GITHUB_ACTIONS", "true"));
    if !job.env.iter().any(|(name, _)| name == "CI") {
        env.push(variable("CI", "true"));
    }
    env
}

/// `containerVolumes` of 0.7: parts of the runner's work volume.
fn shared_mounts(of_job: bool) -> Vec<VolumeMount> {
    let part = |path: &str, sub_path: &str| VolumeMount {
        sub_path: Some(sub_path.to_owned()),
        ..mount("work", path)
    };
    let mut mounts = vec![mount("work", "/__w")];
    if of_job {
        mounts.extend([
            part("/__e", "externals"),
            part("/github/home", "_temp/_github_home"),
            part("/github/workflow", "_temp/_github_workflow"),
        ]);
    }
    mounts
}

/// `CONTAINER_VOLUMES` of 0.8.
fn copied_mounts() -> Vec<VolumeMount> {
    vec![mount("externals", "/__e"), mount("work", "/__w"), mount("github", "/github")]
}
