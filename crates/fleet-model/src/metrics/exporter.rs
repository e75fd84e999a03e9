//! fleet-exporter: what GitHub Actions does, and how well the exporter knows it.
//!
//! `org` and `repo` are names at GitHub, `repo` with its owner. `workflow` is the file's name without its
//! folder and ending. `branch` is bounded: `default`, a name that the fleet lists, `pull_request`, `tag`
//! or `other`. `pool` is a pool of the fleet, a hosted label, `unmatched` or `none`. `runner_labels` are
//! the labels that a job asks for: sorted, lowercase, joined by commas.

use super::Unit::{Bytes, Dollars, Flag, Info, Multiple, Ratio, Seconds, Timestamp};
use super::values::{CONCLUSIONS, DURATION_BUCKETS, RUNNER_KINDS, WAIT_BUCKETS, WINDOWS};

metrics! { Exporter => METRICS: "All metrics of fleet-exporter.";
    WORKFLOW_RUNS: counter "github_actions_workflow_runs_total"
        ["org", "repo", "workflow", "conclusion", "event"]
        "Attempts of workflow runs that completed."
        .values(&[("conclusion", CONCLUSIONS)]);
    WORKFLOW_FAILURE_RATE: gauge "github_actions_workflow_failure_rate"
        ["org", "repo", "workflow", "window"]
        "Share of failed runs among those that succeeded or failed; absent where there were none."
        .unit(Ratio).values(&[("window", WINDOWS)]);
    WORKFLOW_DURATION: histogram "github_actions_workflow_duration_seconds"
        ["org", "repo", "workflow", "conclusion"]
        "Time from the start of a run's attempt to its end."
        .unit(Seconds).buckets(DURATION_BUCKETS).values(&[("conclusion", CONCLUSIONS)]);
    WORKFLOW_QUEUE_TIME: histogram "github_actions_workflow_queue_time_seconds"
        ["org", "repo", "pool", "runner_labels", "runner_kind"]
        "Time that a job waited for a runner, without waits for approval; observed when it starts."
        .unit(Seconds).buckets(WAIT_BUCKETS).values(&[("runner_kind", RUNNER_KINDS)]);
    WORKFLOW_QUEUE_TIME_AVG: gauge "github_actions_workflow_queue_time_seconds_avg"
        ["org", "pool", "runner_labels"]
        "Mean wait for a runner over 15 minutes; jobs that still wait count with their age."
        .unit(Seconds);
    WORKFLOW_CONSECUTIVE_FAILURES: gauge "github_actions_workflow_consecutive_failures"
        ["org", "repo", "workflow", "branch"]
        "Runs of a branch that failed in a row up to now.";
    WORKFLOW_RUNS_IN_PROGRESS: gauge "github_actions_workflow_runs_in_progress"
        ["org", "repo", "workflow"]
        "Runs of which a job is in progress.";
    WORKFLOW_RUNS_BY_BRANCH: counter "github_actions_workflow_runs_by_branch_total"
        ["org", "repo", "branch", "conclusion"]
        "Attempts of workflow runs that completed, by branch."
        .values(&[("conclusion", CONCLUSIONS)]);

    WORKFLOW_RUNS_QUEUED: gauge "github_actions_workflow_runs_queued"
        ["org", "repo", "workflow"]
        "Runs of which no job has started.";
    WORKFLOW_RUNS_WAITING_APPROVAL: gauge "github_actions_workflow_runs_waiting_approval"
        ["org", "repo", "workflow"]
        "Runs that an environment holds until somebody approves.";
    WORKFLOW_LAST_RUN: gauge "github_actions_workflow_last_run_timestamp_seconds"
        ["org", "repo", "workflow", "branch"]
        "When the last run completed."
        .unit(Timestamp);
    WORKFLOW_LAST_SUCCESS: gauge "github_actions_workflow_last_success_timestamp_seconds"
        ["org", "repo", "workflow", "branch"]
        "When the last run succeeded."
        .unit(Timestamp);
    WORKFLOW_RUN_ATTEMPTS: counter "github_actions_workflow_run_attempts_total"
        ["org", "repo", "workflow", "attempt"]
        "Attempts of runs, first ones and re-runs apart."
        .values(&[("attempt", &["first", "rerun"])]);
    WORKFLOW_FLAKY_RUNS: counter "github_actions_workflow_flaky_runs_total"
        ["org", "repo", "workflow"]
        "Runs that failed and then succeeded for the same commit.";

    JOBS: counter "github_actions_jobs_total"
        ["org", "repo", "pool", "runner_kind", "conclusion"]
        "Jobs that completed."
        .values(&[("runner_kind", RUNNER_KINDS), ("conclusion", CONCLUSIONS)]);
    JOBS_QUEUED: gauge "github_actions_jobs_queued"
        ["org", "pool", "runner_labels"]
        "Jobs that wait for a runner.";
    JOBS_RUNNING: gauge "github_actions_jobs_running"
        ["org", "pool", "runner_labels"]
        "Jobs that are in progress.";
    JOB_QUEUE_OLDEST_AGE: gauge "github_actions_job_queue_oldest_age_seconds"
        ["org", "pool", "runner_labels"]
        "How long the first job of the queue has waited, by GitHub's clock; 0 where none waits."
        .unit(Seconds);
    JOB_QUEUE_ESTIMATED_WAIT: gauge "github_actions_job_queue_estimated_wait_seconds"
        ["pool"]
        "How long a job that comes now will wait; absent until 20 jobs were seen."
        .unit(Seconds);
    JOBS_UNMATCHED: gauge "github_actions_jobs_unmatched"
        ["org", "runner_labels"]
        "Jobs that wait for labels that no known pool has.";
    JOB_DURATION: histogram "github_actions_job_duration_seconds"
        ["org", "pool", "conclusion"]
        "Time that a job held a runner."
        .unit(Seconds).buckets(DURATION_BUCKETS).values(&[("conclusion", CONCLUSIONS)]);
    JOB_EXECUTION: counter "github_actions_job_execution_seconds_total"
        ["org", "repo", "pool"]
        "Time that jobs held runners, summed."
        .unit(Seconds);
    JOB_APPROVAL_WAIT: histogram "github_actions_job_approval_wait_seconds"
        ["org", "repo"]
        "Time that a job waited for somebody to approve."
        .unit(Seconds).buckets(DURATION_BUCKETS);
    JOB_QUEUE_PHASE: histogram "github_actions_job_queue_phase_seconds"
        ["pool", "phase"]
        "Parts of the wait for a runner of ARC."
        .unit(Seconds).buckets(WAIT_BUCKETS)
        .values(&[("phase", &["assign", "schedule", "pull", "register"])]);
    JOB_COST: counter "github_actions_job_cost_dollars_total"
        ["org", "repo", "pool"]
        "What jobs cost by the fleet's prices."
        .unit(Dollars);
    POOL_COST: counter "github_actions_pool_cost_dollars_total"
        ["pool", "capacity"]
        "What the pods of a pool cost by the fleet's prices, idle time included."
        .unit(Dollars).values(&[("capacity", &["spot", "on_demand"])]);
    BILLING_USAGE_NET: gauge "github_actions_billing_usage_net_dollars"
        ["org", "product", "sku"]
        "What GitHub bills this month so far."
        .unit(Dollars);

    RUNNERS: gauge "github_actions_runners"
        ["org", "pool", "os", "status"]
        "Self-hosted runners that are registered."
        .values(&[("status", &["online", "offline"])]);
    RUNNERS_BUSY: gauge "github_actions_runners_busy"
        ["org", "pool", "os", "status"]
        "Self-hosted runners that run a job."
        .values(&[("status", &["online", "offline"])]);
    RUNNER_VERSION: gauge "github_actions_runner_version_info"
        ["org", "pool", "version"]
        "Releases of the runner that are registered."
        .unit(Info);
    POOL_MIN_RUNNERS: gauge "github_actions_pool_min_runners"
        ["pool"]
        "Idle runners that a pool keeps ready, as the fleet file says.";
    POOL_MAX_RUNNERS: gauge "github_actions_pool_max_runners"
        ["pool"]
        "Runners that a pool may have, as the fleet file says.";
    POOL_SATURATION: gauge "github_actions_pool_saturation_ratio"
        ["pool"]
        "Running and queued jobs of a pool for each runner that it may have; more than 1 is a queue."
        .unit(Multiple);

    API_REQUESTS: counter "github_actions_exporter_api_requests_total"
        ["host", "endpoint", "code", "conditional"]
        "Requests to GitHub's API."
        .values(&[("conditional", &["hit", "miss", "none"])]);
    RATE_LIMIT: gauge "github_actions_exporter_rate_limit_limit"
        ["host", "installation", "resource"]
        "Requests that GitHub allows in an hour.";
    RATE_LIMIT_REMAINING: gauge "github_actions_exporter_rate_limit_remaining"
        ["host", "installation", "resource"]
        "Requests that GitHub still allows until the reset.";
    RATE_LIMIT_RESET: gauge "github_actions_exporter_rate_limit_reset_timestamp_seconds"
        ["host", "installation", "resource"]
        "When GitHub allows all requests again."
        .unit(Timestamp);
    BUDGET_THROTTLED: gauge "github_actions_exporter_budget_throttled"
        ["host", "installation", "resource"]
        "Whether polling is slower than wanted to keep within the limit."
        .unit(Flag);
    WEBHOOK_EVENTS: counter "github_actions_exporter_webhook_events_total"
        ["event", "action", "result"]
        "Webhook deliveries that arrived."
        .values(&[("result", &["applied", "duplicate", "stale", "ignored", "rejected"])]);
    WEBHOOK_LAST_DELIVERY: gauge "github_actions_exporter_webhook_last_delivery_timestamp_seconds"
        ["org"]
        "When the last webhook delivery arrived."
        .unit(Timestamp);
    WEBHOOK_LAG: histogram "github_actions_exporter_webhook_lag_seconds"
        ["org"]
        "Time from an event to the arrival of its delivery."
        .unit(Seconds).buckets(WAIT_BUCKETS);
    MISSED_EVENTS_RECOVERED: counter "github_actions_exporter_missed_events_recovered_total"
        ["source"]
        "Events that no delivery brought, found later."
        .values(&[("source", &["redelivery", "sweep"])]);
    DATA_AGE: gauge "github_actions_exporter_data_age_seconds"
        ["org"]
        "Age of the oldest answer that the metrics rest on."
        .unit(Seconds);
    POLL_INTERVAL: gauge "github_actions_exporter_poll_interval_seconds"
        ["org"]
        "How often busy repositories are asked now."
        .unit(Seconds);
    TIMESTAMP_ANOMALIES: counter "github_actions_exporter_timestamp_anomalies_total"
        ["kind"]
        "Times of GitHub that contradict each other and were clamped.";
    LABEL_OVERFLOW: counter "github_actions_exporter_label_overflow_total"
        ["label"]
        "Values of a label that were folded into `other` to bound the number of series.";
    SERIES: gauge "github_actions_exporter_series"
        ["metric"]
        "Series that a metric has.";
    PERMISSION_ERROR: gauge "github_actions_exporter_permission_error"
        ["org", "permission"]
        "Whether GitHub refuses requests for lack of this permission."
        .unit(Flag);
    CLOCK_OFFSET: gauge "github_actions_exporter_clock_offset_seconds"
        []
        "GitHub's clock less our own."
        .unit(Seconds);
    BUILD: gauge "github_actions_exporter_build_info"
        ["version"]
        "Release of fleet-exporter."
        .unit(Info);
    LEDGER: gauge "github_actions_exporter_ledger_bytes"
        []
        "Size of the database."
        .unit(Bytes);
}
