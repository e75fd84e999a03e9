//! Typed alerts: a word each, with its thresholds and their defaults.

use super::{AlertLabel, AlertParts, AlertPools, AlertSeverity};
use crate::language::node::node;
use crate::language::value::{AlertName, Count, Duration, Ratio, Url, choice};

choice! {
    /// How far back a failure rate looks.
    "failure window" FailureWindow {
        /// An hour.
        "1h" => Hour,
        /// A day.
        "24h" => Day,
        /// A week.
        "7d" => Week,
    }
}

/// A typed alert: the thresholds given here, and what all have.
macro_rules! alert {
    ($(#[doc = $doc:literal])* $word:literal => $name:ident, $severity:literal, $hold:literal { $($fields:tt)* }) => {
        alert! { @node $(#[doc = $doc])* $word => $name, $severity, $hold {
            $($fields)*
        } }

        impl $name {
            /// What all typed alerts have.
            pub fn parts(&self) -> AlertParts<'_> {
                AlertParts {
                    span: self.span,
                    name: self.name.as_ref(),
                    severity: self.severity.value,
                    hold: &self.hold,
                    pools: &[],
                    labels: &self.labels,
                    runbook: self.runbook.as_ref(),
                }
            }
        }
    };
    ($(#[doc = $doc:literal])* $word:literal => $name:ident of pools, $severity:literal, $hold:literal { $($fields:tt)* }) => {
        alert! { @node $(#[doc = $doc])* $word => $name, $severity, $hold {
            $($fields)*
            /// The pools that it is about; all of them where this is absent.
            "pools" pools: opt_child AlertPools,
        } }

        impl $name {
            /// What all typed alerts have.
            pub fn parts(&self) -> AlertParts<'_> {
                AlertParts {
                    span: self.span,
                    name: self.name.as_ref(),
                    severity: self.severity.value,
                    hold: &self.hold,
                    pools: self.pools.as_ref().map_or(&[], |pools| &pools.names),
                    labels: &self.labels,
                    runbook: self.runbook.as_ref(),
                }
            }
        }
    };
    (@node $(#[doc = $doc:literal])* $word:literal => $name:ident, $severity:literal, $hold:literal { $($fields:tt)* }) => {
        node! {
            $(#[doc = $doc])*
            $word => $name {
                $($fields)*
                /// How urgent it is.
                "severity" severity: prop AlertSeverity = $severity,
                /// How long the condition must hold.
                "for" hold: prop Duration = $hold,
                /// Its name, where two alerts of this kind need two.
                "name" name: opt_prop AlertName,
                /// The page on what to do about it; else one below the fleet's `runbooks`.
                "runbook" runbook: opt_prop Url,
                /// A label of its own.
                "label" labels: children AlertLabel,
            }
        }
    };
}

alert! {
    /// Too many runs of a workflow fail.
    "failure-rate" => FailureRate, "\"warning\"", "\"5m\"" {
        /// The share of failed runs.
        "over" over: prop Ratio = "0.2",
        /// How far back it looks.
        "window" window: prop FailureWindow = "\"1h\"",
    }
}

alert! {
    /// A workflow fails more often in an hour than in the week before.
    "failure-jump" => FailureJump, "\"warning\"", "\"15m\"" {
        /// By how much the share of failed runs must grow.
        "by" by: prop Ratio = "0.3",
    }
}

alert! {
    /// A workflow keeps failing on a branch.
    "consecutive-failures" => ConsecutiveFailures, "\"critical\"", "\"0s\"" {
        /// Failed runs in a row.
        "at-least" at_least: prop Count = "3",
    }
}

alert! {
    /// The default branch has not been green for long.
    "branch-red" => BranchRed, "\"warning\"", "\"5m\"" {
        /// Time since a run of the workflow last succeeded, while newer ones failed.
        "over" over: prop Duration = "\"1d\"",
    }
}

alert! {
    /// A run does not end: the workflow has runs in progress, and none has completed for this long.
    "run-stuck" => RunStuck, "\"warning\"", "\"5m\"" {
        /// Time since a run of the workflow last completed.
        "over" over: prop Duration = "\"6h\"",
    }
}

alert! {
    /// A run waits for somebody to approve it; `for` says how long.
    "approval-pending" => ApprovalPending, "\"info\"", "\"4h\"" {}
}

alert! {
    /// Jobs wait too long for a runner.
    "queue-wait" => QueueWait of pools, "\"warning\"", "\"5m\"" {
        /// The mean wait.
        "over" over: prop Duration = "\"60s\"",
    }
}

alert! {
    /// The first job of a queue waits too long.
    "queue-oldest" => QueueOldest of pools, "\"warning\"", "\"1m\"" {
        /// How long it has waited.
        "over" over: prop Duration = "\"15m\"",
    }
}

alert! {
    /// Too few jobs get a runner in time.
    ///
    /// Fires when the share of late jobs that the objective allows for a month would be used up in two days
    /// (seen over 1 hour and over 5 minutes) or in five days (over 6 hours and over 30 minutes).
    "queue-objective" => QueueObjective of pools, "\"warning\"", "\"2m\"" {
        /// How soon a job shall have a runner: a bound of the buckets that the exporter counts in.
        "within" within: prop Duration = "\"15s\"",
        /// The share of jobs for which that shall hold.
        "for-share" share: prop Ratio = "0.95",
    }
}

alert! {
    /// Jobs wait for labels that no pool has: they can never start.
    "jobs-unmatched" => JobsUnmatched, "\"critical\"", "\"1m\"" {}
}

alert! {
    /// A pool has as many jobs as runners it may have, and more wait.
    "pool-saturated" => PoolSaturated of pools, "\"warning\"", "\"10m\"" {}
}

alert! {
    /// Runners of a pool are registered and offline.
    "runners-offline" => RunnersOffline of pools, "\"warning\"", "\"15m\"" {
        /// How many.
        "at-least" at_least: prop Count = "1",
    }
}

alert! {
    /// Runners of a release older than the fleet's image: GitHub stops serving old ones.
    "runner-version-old" => RunnerVersionOld of pools, "\"warning\"", "\"1h\"" {}
}

alert! {
    /// A pool has no listener: none of its jobs starts.
    "listener-down" => ListenerDown of pools, "\"critical\"", "\"5m\"" {}
}

alert! {
    /// Runners failed for good; each holds one of its pool's places.
    "runners-failed" => RunnersFailed of pools, "\"warning\"", "\"15m\"" {
        /// How many.
        "at-least" at_least: prop Count = "1",
    }
}

alert! {
    /// Runners wait for a node, an image or a volume.
    "runners-pending" => RunnersPending of pools, "\"warning\"", "\"15m\"" {
        /// How many.
        "at-least" at_least: prop Count = "1",
    }
}

alert! {
    /// ARC's controller can't be scraped: it is down, or Prometheus does not find it.
    "arc-down" => ArcDown, "\"critical\"", "\"5m\"" {}
}

alert! {
    /// Nodes that take pods offer fewer devices than the file declares.
    "capacity-lost" => CapacityLost, "\"warning\"", "\"15m\"" {}
}

alert! {
    /// A pool costs more in a day than the days of the week before.
    "cost-spike" => CostSpike of pools, "\"warning\"", "\"1h\"" {
        /// How many times as much.
        "factor" factor: prop Count = "2",
    }
}

alert! {
    /// No good backup of Vault has reached a store.
    "backup-missing" => BackupMissing, "\"critical\"", "\"15m\"" {
        /// Time since the last one; two intervals of the backup's schedule where this is absent.
        "over" over: opt_prop Duration,
    }
}

alert! {
    /// A backup of Vault is much smaller than the one a week before.
    "backup-shrunk" => BackupShrunk, "\"warning\"", "\"0s\"" {
        /// The share of its size that it has lost.
        "by" by: prop Ratio = "0.5",
    }
}

alert! {
    /// No backup of Vault was restored for practice.
    "restore-drill-old" => RestoreDrillOld, "\"warning\"", "\"15m\"" {
        /// Time since the last one.
        "over" over: prop Duration = "\"14d\"",
    }
}

alert! {
    /// Vault does not hold what the file says.
    "vault-drift" => VaultDrift, "\"warning\"", "\"15m\"" {}
}

alert! {
    /// Vault is sealed, or does not answer.
    "vault-down" => VaultDown, "\"critical\"", "\"5m\"" {}
}

alert! {
    /// The metrics of GitHub are old.
    "data-stale" => DataStale, "\"warning\"", "\"5m\"" {
        /// Age of the oldest answer that they rest on.
        "over" over: prop Duration = "\"15m\"",
    }
}

alert! {
    /// GitHub delivers no webhooks, while the exporter finds events that none brought.
    "webhook-silent" => WebhookSilent, "\"warning\"", "\"5m\"" {
        /// Time since the last delivery.
        "over" over: prop Duration = "\"15m\"",
    }
}

alert! {
    /// GitHub allows few more requests.
    "budget-low" => BudgetLow, "\"warning\"", "\"5m\"" {
        /// The share of the limit that is left.
        "below" below: prop Ratio = "0.1",
    }
}

alert! {
    /// The exporter's token may not read what it needs.
    "permission-error" => PermissionError, "\"warning\"", "\"5m\"" {}
}

alert! {
    /// A label had too many values, and some were folded into `other`.
    "label-overflow" => LabelOverflow, "\"info\"", "\"0s\"" {}
}

alert! {
    /// The exporter can't be scraped: it is down, or Prometheus does not find it.
    "exporter-down" => ExporterDown, "\"critical\"", "\"5m\"" {}
}
