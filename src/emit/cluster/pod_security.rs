//! The Pod Security level that a pod needs.
//!
//! The controls are those of the Pod Security Standards as of Kubernetes 1.35, for Linux pods.

use crate::language::nodes::PodSecurity;
use k8s_openapi::api::core::v1::{Container, PodSpec, Probe, SecurityContext};

/// Capabilities that baseline lets a container add.
const BASELINE_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Kernel parameters that baseline lets a pod set.
const BASELINE_SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

/// SELinux types that baseline lets a container have.
const BASELINE_SELINUX: &[&str] =
    &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// The strictest level that admits the pod.
pub fn needed(pod: &PodSpec) -> PodSecurity {
    if !is_baseline(pod) {
        PodSecurity::Privileged
    } else if !is_restricted(pod) {
        PodSecurity::Baseline
    } else {
        PodSecurity::Restricted
    }
}

fn containers(pod: &PodSpec) -> impl Iterator<Item = &Container> {
    pod.init_containers.iter().flatten().chain(&pod.containers)
}

fn is_baseline(pod: &PodSpec) -> bool {
    let shares_host = [pod.host_network, pod.host_pid, pod.host_ipc].contains(&Some(true));
    let host_paths = pod.volumes.iter().flatten().any(|volume| volume.host_path.is_some());
    let context = pod.security_context.as_ref();
    let selinux = context.and_then(|context| context.se_linux_options.as_ref());
    let seccomp = context.and_then(|context| context.seccomp_profile.as_ref());
    let apparmor = context.and_then(|context| context.app_armor_profile.as_ref());
    let sysctls = context.iter().flat_map(|context| context.sysctls.iter().flatten());
    !shares_host
        && !host_paths
        && selinux.is_none_or(|options| is_baseline_selinux(&options.type_, &options.user, &options.role))
        && seccomp.is_none_or(|profile| profile.type_ != "Unconfined")
        && apparmor.is_none_or(|profile| profile.type_ != "Unconfined")
        && sysctls.into_iter().all(|sysctl| BASELINE_SYSCTLS.contains(&sysctl.name.as_str()))
        && containers(pod).all(is_baseline_container)
}

fn is_baseline_container(container: &Container) -> bool {
    let probes = [&container.liveness_probe, &container.readiness_probe, &container.startup_probe];
    container.ports.iter().flatten().all(|port| port.host_port.unwrap_or(0) == 0)
        && probes.into_iter().flatten().all(|probe| !names_host(probe))
        && container.security_context.as_ref().is_none_or(is_baseline_context)
}

fn names_host(probe: &Probe) -> bool {
    let http = probe.http_get.as_ref().and_then(|get| get.host.as_deref());
    let tcp = probe.tcp_socket.as_ref().and_then(|socket| socket.host.as_deref());
    [http, tcp].into_iter().flatten().any(|host| !host.is_empty())
}

fn is_baseline_context(context: &SecurityContext) -> bool {
    let added = context.capabilities.iter().flat_map(|capabilities| capabilities.add.iter().flatten());
    let selinux = context.se_linux_options.as_ref();
    context.privileged != Some(true)
        && added.into_iter().all(|capability| BASELINE_CAPABILITIES.contains(&capability.as_str()))
        && context.proc_mount.as_deref().is_none_or(|mount| mount == "Default")
        && selinux.is_none_or(|options| is_baseline_selinux(&options.type_, &options.user, &options.role))
        && context.seccomp_profile.as_ref().is_none_or(|profile| profile.type_ != "Unconfined")
        && context.app_armor_profile.as_ref().is_none_or(|profile| profile.type_ != "Unconfined")
}

fn is_baseline_selinux(kind: &Option<String>, user: &Option<String>, role: &Option<String>) -> bool {
    let empty = |text: &Option<String>| text.as_deref().unwrap_or("").is_empty();
    BASELINE_SELINUX.contains(&kind.as_deref().unwrap_or("")) && empty(user) && empty(role)
}

fn is_restricted(pod: &PodSpec) -> bool {
    let context = pod.security_context.as_ref();
    let seccomp = context.and_then(|context| context.seccomp_profile.as_ref());
    let confined = seccomp.is_some_and(|profile| profile.type_ != "Unconfined");
    let non_root = context.and_then(|context| context.run_as_non_root) == Some(true);
    let root = context.and_then(|context| context.run_as_user) == Some(0);
    let volumes = pod.volumes.iter().flatten().all(|volume| {
        volume.config_map.is_some()
            || volume.csi.is_some()
            || volume.downward_api.is_some()
            || volume.empty_dir.is_some()
            || volume.ephemeral.is_some()
            || volume.persistent_volume_claim.is_some()
            || volume.projected.is_some()
            || volume.secret.is_some()
    });
    volumes
        && !root
        && containers(pod).all(|container| is_restricted_container(container, non_root, confined))
}

fn is_restricted_container(container: &Container, pod_non_root: bool, pod_confined: bool) -> bool {
    let Some(context) = &container.security_context else { return false };
    let capabilities = context.capabilities.as_ref();
    let dropped = capabilities.and_then(|capabilities| capabilities.drop.as_ref());
    let added = capabilities.iter().flat_map(|capabilities| capabilities.add.iter().flatten());
    let seccomp = context.seccomp_profile.as_ref();
    context.allow_privilege_escalation == Some(false)
        && context.run_as_non_root.unwrap_or(pod_non_root)
        && context.run_as_user != Some(0)
        && seccomp.map_or(pod_confined, |profile| profile.type_ != "Unconfined")
        && dropped.is_some_and(|dropped| dropped.iter().any(|capability| capability == "ALL"))
        && added.into_iter().all(|capability| capability == "NET_BIND_SERVICE")
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::{
        Capabilities, HostPathVolumeSource, NFSVolumeSource, PodSecurityContext, SeccompProfile, Volume,
    };

    fn pod() -> PodSpec {
        PodSpec {
            containers: vec![Container { name: "runner".to_owned(), ..Container::default() }],
            ..PodSpec::default()
        }
    }

    fn restricted() -> PodSpec {
        let mut pod = pod();
        pod.security_context = Some(PodSecurityContext {
            run_as_non_root: Some(true),
            seccomp_profile: Some(SeccompProfile {
                type_: "RuntimeDefault".to_owned(),
                localhost_profile: None,
            }),
            ..PodSecurityContext::default()
        });
        pod.containers[0].security_context = Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            capabilities: Some(Capabilities { add: None, drop: Some(vec!["ALL".to_owned()]) }),
            ..SecurityContext::default()
        });
        pod
    }

    #[test]
    fn ordinary_pods_are_baseline() {
        assert_eq!(needed(&pod()), PodSecurity::Baseline);
    }

    #[test]
    fn pods_that_give_up_everything_are_restricted() {
        assert_eq!(needed(&restricted()), PodSecurity::Restricted);
        let mut root = restricted();
        root.containers[0].security_context.get_or_insert_default().run_as_user = Some(0);
        assert_eq!(needed(&root), PodSecurity::Baseline);
        let mut nfs = restricted();
        let source = NFSVolumeSource { path: "/".to_owned(), server: "nfs".to_owned(), read_only: None };
        nfs.volumes = Some(vec![Volume { name: "data".to_owned(), nfs: Some(source), ..Volume::default() }]);
        assert_eq!(needed(&nfs), PodSecurity::Baseline);
    }

    #[test]
    fn host_paths_and_privileged_containers_need_privileged() {
        let mut host_path = restricted();
        let source = HostPathVolumeSource { path: "/tmp".to_owned(), type_: None };
        host_path.volumes =
            Some(vec![Volume { name: "cache".to_owned(), host_path: Some(source), ..Volume::default() }]);
        assert_eq!(needed(&host_path), PodSecurity::Privileged);
        let mut dind = pod();
        let daemon = Container {
            name: "dind".to_owned(),
            security_context: Some(SecurityContext { privileged: Some(true), ..SecurityContext::default() }),
            ..Container::default()
        };
        dind.init_containers = Some(vec![daemon]);
        assert_eq!(needed(&dind), PodSecurity::Privileged);
        let mut capable = pod();
        let added = Capabilities { add: Some(vec!["SYS_ADMIN".to_owned()]), drop: None };
        capable.containers[0].security_context =
            Some(SecurityContext { capabilities: Some(added), ..SecurityContext::default() });
        assert_eq!(needed(&capable), PodSecurity::Privileged);
        assert_eq!(needed(&PodSpec { host_network: Some(true), ..pod() }), PodSecurity::Privileged);
    }
}
