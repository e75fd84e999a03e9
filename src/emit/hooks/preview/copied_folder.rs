//! Hooks 0.8: the job has folders of its own, which an init container fills and the hook copies into.

use super::{Runner, SampleJob};
use crate::emit::arc::volumes::mount;
use k8s_openapi::api::core::v1::{
    Container, EmptyDirVolumeSource, PodSecurityContext, PodSpec, SecurityContext, Volume,
};

/// The pod before the template is laid over it (`createJobPod`).
pub fn spec(runner: &Runner<'_>, containers: Vec<Container>, job: &SampleJob) -> PodSpec {
    let folder = |name: &str| Volume {
        name: name.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource::default()),
        ..Volume::default()
    };
    PodSpec {
        containers,
        init_containers: Some(vec![fs_init(runner, job)]),
        restart_policy: Some("Never".to_owned()),
        security_context: Some(PodSecurityContext { fs_group: Some(1001), ..PodSecurityContext::default() }),
        volumes: Some(vec![folder("externals"), folder("github"), folder("work")]),
        ..PodSpec::default()
    }
}

/// Copies node and the runner's other tools to where the job finds them.
fn fs_init(runner: &Runner<'_>, job: &SampleJob) -> Container {
    let image = runner.value("ACTIONS_RUNNER_IMAGE").unwrap_or("ghcr.io/actions/actions-runner:latest");
    let script = format!(
        "mkdir -p /mnt/externals && mkdir -p /mnt/work && mkdir -p /mnt/github && \
         mv /home/runner/externals/* /mnt/externals/ && mkdir -p /mnt/work/{0}/{0}",
        job.repository,
    );
    Container {
        name: "fs-init".to_owned(),
        image: Some(image.to_owned()),
        command: Some(vec!["sh".to_owned(), "-c".to_owned(), script]),
        security_context: Some(SecurityContext {
            run_as_group: Some(1001),
            run_as_user: Some(1001),
            ..SecurityContext::default()
        }),
        volume_mounts: Some(vec![
            mount("externals", "/mnt/externals"),
            mount("work", "/mnt/work"),
            mount("github", "/mnt/github"),
        ]),
        ..Container::default()
    }
}
