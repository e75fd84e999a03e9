//! A pool of runners.

use super::*;
use crate::language::node::node;
use crate::language::value::{Name, PoolName, choice};

choice! {
    /// Where a job's containers run.
    "container mode" ContainerMode {
        /// A Docker daemon beside the runner, in its pod.
        "dind" => Dind,
        /// A pod of its own for each job, with the work volume shared (container hooks 0.7).
        "kubernetes" => Kubernetes,
        /// A pod of its own for each job, with the work folder copied (container hooks 0.8).
        "kubernetes-novolume" => KubernetesNovolume,
        /// Nowhere: jobs run in the runner's container and can't have containers.
        "default" => Default,
    }
}

impl ContainerMode {
    /// Whether each job gets a pod of its own.
    pub const fn has_workflow_pod(self) -> bool {
        matches!(self, Self::Kubernetes | Self::KubernetesNovolume)
    }
}

node! {
    /// A pool of runners: one runner scale set, which `runs-on` names.
    "pool" => Pool {
        /// Its name.
        "name" name: arg PoolName,
        /// The template that it builds on.
        "from" from: opt_prop Name => "template",
        /// Its namespace; absent: the fleet's.
        "namespace" namespace: opt_prop Name => "namespace",
        /// Whether pull requests from forks may run here.
        "forks" forks: prop bool = "#false",
        /// The clusters that it runs in; absent: all.
        "clusters" clusters: opt_child PoolClusters,
        /// Removes what the template gives under a word.
        "without" without: children Without,
        /// Where a job's containers run.
        "mode" mode: child Mode,
        /// How many runners there are.
        "runners" runners: child Runners,
        /// A class of machines that its jobs may run on; several are alternatives.
        "hardware" hardware: children PoolHardware,
        /// The runner's container.
        "runner" runner: opt_child Runner,
        /// What a job may use.
        "job" job: opt_child Job,
        /// The Docker daemon of a `dind` pool.
        "docker" docker: opt_child Docker,
        /// The work volume of a `kubernetes` pool.
        "work" work: opt_child Work,
        /// How the container hooks make a job's pod.
        "hooks" hooks: opt_child Hooks,
        /// Caches that its jobs see.
        "cache" cache: opt_child PoolCaches,
        /// A certificate authority that its jobs, its runner and its Docker daemon trust.
        "trust" trust: list Trust,
        /// An environment variable.
        "env" env: children Env,
        /// More labels that `runs-on` may name, beside the pool's name.
        "labels" labels: opt_child Labels,
        /// A label on its pods.
        "pod-label" pod_labels: children Label,
        /// An annotation on its pods.
        "pod-annotation" pod_annotations: children Annotation,
        /// How important its pods are.
        "priority" priority: opt_child PoolPriority,
        /// A node label that its pods are sent to, beside those of its hardware.
        "select" select: children Select,
        /// A taint that its pods tolerate, beside those of its hardware.
        "tolerate" tolerate: children Tolerate,
        /// A claim for a dynamically allocated device.
        "resource-claim" resource_claims: children ResourceClaim,
        /// Secrets to pull images with.
        "pull-secrets" pull_secrets: opt_child PullSecrets,
        /// A ServiceAccount of your own for the runner.
        "service-account" service_account: opt_child PoolServiceAccount,
        /// Its listener: the pod that waits for its jobs.
        "listener" listener: opt_child Listener,
        /// Its own proxy.
        "proxy" proxy: opt_child Proxy,
        /// Its own registration.
        "github" github: opt_child Github,
        /// Raises, lowers or silences a rule for this pool.
        "rule" rules: list RuleLevel,
        /// Changes an object of this pool.
        "patch" patches: list Patch,
    }
}
