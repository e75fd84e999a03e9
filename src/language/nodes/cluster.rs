//! Clusters, their namespaces and their priorities.

use crate::language::node::node;
use crate::language::value::{
    Count, Cpu, LabelKey, LabelValue, Memory, Name, RunnerGroup, Text, Url, Version, choice,
};

node! {
    /// A Kubernetes cluster. A fleet that names none has one, which Argo CD runs in.
    "cluster" => Cluster {
        /// Its name: the folder of its output.
        "name" name: arg Name,
        /// Its API server, as Argo CD knows it.
        "server" server: prop Url = "\"https://kubernetes.default.svc\"",
        /// Runner group of its pools. Scale sets of one name need a group each.
        "runner-group" runner_group: opt_prop RunnerGroup => "runner-group",
        /// Release of Kubernetes.
        "kubernetes" kubernetes: opt_prop Version,
        /// Largest packet of the pod network, in bytes.
        "mtu" mtu: prop Count = "1500",
        /// Most listener pods that the cluster should carry: one for each pool.
        "listeners" listeners: opt_prop Count,
    }
}

choice! {
    /// A Pod Security level.
    "pod security level" PodSecurity {
        /// Everything is allowed.
        "privileged" => Privileged,
        /// No privileged containers, no host paths, no host namespaces.
        "baseline" => Baseline,
        /// Baseline, and containers run as an ordinary user without capabilities.
        "restricted" => Restricted,
    }
}

node! {
    /// What a namespace of runners is given beside its pools.
    "namespace" => Namespace {
        /// Its name.
        "name" name: arg Name,
        /// Pod Security level that is enforced; absent: the strictest that its pools can run under.
        "pod-security" pod_security: opt_prop PodSecurity,
        /// Whether fleetc emits the namespace itself.
        "create" create: prop bool = "#true",
        /// Most that all pods of the namespace may request together.
        "quota" quota: opt_child Quota,
        /// Requests and limits of containers that state none.
        "limits" limits: opt_child Limits,
        /// What the namespace's pods may reach and be reached by.
        "network" network: opt_child Network,
        /// A label on the namespace.
        "label" labels: children Label,
    }
}

node! {
    /// Most that all pods of the namespace may request together (a ResourceQuota).
    "quota" => Quota {
        /// Processor time.
        "cpu" cpu: opt_prop Cpu,
        /// Memory.
        "memory" memory: opt_prop Memory,
        /// Disk of the nodes.
        "storage" storage: opt_prop Memory,
        /// Number of pods.
        "pods" pods: opt_prop Count,
    }
}

node! {
    /// Requests and limits of containers that state none (a LimitRange).
    "limits" => Limits {
        /// Processor time.
        "cpu" cpu: prop Cpu = "\"100m\"",
        /// Memory.
        "memory" memory: prop Memory = "\"256Mi\"",
    }
}

node! {
    /// What the namespace's pods may reach and be reached by (a NetworkPolicy).
    "network" => Network {
        /// Whether other pods may connect to them. Runners never need it.
        "ingress" ingress: prop bool = "#false",
        /// Whether they may reach the cloud's metadata address, 169.254.169.254; absent: egress is left alone. With `#false`
        /// they reach all pods and addresses but that; Cilium counts an API server on the cluster's own nodes as
        /// neither, unless its `policy-cidr-match-mode` is `nodes`.
        "metadata" metadata: opt_prop bool,
    }
}

node! {
    /// A label.
    "label" => Label {
        /// Its key.
        "key" key: arg LabelKey,
        /// Its value.
        "value" value: arg LabelValue,
    }
}

node! {
    /// How much more important some pods are than others (a PriorityClass).
    "priority" => Priority {
        /// Its name.
        "name" name: arg Name,
        /// Pods with a higher value are scheduled first; at most 1,000,000,000.
        "value" value: prop Count,
        /// Whether its pods may push less important ones off a node. A job that is pushed off is lost.
        "preempt" preempt: prop bool = "#false",
        /// What it is for.
        "description" description: opt_prop Text,
    }
}
