//! Sets of values that several labels share.

/// How a run or a job ended: GitHub's words, and `other` for those that it may add.
pub const CONCLUSIONS: &[&str] = &[
    "success",
    "failure",
    "neutral",
    "cancelled",
    "skipped",
    "timed_out",
    "action_required",
    "stale",
    "startup_failure",
    "other",
];

/// What kind of runner serves a job; `unmatched` where no known one can, `none` for jobs without labels.
pub const RUNNER_KINDS: &[&str] = &["arc", "hosted", "static", "unmatched", "none"];

/// Spans of time that a failure rate looks back.
pub const WINDOWS: &[&str] = &["1h", "24h", "7d"];

/// How ARC says that a job ended.
pub const JOB_RESULTS: &[&str] = &["succeeded", "failed", "canceled", "skipped", "abandoned"];

/// Bounds of buckets for waits, in seconds.
pub const WAIT_BUCKETS: &[f64] =
    &[1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0];

/// Bounds of buckets for the length of runs and jobs, in seconds.
pub const DURATION_BUCKETS: &[f64] =
    &[5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 21600.0];

/// Bounds of buckets for short work of a program, in seconds.
pub const WORK_BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
