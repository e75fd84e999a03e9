//! Recordings: what dashboards and people ask for often, computed once.

use super::Scope;
use crate::language::value::Duration;
use crate::monitoring::query::{Query, Selector, buckets, quantile, series};
use fleet_model::metrics::{Source, Unit, arc, exporter};

/// A series that Prometheus computes. Its name is the labels that are left, the metric, and the operation.
pub struct Recording {
    /// Its name.
    pub name: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What one is of its values.
    pub unit: Unit,
    /// Who exports what it is computed from.
    pub source: Source,
    /// Whether it looks back over days: too much work for each evaluation.
    pub slow: bool,
    /// How it is computed.
    pub expr: fn() -> Query,
}

/// Half of the jobs of a pool had a runner by then.
pub const WAIT_P50: &str = "pool:github_actions_workflow_queue_time_seconds:p50_15m";
/// All but 5 % of the jobs of a pool had one by then.
pub const WAIT_P95: &str = "pool:github_actions_workflow_queue_time_seconds:p95_15m";
/// All but 5 % of the runs of a workflow had ended by then.
pub const DURATION_P95: &str = "workflow:github_actions_workflow_duration_seconds:p95_1d";
/// Share of a pool's runners that run jobs.
pub const BUSY: &str = "pool:gha_busy_runners:ratio";
/// Share of the runs of a week that were flaky.
pub const FLAKY: &str = "workflow:github_actions_workflow_flaky_runs:ratio_7d";
/// Dollars a day that a pool costs.
pub const COST: &str = "pool:github_actions_pool_cost_dollars:increase1d";

const QUARTER: Duration = Duration(900);
const DAY: Duration = Duration(86_400);
const WEEK: Duration = Duration(7 * 86_400);

/// All recordings.
pub static RECORDINGS: &[Recording] = &[
    Recording {
        name: WAIT_P50,
        labels: &["pool"],
        unit: Unit::Seconds,
        source: Source::Exporter,
        slow: false,
        expr: || wait(0.5),
    },
    Recording {
        name: WAIT_P95,
        labels: &["pool"],
        unit: Unit::Seconds,
        source: Source::Exporter,
        slow: false,
        expr: || wait(0.95),
    },
    Recording {
        name: DURATION_P95,
        labels: &["org", "repo", "workflow"],
        unit: Unit::Seconds,
        source: Source::Exporter,
        slow: true,
        expr: || {
            let rate = buckets(&exporter::WORKFLOW_DURATION).rate(DAY);
            quantile(0.95, &rate.sum(&["org", "repo", "workflow", "le"]))
        },
    },
    Recording {
        name: FLAKY,
        labels: &["org", "repo", "workflow"],
        unit: Unit::Ratio,
        source: Source::Exporter,
        slow: true,
        expr: || {
            let week = |of: Selector| of.increase(WEEK).sum(&["org", "repo", "workflow"]);
            week(series(&exporter::WORKFLOW_FLAKY_RUNS)).per(week(series(&exporter::WORKFLOW_RUNS)))
        },
    },
    Recording {
        name: COST,
        labels: &["pool"],
        unit: Unit::Dollars,
        source: Source::Exporter,
        slow: true,
        expr: || series(&exporter::POOL_COST).increase(DAY).sum(&["pool"]),
    },
    Recording {
        name: BUSY,
        labels: &["pool"],
        unit: Unit::Ratio,
        source: Source::Listener,
        slow: false,
        expr: || {
            let sum = |metric| series(metric).query().sum(&["pool"]);
            sum(&arc::BUSY_RUNNERS).per(sum(&arc::MAX_RUNNERS))
        },
    },
];

fn wait(share: f64) -> Query {
    quantile(share, &buckets(&exporter::WORKFLOW_QUEUE_TIME).rate(QUARTER).sum(&["pool", "le"]))
}

/// The recordings of a cluster: of what is exported there.
pub fn recordings(scope: Scope<'_>) -> impl Iterator<Item = &'static Recording> {
    RECORDINGS.iter().filter(move |recording| match recording.source {
        Source::Exporter => scope.is_home() && scope.fleet.exporter.is_some(),
        Source::Listener => scope.fleet.controller.metrics,
        _ => true,
    })
}
