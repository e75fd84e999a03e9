//! Generations of runner-container-hooks that the runner's image carries side by side.

use crate::language::nodes::ContainerMode;

/// What one generation does with the template of a job's pod.
#[derive(Debug, PartialEq, Eq)]
pub struct Generation {
    /// Its release.
    pub version: &'static str,
    /// Its entry point in the runner's image.
    pub entry_point: &'static str,
    /// Names of volumes that it adds itself.
    pub own_volumes: &'static [&'static str],
    /// Paths that it mounts volumes at itself.
    pub own_mounts: &'static [&'static str],
    /// Whether it names the node itself unless `ACTIONS_RUNNER_USE_KUBE_SCHEDULER` is true.
    pub names_node: bool,
    /// Whether it makes batch/v1 Jobs.
    pub makes_jobs: bool,
    /// What it does at the API server, with the runner's account; it asks for all of it before it starts.
    pub permissions: &'static [Permission],
}

/// Something that a hook does at the API server.
#[derive(Debug, PartialEq, Eq)]
pub struct Permission {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Resource, with its subresource behind a slash.
    pub resource: &'static str,
    /// What is done with it.
    pub verbs: &'static [&'static str],
}

const PODS: Permission =
    Permission { group: "", resource: "pods", verbs: &["get", "list", "create", "delete"] };
const EXEC: Permission = Permission { group: "", resource: "pods/exec", verbs: &["get", "create"] };
const LOG: Permission = Permission { group: "", resource: "pods/log", verbs: &["get", "list", "watch"] };
const SECRETS: Permission =
    Permission { group: "", resource: "secrets", verbs: &["get", "list", "create", "delete"] };
const JOBS: Permission =
    Permission { group: "batch", resource: "jobs", verbs: &["get", "list", "create", "delete"] };

/// Release 0.7: runner and job share the work volume.
pub const SHARED_VOLUME: Generation = Generation {
    version: "0.7.0",
    entry_point: "/home/runner/k8s/index.js",
    own_volumes: &["work"],
    own_mounts: &["/__w", "/__e", "/github/home", "/github/workflow"],
    names_node: true,
    makes_jobs: true,
    permissions: &[PODS, EXEC, LOG, SECRETS, JOBS],
};

/// Release 0.8: the work folder is copied into the job's pod and back.
pub const COPIED_FOLDER: Generation = Generation {
    version: "0.8.1",
    entry_point: "/home/runner/k8s-novolume/index.js",
    own_volumes: &["work", "externals", "github"],
    own_mounts: &["/__w", "/__e", "/github", "/github/home", "/github/workflow"],
    names_node: false,
    makes_jobs: false,
    permissions: &[PODS, EXEC, LOG, SECRETS],
};

/// The generation that a mode uses; none where jobs get no pod of their own.
pub const fn generation(mode: ContainerMode) -> Option<&'static Generation> {
    match mode {
        ContainerMode::Kubernetes => Some(&SHARED_VOLUME),
        ContainerMode::KubernetesNovolume => Some(&COPIED_FOLDER),
        ContainerMode::Dind | ContainerMode::Default => None,
    }
}
