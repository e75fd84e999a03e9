//! fleet-controller: whether the live systems are true to the file.
//!
//! `store` is an object store as the fleet file names it, `server` a Vault or OpenBao server, `class` a
//! class of hardware, `device` an extended resource, `function` a part of the controller.

use super::Unit::{Bytes, Flag, Info, Seconds, Timestamp};
use super::values::WORK_BUCKETS;

/// Kinds of objects that it keeps in a Vault.
pub const VAULT_KINDS: &[&str] = &["policy", "jwt_role", "kubernetes_role", "auth_config"];
/// What the janitor finds.
pub const LEFTOVERS: &[&str] = &[
    "stuck_runner",
    "failed_runner",
    "orphan_pod",
    "orphan_secret",
    "leaked_volume",
    "outdated_scale_set",
    "hanging_finalizer",
];
/// Parts of the controller.
pub const FUNCTIONS: &[&str] = &["vault", "inventory", "janitor", "caches", "backup"];

metrics! { Controller => METRICS: "All metrics of fleet-controller.";
    SNAPSHOT_LAST_SUCCESS: gauge "fleet_vault_snapshot_last_success_timestamp_seconds"
        ["store"]
        "When a verified snapshot last reached a store."
        .unit(Timestamp);
    SNAPSHOT_SIZE: gauge "fleet_vault_snapshot_size_bytes"
        ["store"]
        "Size of the last verified snapshot in a store."
        .unit(Bytes);
    SNAPSHOT_DURATION: gauge "fleet_vault_snapshot_duration_seconds"
        ["store"]
        "How long the last snapshot took, from request to read-back."
        .unit(Seconds);
    SNAPSHOT_RAFT_INDEX: gauge "fleet_vault_snapshot_raft_index"
        ["store"]
        "Raft index of the last verified snapshot in a store.";
    SNAPSHOT_FAILURES: counter "fleet_vault_snapshot_failures_total"
        ["store", "stage"]
        "Snapshots that did not reach a store."
        .values(&[("stage", &["fetch", "verify", "upload", "readback", "prune"])]);
    SNAPSHOT_OBJECTS: gauge "fleet_vault_snapshot_objects"
        ["store", "state"]
        "Snapshots in a store."
        .values(&[("state", &["good", "unknown"])]);
    SNAPSHOT_OLDEST_GOOD: gauge "fleet_vault_snapshot_oldest_good_timestamp_seconds"
        ["store"]
        "When the oldest verified snapshot in a store was made."
        .unit(Timestamp);
    RESTORE_DRILL_SUCCESS: gauge "fleet_vault_restore_drill_success_timestamp_seconds"
        ["store", "scope"]
        "When a snapshot of a store was last restored for practice."
        .unit(Timestamp).values(&[("scope", &["full", "structure"])]);

    VAULT_UP: gauge "fleet_vault_up"
        ["server"]
        "Whether a server answers and is unsealed."
        .unit(Flag);
    VAULT_SEALED: gauge "fleet_vault_sealed"
        ["server"]
        "Whether a server is sealed."
        .unit(Flag);
    VAULT_OBJECTS: gauge "fleet_vault_objects"
        ["server", "kind", "state"]
        "Objects that the fleet file declares, by what became of them."
        .values(&[("kind", VAULT_KINDS), ("state", &["ready", "drift", "forbidden", "error"])]);
    VAULT_DRIFT_CORRECTED: counter "fleet_vault_drift_corrected_total"
        ["server", "kind"]
        "Objects that somebody had changed and that were put back."
        .values(&[("kind", VAULT_KINDS)]);
    VAULT_RECONCILE: counter "fleet_vault_reconcile_total"
        ["server", "kind", "result"]
        "Comparisons of an object with the file."
        .values(&[("kind", VAULT_KINDS), ("result", &["unchanged", "written", "refused", "failed"])]);
    VAULT_REQUESTS: counter "fleet_vault_requests_total"
        ["server", "code"]
        "Requests to a server.";
    VAULT_FOREIGN_POLICIES: gauge "fleet_vault_foreign_policies"
        ["server"]
        "Roles of the fleet that carry a policy that is not the fleet's.";

    INVENTORY_NODES_DECLARED: gauge "fleet_inventory_nodes_declared"
        ["class"]
        "Nodes of a class that the fleet file declares.";
    INVENTORY_NODES_READY: gauge "fleet_inventory_nodes_ready"
        ["class"]
        "Nodes of a class that are ready and take pods.";
    INVENTORY_DEVICES_DECLARED: gauge "fleet_inventory_devices_declared"
        ["class", "device"]
        "Devices of a class that the fleet file declares.";
    INVENTORY_DEVICES_HEALTHY: gauge "fleet_inventory_devices_healthy"
        ["class", "device"]
        "Devices of a class that are allocatable on nodes that are ready and take pods.";
    POOL_MAX_DECLARED: gauge "fleet_pool_max_runners_declared"
        ["pool"]
        "Runners that a pool may have by the fleet file.";
    POOL_MAX_EFFECTIVE: gauge "fleet_pool_max_runners_effective"
        ["pool"]
        "Runners that a pool may have now.";
    POOL_CAPACITY: gauge "fleet_pool_capacity_runners"
        ["pool"]
        "Runners of a pool that the healthy hardware can hold.";

    JANITOR_LEFTOVERS: gauge "fleet_janitor_leftovers"
        ["kind"]
        "Leftovers that are there now."
        .values(&[("kind", LEFTOVERS)]);
    JANITOR_ACTIONS: counter "fleet_janitor_actions_total"
        ["kind", "action"]
        "What the janitor did about leftovers."
        .values(&[("kind", LEFTOVERS), ("action", &["removed", "would_remove", "failed"])]);
    JANITOR_REFUSALS: counter "fleet_janitor_refusals_total"
        ["kind", "reason"]
        "Leftovers that the janitor left alone."
        .values(&[("kind", LEFTOVERS), ("reason", &["busy", "young", "rate", "unknown"])]);

    CACHE_SIZE: gauge "fleet_cache_size_bytes"
        ["cache", "node"]
        "Size of a cache on a node."
        .unit(Bytes);
    CACHE_LIMIT: gauge "fleet_cache_limit_bytes"
        ["cache", "node"]
        "Size down to which a cache on a node is cleared."
        .unit(Bytes);
    CACHE_EVICTED: counter "fleet_cache_evicted_bytes_total"
        ["cache", "node"]
        "What was cleared from a cache on a node."
        .unit(Bytes);

    LAST_RECONCILE: gauge "fleet_controller_last_reconcile_timestamp_seconds"
        ["function"]
        "When a part of the controller last finished a round."
        .unit(Timestamp).values(&[("function", FUNCTIONS)]);
    RECONCILE_DURATION: histogram "fleet_controller_reconcile_duration_seconds"
        ["function"]
        "How long a round took."
        .unit(Seconds).buckets(WORK_BUCKETS).values(&[("function", FUNCTIONS)]);
    RECONCILE_ERRORS: counter "fleet_controller_reconcile_errors_total"
        ["function"]
        "Rounds that failed."
        .values(&[("function", FUNCTIONS)]);
    LEADER: gauge "fleet_controller_leader"
        []
        "Whether this replica leads."
        .unit(Flag);
    BUILD: gauge "fleet_controller_build_info"
        ["version"]
        "Release of fleet-controller."
        .unit(Info);
}
