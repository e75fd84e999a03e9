//! Data that outlives a job.

use crate::language::node::node;
use crate::language::value::{EnvName, Memory, MountPath, Name, ObjectName, choice};

choice! {
    /// Who shares the content of a cache.
    "sharing" Share {
        /// All jobs that reach it.
        "all" => All,
        /// The jobs of one pool.
        "pool" => Pool,
        /// Nobody: each runner has a folder of its own.
        "runner" => Runner,
    }
}

node! {
    /// Data that outlives a job. It is one of a claim and a host path, and is mounted at one or more places.
    "cache" => Cache {
        /// Its name; pools ask for it.
        "name" name: arg Name,
        /// Who shares its content; absent: all for a claim, each runner alone for a host path.
        "share" share: opt_prop Share,
        /// Whether the tools that use it may do so at the same time (they lock their own files).
        "concurrent" concurrent: prop bool = "#false",
        /// A volume claim.
        "claim" claim: opt_child Claim,
        /// A folder on the node.
        "host-path" host_path: opt_child HostPath,
        /// Where jobs see it.
        "mount" mounts: children Mount,
    }
}

choice! {
    /// How a volume may be used.
    "access mode" Access {
        /// By the pods of one node.
        "ReadWriteOnce" => ReadWriteOnce,
        /// By the pods of all nodes, to read.
        "ReadOnlyMany" => ReadOnlyMany,
        /// By the pods of all nodes.
        "ReadWriteMany" => ReadWriteMany,
        /// By one pod.
        "ReadWriteOncePod" => ReadWriteOncePod,
    }
}

node! {
    /// A volume claim, emitted in each namespace whose pools use it.
    "claim" => Claim {
        /// Its name.
        "name" name: arg ObjectName,
        /// Its size.
        "size" size: prop Memory,
        /// Its storage class; absent: the cluster's default.
        "storage-class" storage_class: opt_prop ObjectName,
        /// How it may be used.
        "access" access: prop Access = "\"ReadWriteMany\"",
    }
}

node! {
    /// A folder on the node, made when it is missing.
    "host-path" => HostPath {
        /// The folder.
        "path" path: arg MountPath,
    }
}

node! {
    /// Where jobs see the cache.
    "mount" => Mount {
        /// The folder in the container.
        "path" path: arg MountPath,
        /// A variable that tells tools the folder.
        "env" env: opt_prop EnvName,
        /// Whether jobs may only read it.
        "read-only" read_only: prop bool = "#false",
    }
}
