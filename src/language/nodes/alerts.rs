//! What people are woken for.

use crate::language::node::node;
use crate::language::value::{Count, Duration, Ratio, Text, choice};

choice! {
    /// How urgent an alert is.
    "alert severity" AlertSeverity {
        /// For the record.
        "info" => Info,
        /// To be looked at today.
        "warning" => Warning,
        /// To be looked at now.
        "critical" => Critical,
    }
}

node! {
    /// What people are woken for.
    "alerts" => Alerts {
        /// Too many runs fail.
        "failure-rate" failure_rate: opt_child FailureRate,
        /// Jobs wait too long for a runner.
        "queue-wait" queue_wait: opt_child QueueWait,
        /// A workflow keeps failing.
        "consecutive-failures" consecutive_failures: opt_child ConsecutiveFailures,
        /// An alert of your own.
        "alert" alerts: children Alert,
    }
}

node! {
    /// Too many runs fail.
    "failure-rate" => FailureRate {
        /// The share of failed runs.
        "over" over: prop Ratio,
        /// How urgent it is.
        "severity" severity: prop AlertSeverity = "\"warning\"",
    }
}

node! {
    /// Jobs wait too long for a runner.
    "queue-wait" => QueueWait {
        /// The mean wait.
        "over" over: prop Duration,
        /// How urgent it is.
        "severity" severity: prop AlertSeverity = "\"warning\"",
    }
}

node! {
    /// A workflow keeps failing.
    "consecutive-failures" => ConsecutiveFailures {
        /// Failed runs in a row.
        "at-least" at_least: prop Count,
        /// How urgent it is.
        "severity" severity: prop AlertSeverity = "\"critical\"",
    }
}

node! {
    /// An alert of your own.
    "alert" => Alert {
        /// Its name.
        "name" name: arg Text,
        /// How urgent it is.
        "severity" severity: prop AlertSeverity = "\"warning\"",
        /// How long the condition must hold.
        "for" hold: opt_prop Duration,
        /// The condition, in PromQL.
        "expr" expr: child AlertText,
        /// What people read first.
        "summary" summary: opt_child AlertText,
    }
}

node! {
    /// A text of an alert.
    "text" => AlertText {
        /// The text.
        "text" text: arg Text,
    }
}
