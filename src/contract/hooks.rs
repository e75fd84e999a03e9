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
}

/// Release 0.7: runner and job share the work volume.
pub const SHARED_VOLUME: Generation = Generation {
    version: "0.7.0",
    entry_point: "/home/runner/k8s/index.js",
    own_volumes: &["work"],
    own_mounts: &["/__w", "/__e", "/github/home", "/github/workflow"],
    names_node: true,
    makes_jobs: true,
};

/// Release 0.8: the work folder is copied into the job's pod and back.
pub const COPIED_FOLDER: Generation = Generation {
    version: "0.8.1",
    entry_point: "/home/runner/k8s-novolume/index.js",
    own_volumes: &["work", "externals", "github"],
    own_mounts: &["/__w", "/__e", "/github", "/github/home", "/github/workflow"],
    names_node: false,
    makes_jobs: false,
};

/// The generation that a mode uses; none where jobs get no pod of their own.
pub const fn generation(mode: ContainerMode) -> Option<&'static Generation> {
    match mode {
        ContainerMode::Kubernetes => Some(&SHARED_VOLUME),
        ContainerMode::KubernetesNovolume => Some(&COPIED_FOLDER),
        ContainerMode::Dind | ContainerMode::Default => None,
    }
}
