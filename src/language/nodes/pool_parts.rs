//! The parts of a pool.

use super::*;
use crate::language::node::node;
use crate::language::value::{
    ConfigKey, Count, Cpu, Duration, EnvName, ImageRef, LabelKey, Memory, Name, ObjectName, RunnerLabel,
    Text, choice,
};

node! {
    /// The clusters that the pool runs in.
    "clusters" => PoolClusters {
        /// Their names.
        "names" names: args Name => "cluster",
    }
}

node! {
    /// Removes what the template gives under a word, such as "cache".
    "without" => Without {
        /// The word.
        "word" word: arg Text,
    }
}

node! {
    /// Where a job's containers run.
    "mode" => Mode {
        /// The mode.
        "mode" mode: arg ContainerMode,
    }
}

node! {
    /// How many runners there are.
    "runners" => Runners {
        /// Idle runners that are kept ready on top of the busy ones.
        "min" min: prop Count = "0",
        /// Most runners at once, idle ones included. Without it GitHub hands over every queued job.
        "max" max: opt_prop Count,
    }
}

node! {
    /// A class of machines that the pool's jobs may run on.
    "hardware" => PoolHardware {
        /// The class.
        "class" class: arg Name => "hardware",
        /// Devices of each kind of the class that a job holds.
        "devices" devices: opt_prop Count,
        /// Devices of one kind that a job holds, where kinds differ.
        "device" device_counts: children DeviceCount,
    }
}

node! {
    /// Users and rights of a container's processes.
    "security" => Security {
        /// User id that processes run as.
        "user" user: opt_prop Count,
        /// Group id that processes run as.
        "group" group: opt_prop Count,
        /// Group id that owns the pod's volumes. 1001 is the runner's own group.
        "fs-group" fs_group: opt_prop Count,
        /// Whether processes have all rights on the node.
        "privileged" privileged: opt_prop bool,
        /// Whether files of the image can't be changed.
        "read-only-root" read_only_root: opt_prop bool,
    }
}

node! {
    /// The runner's container: the agent that talks to GitHub. In the modes `dind` and `default` steps run in it.
    "runner" => Runner {
        /// Processor time it is given; absent: 500m, or 1 where steps run in it.
        "cpu" cpu: opt_prop Cpu,
        /// Memory it is given; absent: 1Gi, or 4Gi where steps run in it.
        "memory" memory: opt_prop Memory,
        /// Disk it is given.
        "storage" storage: opt_prop Memory,
        /// Its image, where it is not the fleet's.
        "image" image: opt_child Image,
        /// Users and rights.
        "security" security: opt_child Security,
    }
}

node! {
    /// What a job may use: its container in the kubernetes modes, the Docker daemon in `dind`, the runner in `default`.
    "job" => Job {
        /// Cores it is given, as request and as limit.
        "cpu" cpu: opt_prop Cpu,
        /// Memory it is given, as request and as limit.
        "memory" memory: opt_prop Memory,
        /// Disk it is given, as request and as limit.
        "storage" storage: opt_prop Memory,
        /// Shared memory, /dev/shm; absent: the container runtime's 64Mi.
        "shm" shm: opt_prop Memory,
        /// Whether its pod is given a token for the cluster's API.
        "api-token" api_token: prop bool = "#false",
        /// Users and rights.
        "security" security: opt_child Security,
    }
}

node! {
    /// The Docker daemon of a `dind` pool.
    "docker" => Docker {
        /// Its image, where it is not the fleet's.
        "image" image: opt_prop ImageRef,
        /// Largest packet of its networks, in bytes; absent: the cluster's.
        "mtu" mtu: opt_prop Count,
        /// A registry mirror for images of Docker Hub.
        "mirror" mirror: opt_prop crate::language::value::Url,
        /// Whether it runs as an ordinary container, as Kubernetes before 1.29 needs it, rather than as a sidecar.
        "legacy" legacy: prop bool = "#false",
    }
}

node! {
    /// The work volume of a `kubernetes` pool: one claim for each runner, deleted with it.
    "work" => Work {
        /// Its size.
        "size" size: arg Memory,
        /// Its storage class; absent: the cluster's default.
        "storage-class" storage_class: opt_prop ObjectName,
        /// How it may be used.
        "access" access: prop Access = "\"ReadWriteOnce\"",
        /// What becomes of the volume behind a deleted claim.
        "reclaim" reclaim: prop Reclaim = "\"Delete\"",
    }
}

choice! {
    /// What becomes of the volume behind a deleted claim.
    "reclaim policy" Reclaim {
        /// It is deleted.
        "Delete" => Delete,
        /// It stays for ever.
        "Retain" => Retain,
    }
}

node! {
    /// How the container hooks make a job's pod.
    "hooks" => Hooks {
        /// Whether the scheduler places the job's pod (hooks 0.7) rather than the hook naming the node.
        "scheduler" scheduler: prop bool = "#true",
        /// Whether jobs without `container:` are refused rather than run in the runner's pod.
        "require-job-container" require_job_container: prop bool = "#true",
        /// How long a job's pod may take to start.
        "prepare-timeout" prepare_timeout: prop Duration = "\"10m\"",
        /// Image that copies the runner's files into the job's pod (hooks 0.8); absent: the runner's.
        "copy-image" copy_image: opt_prop ImageRef,
    }
}

node! {
    /// Caches that the pool's jobs see.
    "cache" => PoolCaches {
        /// Their names.
        "names" names: args Name => "cache",
    }
}

node! {
    /// A certificate authority that jobs, runner and Docker daemon trust.
    "trust" => Trust {
        /// ConfigMap with the certificate, in the pool's namespace.
        "config-map" config_map: prop ObjectName,
        /// Its key.
        "key" key: prop ConfigKey = "\"ca.crt\"",
    }
}

choice! {
    /// Which containers see a variable.
    "target" Target {
        /// The job's container.
        "job" => Job,
        /// The runner's container.
        "runner" => Runner,
        /// Both.
        "both" => Both,
    }
}

node! {
    /// An environment variable: of a value, or of a Secret's key.
    "env" => Env {
        /// Its name.
        "name" name: arg EnvName,
        /// Its value.
        "value" value: opt_arg Text,
        /// The Secret that it comes from, in the pool's namespace.
        "secret" secret: opt_prop ObjectName,
        /// The Secret's key; absent: the variable's name.
        "key" key: opt_prop ConfigKey,
        /// Which containers see it.
        "on" on: prop Target = "\"job\"",
    }
}

node! {
    /// More labels that `runs-on` may name, beside the pool's name.
    "labels" => Labels {
        /// The labels.
        "labels" labels: args RunnerLabel,
    }
}

node! {
    /// An annotation on the pool's pods.
    "pod-annotation" => Annotation {
        /// Its key.
        "key" key: arg LabelKey,
        /// Its value.
        "value" value: arg Text,
    }
}

node! {
    /// How important the pool's pods are.
    "priority" => PoolPriority {
        /// A `priority` of the fleet.
        "name" name: arg Name => "priority",
    }
}

node! {
    /// A claim for a dynamically allocated device (Kubernetes DRA), used by the container that does the work.
    "resource-claim" => ResourceClaim {
        /// Its name in the pod.
        "name" name: arg Name,
        /// ResourceClaimTemplate in the pool's namespace: each pod gets a claim of its own.
        "template" template: opt_prop ObjectName,
        /// ResourceClaim in the pool's namespace: all pods share it.
        "claim" claim: opt_prop ObjectName,
    }
}

node! {
    /// Secrets to pull images with, in the pool's namespace.
    "pull-secrets" => PullSecrets {
        /// Their names.
        "names" names: args ObjectName,
    }
}

node! {
    /// A ServiceAccount of your own for the runner, in the pool's namespace.
    "service-account" => PoolServiceAccount {
        /// Its name.
        "name" name: arg Name,
        /// Whether you have bound it to the rules that the container hooks need.
        "hook-rules" hook_rules: prop bool = "#false",
    }
}

node! {
    /// The pool's listener: the pod, in the controller's namespace, that waits for its jobs.
    "listener" => Listener {
        /// Processor time it is given.
        "cpu" cpu: prop Cpu = "\"10m\"",
        /// Memory it is given.
        "memory" memory: prop Memory = "\"64Mi\"",
        /// A node label that it is sent to.
        "select" select: children Select,
        /// A taint that it tolerates.
        "tolerate" tolerate: children Tolerate,
    }
}
