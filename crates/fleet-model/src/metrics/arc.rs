//! ARC: its listeners and its controller, as `cmd/ghalistener/metrics` and
//! `controllers/actions.github.com/metrics` of release 0.14 register them.
//!
//! What a listener really exports is what its pool's `listenerMetrics` lists: with labels chosen from
//! those given here, and with buckets of its own. [`DEFAULT_BUCKETS`] and [`default_labels`] are what it
//! exports where that field is absent.
//!
//! Gauges carry the scope that the pool is registered for, not the job's: `repository` of an
//! organization's pool is empty. Job metrics carry the job's, and no name of the pool: the monitor adds
//! that, as `pool` and as `name`.

use super::Unit::Seconds;
use super::values::{JOB_RESULTS, WAIT_BUCKETS};

/// Labels that a metric of a job can have in `listenerMetrics`.
const JOB: [&str; 8] = [
    "enterprise",
    "organization",
    "repository",
    "job_name",
    "event_name",
    "job_workflow_ref",
    "job_workflow_name",
    "job_workflow_target",
];

metrics! { Listener => LISTENER: "All metrics of ARC's listeners.";
    ASSIGNED_JOBS: gauge "gha_assigned_jobs"
        ["enterprise", "organization", "repository", "name", "namespace"]
        "Jobs that GitHub has assigned to the pool.";
    RUNNING_JOBS: gauge "gha_running_jobs"
        ["enterprise", "organization", "repository", "name", "namespace"]
        "Jobs that run, or are about to.";
    REGISTERED_RUNNERS: gauge "gha_registered_runners"
        ["enterprise", "organization", "repository", "name", "namespace"]
        "Runners of the pool that are registered.";
    BUSY_RUNNERS: gauge "gha_busy_runners"
        ["enterprise", "organization", "repository", "name", "namespace"]
        "Registered runners that run a job.";
    MIN_RUNNERS: gauge "gha_min_runners"
        ["enterprise", "organization", "repository", "name", "namespace"]
        "Idle runners that the listener keeps ready.";
    MAX_RUNNERS: gauge "gha_max_runners"
        ["enterprise", "organization", "repository", "name", "namespace"]
        "Runners that the listener may ask for.";
    DESIRED_RUNNERS: gauge "gha_desired_runners"
        ["enterprise", "organization", "repository", "name", "namespace"]
        "Runners that the listener asks for.";
    IDLE_RUNNERS: gauge "gha_idle_runners"
        ["enterprise", "organization", "repository", "name", "namespace"]
        "Registered runners that run no job.";
    STARTED_JOBS: counter "gha_started_jobs_total"
        ["enterprise", "organization", "repository", "job_name", "event_name",
         "job_workflow_ref", "job_workflow_name", "job_workflow_target"]
        "Jobs that started since the listener did.";
    COMPLETED_JOBS: counter "gha_completed_jobs_total"
        ["enterprise", "organization", "repository", "job_name", "event_name",
         "job_workflow_ref", "job_workflow_name", "job_workflow_target", "job_result"]
        "Jobs that completed since the listener started; not those that never had a runner."
        .values(&[("job_result", JOB_RESULTS)]);
    STARTUP_DURATION: histogram "gha_job_startup_duration_seconds"
        ["enterprise", "organization", "repository", "job_name", "event_name",
         "job_workflow_ref", "job_workflow_name", "job_workflow_target"]
        "Time from a job's assignment to the pool to its assignment to a runner; not the wait before."
        .unit(Seconds).buckets(WAIT_BUCKETS);
    EXECUTION_DURATION: histogram "gha_job_execution_duration_seconds"
        ["enterprise", "organization", "repository", "job_name", "event_name",
         "job_workflow_ref", "job_workflow_name", "job_workflow_target", "job_result"]
        "Time from a job's assignment to a runner to its end."
        .unit(Seconds).buckets(WAIT_BUCKETS).values(&[("job_result", JOB_RESULTS)]);
}

metrics! { ArcController => CONTROLLER: "All metrics of ARC's controller.";
    PENDING_EPHEMERAL_RUNNERS: gauge "gha_controller_pending_ephemeral_runners"
        ["name", "namespace", "repository", "organization", "enterprise"]
        "EphemeralRunners of a pool whose pod does not run yet.";
    RUNNING_EPHEMERAL_RUNNERS: gauge "gha_controller_running_ephemeral_runners"
        ["name", "namespace", "repository", "organization", "enterprise"]
        "EphemeralRunners of a pool whose pod runs.";
    FAILED_EPHEMERAL_RUNNERS: gauge "gha_controller_failed_ephemeral_runners"
        ["name", "namespace", "repository", "organization", "enterprise"]
        "EphemeralRunners of a pool that failed for good; each holds one of its runners.";
    RUNNING_LISTENERS: gauge "gha_controller_running_listeners"
        ["name", "namespace", "repository", "organization", "enterprise"]
        "Whether the listener of a pool runs.";
}

/// Bounds of a histogram's buckets where `listenerMetrics` gives none.
pub const DEFAULT_BUCKETS: &[f64] = &[
    0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0, 18.0, 20.0, 25.0,
    30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 110.0, 120.0, 150.0, 180.0, 210.0, 240.0, 300.0, 360.0,
    420.0, 480.0, 540.0, 600.0, 900.0, 1200.0, 1800.0, 2400.0, 3000.0, 3600.0,
];

/// Labels of a listener's metric where `listenerMetrics` is absent.
pub fn default_labels(metric: &super::Metric) -> impl Iterator<Item = &'static str> {
    metric.labels.iter().copied().filter(|label| !label.starts_with("job_workflow_"))
}

/// Labels that name a job or a workflow: one series, or one histogram, for each.
pub fn is_unbounded(label: &str) -> bool {
    JOB.iter().skip(3).any(|unbounded| *unbounded == label) && label != "event_name"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_listener() {
        let labels: Vec<_> = default_labels(&COMPLETED_JOBS).collect();
        let wanted = ["enterprise", "organization", "repository", "job_name", "event_name", "job_result"];
        assert_eq!(labels, wanted);
        assert_eq!(DEFAULT_BUCKETS.len(), 45);
        assert!(is_unbounded("job_name") && is_unbounded("job_workflow_ref"));
        assert!(!is_unbounded("repository") && !is_unbounded("event_name"));
    }
}
