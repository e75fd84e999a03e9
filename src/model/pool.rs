//! A pool in one cluster.

use super::Size;
use crate::language::nodes;
use crate::language::nodes::{ContainerMode, Security};
use crate::language::value::{Count, DeviceName, Duration, ImageRef, Name};
use crate::syntax::{Span, Spanned};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A pool in one cluster: one AutoscalingRunnerSet.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its declaration, with what its templates gave.
    pub node: Arc<nodes::Pool>,
    /// Index of its cluster in [`Fleet::clusters`](super::Fleet::clusters).
    pub cluster: usize,
    /// Its namespace.
    pub namespace: Name,
    /// Index of that in [`Fleet::namespaces`](super::Fleet::namespaces).
    pub namespace_index: usize,
    /// Where a job's containers run.
    pub mode: ContainerMode,
    /// The classes that its jobs may run on: alternatives.
    pub hardware: Vec<HardwareUse>,
    /// What the runner's container is given.
    pub runner: Size,
    /// What a job's container is given, or the Docker daemon's in `dind`.
    pub job: Size,
    /// Image of the runner.
    pub runner_image: ImageRef,
    /// Image of the Docker daemon.
    pub docker_image: ImageRef,
    /// Indexes in [`Fleet::caches`](super::Fleet::caches).
    pub caches: Vec<usize>,
    /// Index in [`Fleet::priorities`](super::Fleet::priorities).
    pub priority: Option<usize>,
    /// Where it registers.
    pub github: nodes::Github,
    /// The runner group that it joins.
    pub runner_group: Option<String>,
    /// The proxy that it goes through.
    pub proxy: Option<nodes::Proxy>,
}

/// A class that a pool's jobs may run on.
#[derive(Clone, Debug)]
pub struct HardwareUse {
    /// Index in [`Fleet::hardware`](super::Fleet::hardware).
    pub class: usize,
    /// Devices that a job holds.
    pub devices: BTreeMap<DeviceName, u32>,
    /// Where the pool asks for it.
    pub span: Span,
}

impl Pool {
    /// Its name.
    pub fn name(&self) -> &str {
        self.node.name.as_str()
    }

    /// Where its name stands: what a finding about the pool as a whole points at.
    pub fn span(&self) -> Span {
        self.node.name.span
    }

    /// Idle runners that are kept ready.
    pub fn min(&self) -> u32 {
        self.node.runners.min.value.0
    }

    /// Most runners at once; none where the file does not say it.
    pub fn max(&self) -> Option<u32> {
        self.node.runners.max.as_ref().map(|max| max.value.0)
    }

    /// Devices that one job holds: the same in every class that it may run on.
    pub fn devices(&self) -> BTreeMap<DeviceName, u32> {
        self.hardware.first().map(|used| used.devices.clone()).unwrap_or_default()
    }

    /// Whether a job holds a device.
    pub fn holds_device(&self) -> bool {
        self.hardware.iter().any(|used| used.devices.values().any(|count| *count > 0))
    }

    /// How the container hooks are set.
    pub fn prepare_timeout(&self) -> Duration {
        self.node.hooks.as_ref().map_or(Duration(600), |hooks| hooks.prepare_timeout.value)
    }

    /// Whether the scheduler places the pods of jobs rather than the hook.
    pub fn uses_scheduler(&self) -> bool {
        self.node.hooks.as_ref().is_none_or(|hooks| hooks.scheduler.value)
    }

    /// Whether jobs without a container are refused.
    pub fn requires_job_container(&self) -> bool {
        self.node.hooks.as_ref().is_none_or(|hooks| hooks.require_job_container.value)
    }

    /// Users and rights of the runner's container.
    pub fn runner_security(&self) -> Option<&Security> {
        self.node.runner.as_ref().and_then(|runner| runner.security.as_ref())
    }

    /// Users and rights of the job's container.
    pub fn job_security(&self) -> Option<&Security> {
        self.node.job.as_ref().and_then(|job| job.security.as_ref())
    }

    /// Group that owns the pod's volumes: the runner's own where the file names none.
    pub fn fs_group(&self) -> u32 {
        let own = self.runner_security().and_then(|security| security.fs_group.as_ref());
        own.map_or(1001, |group| group.value.0)
    }

    /// Where the number of runners stands.
    pub fn max_span(&self) -> Span {
        let runners = &self.node.runners;
        runners.max.as_ref().map_or(runners.span, |max: &Spanned<Count>| max.span)
    }
}
