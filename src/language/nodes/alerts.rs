//! What people are woken for.

use super::alerts_typed::*;
use crate::language::node::node;
use crate::language::value::{AlertName, Duration, LabelName, PoolName, Text, Url, choice};
use crate::syntax::{Span, Spanned};

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
    /// What people are woken for. Each typed alert may stand more than once, with names of its own.
    "alerts" => Alerts {
        /// Whether typed alerts that do not stand here are emitted with their defaults, as far as the fleet
        /// has what they watch.
        "defaults" defaults: prop bool = "#false",
        /// A label of all alerts.
        "label" labels: children AlertLabel,
        /// Too many runs fail.
        "failure-rate" failure_rate: list FailureRate,
        /// More runs fail than in the week before.
        "failure-jump" failure_jump: list FailureJump,
        /// A workflow keeps failing.
        "consecutive-failures" consecutive_failures: list ConsecutiveFailures,
        /// The default branch has not been green for long.
        "branch-red" branch_red: list BranchRed,
        /// A run does not end.
        "run-stuck" run_stuck: list RunStuck,
        /// A run waits for somebody to approve it.
        "approval-pending" approval_pending: list ApprovalPending,
        /// Jobs wait too long for a runner.
        "queue-wait" queue_wait: list QueueWait,
        /// The first job of a queue waits too long.
        "queue-oldest" queue_oldest: list QueueOldest,
        /// Too few jobs get a runner in time: an objective, watched by how fast its budget burns.
        "queue-objective" queue_objective: list QueueObjective,
        /// Jobs wait for labels that no pool has.
        "jobs-unmatched" jobs_unmatched: list JobsUnmatched,
        /// A pool is at its max, and jobs wait.
        "pool-saturated" pool_saturated: list PoolSaturated,
        /// Runners of a pool are registered and offline.
        "runners-offline" runners_offline: list RunnersOffline,
        /// Runners of a release older than the fleet's.
        "runner-version-old" runner_version_old: list RunnerVersionOld,
        /// A pool has no listener.
        "listener-down" listener_down: list ListenerDown,
        /// Runners failed for good and hold their places.
        "runners-failed" runners_failed: list RunnersFailed,
        /// Runners wait for a node, an image or a volume.
        "runners-pending" runners_pending: list RunnersPending,
        /// ARC's controller can't be scraped.
        "arc-down" arc_down: list ArcDown,
        /// Nodes offer fewer devices than the file declares.
        "capacity-lost" capacity_lost: list CapacityLost,
        /// Runners cost more than in the week before.
        "cost-spike" cost_spike: list CostSpike,
        /// No good backup of Vault has reached a store.
        "backup-missing" backup_missing: list BackupMissing,
        /// A backup of Vault is much smaller than the one before.
        "backup-shrunk" backup_shrunk: list BackupShrunk,
        /// No backup of Vault was restored for practice.
        "restore-drill-old" restore_drill_old: list RestoreDrillOld,
        /// Vault does not hold what the file says.
        "vault-drift" vault_drift: list VaultDrift,
        /// Vault is sealed, or does not answer.
        "vault-down" vault_down: list VaultDown,
        /// The metrics of GitHub are old.
        "data-stale" data_stale: list DataStale,
        /// GitHub delivers no webhooks.
        "webhook-silent" webhook_silent: list WebhookSilent,
        /// GitHub allows few more requests.
        "budget-low" budget_low: list BudgetLow,
        /// The exporter's token may not read what it needs.
        "permission-error" permission_error: list PermissionError,
        /// A label had too many values.
        "label-overflow" label_overflow: list LabelOverflow,
        /// The exporter can't be scraped.
        "exporter-down" exporter_down: list ExporterDown,
        /// An alert of your own.
        "alert" alerts: children Alert,
    }
}

/// What all typed alerts have.
#[derive(Clone, Copy)]
pub struct AlertParts<'a> {
    /// The node.
    pub span: Span,
    /// Its own name.
    pub name: Option<&'a Spanned<AlertName>>,
    /// How urgent it is.
    pub severity: AlertSeverity,
    /// How long the condition must hold.
    pub hold: &'a Spanned<Duration>,
    /// The pools that it is about; all where empty.
    pub pools: &'a [Spanned<PoolName>],
    /// Labels of its own.
    pub labels: &'a [AlertLabel],
    /// What to do about it.
    pub runbook: Option<&'a Spanned<Url>>,
}

node! {
    /// A label of an alert, by which Alertmanager sends it to somebody.
    "label" => AlertLabel {
        /// Its name.
        "name" name: arg LabelName,
        /// Its value.
        "value" value: arg Text,
    }
}

node! {
    /// The pools that an alert is about.
    "pools" => AlertPools {
        /// Their names.
        "names" names: args PoolName => "pool",
    }
}

node! {
    /// An alert of your own.
    "alert" => Alert {
        /// Its name.
        "name" name: arg AlertName,
        /// How urgent it is.
        "severity" severity: prop AlertSeverity = "\"warning\"",
        /// How long the condition must hold.
        "for" hold: opt_prop Duration,
        /// The page on what to do about it; else one below the fleet's `runbooks`.
        "runbook" runbook: opt_prop Url,
        /// The condition, in PromQL.
        "expr" expr: child AlertText,
        /// What people read first.
        "summary" summary: opt_child AlertText,
        /// What people read next.
        "description" description: opt_child AlertText,
        /// A label of its own.
        "label" labels: children AlertLabel,
    }
}

node! {
    /// A text of an alert.
    "text" => AlertText {
        /// The text.
        "text" text: arg Text,
    }
}
