//! Parts of pods that have no more rights than they need: they pass Pod Security's level `restricted`.

use crate::emit::meta::{map, quantity};
use k8s_openapi::api::core::v1::{
    Capabilities, ConfigMapVolumeSource, EmptyDirVolumeSource, KeyToPath, PodSecurityContext,
    ProjectedVolumeSource, ResourceRequirements, SeccompProfile, SecretVolumeSource, SecurityContext,
    ServiceAccountTokenProjection, Volume, VolumeMount, VolumeProjection,
};
use std::fmt::Display;

/// The user and group of all processes: `nonroot` of the usual small images.
const USER: i64 = 65_532;
/// Secrets are read by their group, which is that of the pod.
const GROUP_READS: i32 = 0o440;
/// How long a projected token lasts. The kubelet renews it long before; shorter is not allowed.
const TOKEN_SECONDS: i64 = 600;

/// Of a pod.
pub fn security() -> PodSecurityContext {
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(USER),
        run_as_group: Some(USER),
        fs_group: Some(USER),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }),
        ..PodSecurityContext::default()
    }
}

/// Of a container.
pub fn container_security() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        read_only_root_filesystem: Some(true),
        capabilities: Some(Capabilities { add: None, drop: Some(vec!["ALL".to_owned()]) }),
        ..SecurityContext::default()
    }
}

/// What a container is given, and the most that it may take.
pub fn resources(request: &[(&str, &str)], limit: &[(&str, &str)]) -> ResourceRequirements {
    let amounts = |pairs: &[(&str, &str)]| {
        let text = map(pairs.iter().copied());
        text.into_iter().map(|(name, amount)| (name, quantity(amount))).collect()
    };
    ResourceRequirements { requests: Some(amounts(request)), limits: Some(amounts(limit)), claims: None }
}

/// A volume and where it is mounted.
pub struct Mounted {
    /// The volume.
    pub volume: Volume,
    /// Its place in the container.
    pub mount: VolumeMount,
}

impl Mounted {
    fn read_only(volume: Volume, path: &str) -> Self {
        let mount = VolumeMount {
            name: volume.name.clone(),
            mount_path: path.to_owned(),
            read_only: Some(true),
            ..VolumeMount::default()
        };
        Self { volume, mount }
    }

    /// A ConfigMap; of one key, where it is given.
    pub fn config_map(name: &str, config_map: &str, key: Option<&str>, path: &str) -> Self {
        let item = |key: &str| KeyToPath { key: key.to_owned(), path: key.to_owned(), mode: None };
        let source = ConfigMapVolumeSource {
            name: config_map.to_owned(),
            items: key.map(|key| vec![item(key)]),
            ..ConfigMapVolumeSource::default()
        };
        let volume = Volume { name: name.to_owned(), config_map: Some(source), ..Volume::default() };
        Self::read_only(volume, path)
    }

    /// A Secret.
    pub fn secret(name: &str, secret: &str, path: &str) -> Self {
        let source = SecretVolumeSource {
            secret_name: Some(secret.to_owned()),
            default_mode: Some(GROUP_READS),
            ..SecretVolumeSource::default()
        };
        let volume = Volume { name: name.to_owned(), secret: Some(source), ..Volume::default() };
        Self::read_only(volume, path)
    }

    /// Tokens of the pod's ServiceAccount: the file of each, and who it is made for.
    pub fn tokens(name: &str, tokens: &[(&str, &str)], path: &str) -> Self {
        let token = |(file, audience): &(&str, &str)| VolumeProjection {
            service_account_token: Some(ServiceAccountTokenProjection {
                audience: Some((*audience).to_owned()),
                expiration_seconds: Some(TOKEN_SECONDS),
                path: (*file).to_owned(),
            }),
            ..VolumeProjection::default()
        };
        let source = ProjectedVolumeSource {
            sources: Some(tokens.iter().map(token).collect()),
            default_mode: Some(GROUP_READS),
        };
        let volume = Volume { name: name.to_owned(), projected: Some(source), ..Volume::default() };
        Self::read_only(volume, path)
    }

    /// A folder that goes with the pod.
    pub fn folder(name: &str, limit: impl Display, path: &str) -> Self {
        let source = EmptyDirVolumeSource { medium: None, size_limit: Some(quantity(limit)) };
        let volume = Volume { name: name.to_owned(), empty_dir: Some(source), ..Volume::default() };
        let mount =
            VolumeMount { name: name.to_owned(), mount_path: path.to_owned(), ..VolumeMount::default() };
        Self { volume, mount }
    }
}

/// The volumes, and their mounts.
pub fn apart(mounted: Vec<Mounted>) -> (Vec<Volume>, Vec<VolumeMount>) {
    mounted.into_iter().map(|one| (one.volume, one.mount)).unzip()
}
