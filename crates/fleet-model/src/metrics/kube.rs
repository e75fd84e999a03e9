//! kube-state-metrics, as far as alerts and panels of a fleet use it, and what Prometheus adds itself.
//!
//! Names and labels are those of kube-state-metrics 2 (`docs/metrics/` of its repository). A metric that
//! is not here can be declared in the fleet file, with `metric`.

use super::Unit::{Flag, Info, Seconds, Timestamp};

metrics! { KubeState => STATE: "The metrics of kube-state-metrics that the compiler knows.";
    NODE_ALLOCATABLE: gauge "kube_node_status_allocatable"
        ["node", "resource", "unit"]
        "What pods may use of a node.";
    NODE_CAPACITY: gauge "kube_node_status_capacity"
        ["node", "resource", "unit"]
        "What a node has.";
    NODE_CONDITION: gauge "kube_node_status_condition"
        ["node", "condition", "status"]
        "Whether a condition of a node has this status."
        .unit(Flag).values(&[("status", &["true", "false", "unknown"])]);
    NODE_UNSCHEDULABLE: gauge "kube_node_spec_unschedulable"
        ["node"]
        "Whether a node takes no new pods."
        .unit(Flag);
    NODE_INFO: gauge "kube_node_info"
        ["node", "kernel_version", "os_image", "container_runtime_version", "kubelet_version",
         "provider_id", "pod_cidr", "system_uuid", "internal_ip"]
        "What a node runs."
        .unit(Info);
    POD_INFO: gauge "kube_pod_info"
        ["namespace", "pod", "uid", "host_ip", "pod_ip", "node", "created_by_kind", "created_by_name",
         "priority_class", "host_network"]
        "What a pod is."
        .unit(Info);
    POD_PHASE: gauge "kube_pod_status_phase"
        ["namespace", "pod", "uid", "phase"]
        "Whether a pod is in this phase."
        .unit(Flag).values(&[("phase", &["Pending", "Running", "Succeeded", "Failed", "Unknown"])]);
    POD_UNSCHEDULABLE: gauge "kube_pod_status_unschedulable"
        ["namespace", "pod", "uid"]
        "Whether no node takes a pod."
        .unit(Flag);
    POD_START: gauge "kube_pod_start_time"
        ["namespace", "pod", "uid"]
        "When a pod started."
        .unit(Timestamp);
    POD_RESTARTS: counter "kube_pod_container_status_restarts_total"
        ["namespace", "pod", "uid", "container"]
        "How often a container was started anew.";
    POD_WAITING_REASON: gauge "kube_pod_container_status_waiting_reason"
        ["namespace", "pod", "uid", "container", "reason"]
        "Whether a container waits for this reason."
        .unit(Flag);
    POD_TERMINATED_REASON: gauge "kube_pod_container_status_last_terminated_reason"
        ["namespace", "pod", "uid", "container", "reason"]
        "Whether a container last ended for this reason."
        .unit(Flag);
    POD_REQUESTS: gauge "kube_pod_container_resource_requests"
        ["namespace", "pod", "uid", "container", "node", "resource", "unit"]
        "What a container requests.";
    POD_LIMITS: gauge "kube_pod_container_resource_limits"
        ["namespace", "pod", "uid", "container", "node", "resource", "unit"]
        "What a container is limited to.";
    CLAIM_PHASE: gauge "kube_persistentvolumeclaim_status_phase"
        ["namespace", "persistentvolumeclaim", "phase"]
        "Whether a claim is in this phase."
        .unit(Flag).values(&[("phase", &["Pending", "Bound", "Lost"])]);
    QUOTA: gauge "kube_resourcequota"
        ["namespace", "resourcequota", "resource", "type"]
        "What a quota allows, and what of it is used."
        .values(&[("type", &["hard", "used"])]);
    DEPLOYMENT_AVAILABLE: gauge "kube_deployment_status_replicas_available"
        ["namespace", "deployment"]
        "Pods of a Deployment that are available.";
    JOB_FAILED: gauge "kube_job_status_failed"
        ["namespace", "job_name", "reason"]
        "Pods of a Job that failed.";
    CRONJOB_LAST_SUCCESS: gauge "kube_cronjob_status_last_successful_time"
        ["namespace", "cronjob"]
        "When a CronJob last succeeded."
        .unit(Timestamp);
    CRONJOB_LAST_SCHEDULE: gauge "kube_cronjob_status_last_schedule_time"
        ["namespace", "cronjob"]
        "When a CronJob was last started."
        .unit(Timestamp);
}

metrics! { Prometheus => PROMETHEUS: "The series that Prometheus adds to each scrape, and its own.";
    UP: gauge "up" [] "Whether the last scrape of a target succeeded." .unit(Flag);
    SCRAPE_DURATION: gauge "scrape_duration_seconds" [] "How long the last scrape took." .unit(Seconds);
    SCRAPE_SAMPLES: gauge "scrape_samples_scraped" [] "Samples of the last scrape.";
    SCRAPE_SAMPLES_KEPT: gauge "scrape_samples_post_metric_relabeling" []
        "Samples of the last scrape that were kept.";
    SCRAPE_SERIES_ADDED: gauge "scrape_series_added" [] "New series of the last scrape.";
    ALERTS: gauge "ALERTS" ["alertname", "alertstate", "severity"]
        "Alerts that are pending or fire." .unit(Flag)
        .values(&[("alertstate", &["pending", "firing"])]);
    ALERTS_FOR_STATE: gauge "ALERTS_FOR_STATE" ["alertname", "severity"]
        "Since when the condition of an alert holds." .unit(Timestamp);
}
