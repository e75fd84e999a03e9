//! What machines there are, and how pods reach them.

use crate::language::node::node;
use crate::language::value::{Count, Cpu, DeviceName, LabelKey, LabelValue, Memory, Name, choice};

node! {
    /// A class of machines: how pods reach it, and how many of it there are.
    "hardware" => Hardware {
        /// Its name; pools ask for it.
        "name" name: arg Name,
        /// Whether an autoscaler adds and removes its nodes.
        "autoscaled" autoscaled: prop bool = "#false",
        /// Whether its jobs need whole cores of their own (the kubelet's static CPU policy).
        "pinned-cpu" pinned_cpu: prop bool = "#false",
        /// Time until a job's pod starts on it at worst: a new node, and the pull of the image.
        "provision" provision: opt_prop crate::language::value::Duration,
        /// A device that its nodes have.
        "device" devices: children Device,
        /// A label that its nodes carry: pods are sent to nodes with it.
        "select" select: children Select,
        /// A taint of its nodes that its pods tolerate.
        "tolerate" tolerate: children Tolerate,
        /// Machines of it that are alike.
        "nodes" nodes: children Nodes,
        /// What happens where pools ask for more than there is.
        "overcommit" overcommit: opt_child Overcommit,
    }
}

node! {
    /// A device, by the name under which its device plugin announces it.
    "device" => Device {
        /// The extended resource.
        "name" name: arg DeviceName,
    }
}

node! {
    /// A node label that pods are sent to.
    "select" => Select {
        /// Its key.
        "key" key: arg LabelKey,
        /// Its value.
        "value" value: arg LabelValue,
    }
}

choice! {
    /// What a taint does to pods that do not tolerate it.
    "taint effect" Effect {
        /// They are not placed there.
        "NoSchedule" => NoSchedule,
        /// They are placed there last.
        "PreferNoSchedule" => PreferNoSchedule,
        /// They are not placed there, and running ones are evicted.
        "NoExecute" => NoExecute,
    }
}

node! {
    /// A taint that pods tolerate.
    "tolerate" => Tolerate {
        /// The taint's key.
        "key" key: arg LabelKey,
        /// The taint's value; absent: any.
        "value" value: opt_prop LabelValue,
        /// The taint's effect; absent: any.
        "effect" effect: opt_prop Effect,
    }
}

node! {
    /// A taint that nodes carry.
    "taint" => Taint {
        /// Its key.
        "key" key: arg LabelKey,
        /// Its value.
        "value" value: opt_prop LabelValue,
        /// Its effect.
        "effect" effect: prop Effect = "\"NoSchedule\"",
    }
}

node! {
    /// Machines that are alike. Amounts are what one node can give to pods (its allocatable).
    "nodes" => Nodes {
        /// Name of the group.
        "name" name: arg Name,
        /// How many.
        "count" count: prop Count,
        /// Cores of one.
        "cpu" cpu: prop Cpu,
        /// Memory of one.
        "memory" memory: prop Memory,
        /// Disk for containers and emptyDirs of one; absent: not counted.
        "storage" storage: opt_prop Memory,
        /// Pods that one takes.
        "pods" pods: prop Count = "110",
        /// Devices of each kind in one.
        "devices" devices: opt_prop Count,
        /// The cluster that they are in; absent: every cluster has them.
        "cluster" cluster: opt_prop Name => "cluster",
        /// Devices of one kind in one, where kinds differ.
        "device" device_counts: children DeviceCount,
        /// A label that they carry beside those that the class selects.
        "label" labels: children super::Label,
        /// A taint that they carry.
        "taint" taints: children Taint,
        /// What other pods on each node hold: agents, log collectors.
        "reserve" reserve: opt_child Reserve,
    }
}

node! {
    /// A number of devices.
    "device" => DeviceCount {
        /// The extended resource.
        "name" name: arg DeviceName,
        /// How many.
        "count" count: arg Count,
    }
}

node! {
    /// What other pods on each node hold.
    "reserve" => Reserve {
        /// Processor time.
        "cpu" cpu: opt_prop Cpu,
        /// Memory.
        "memory" memory: opt_prop Memory,
        /// Disk.
        "storage" storage: opt_prop Memory,
        /// Pods.
        "pods" pods: opt_prop Count,
    }
}

choice! {
    /// What happens where pools ask for more than there is.
    "overcommit policy" Policy {
        /// An error.
        "deny" => Deny,
        /// A warning.
        "warn" => Warn,
        /// Nothing.
        "allow" => Allow,
    }
}

node! {
    /// What happens where all pools of a class at their most ask for more than there is.
    "overcommit" => Overcommit {
        /// Devices.
        "devices" devices: prop Policy = "\"deny\"",
        /// Processor time.
        "cpu" cpu: prop Policy = "\"deny\"",
        /// Memory.
        "memory" memory: prop Policy = "\"deny\"",
        /// Disk.
        "storage" storage: prop Policy = "\"deny\"",
        /// Pods.
        "pods" pods: prop Policy = "\"deny\"",
    }
}
