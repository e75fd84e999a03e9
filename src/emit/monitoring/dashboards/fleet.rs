//! Queues and runners, by pool.

use super::grafana::{Dashboard, Shown};
use crate::emit::monitoring::Scope;
use crate::emit::monitoring::record::{BUSY, WAIT_P50, WAIT_P95};
use crate::language::value::Duration;
use crate::monitoring::query::{Query, Selector, buckets, quantile, recorded, series};
use fleet_model::metrics::{Metric, arc, exporter as github};

/// The reader's choice of pools.
fn chosen(selector: Selector) -> Selector {
    selector.matches("pool", "$pool")
}

fn sum(metric: &Metric) -> Query {
    chosen(series(metric)).query().sum(&["pool"])
}

fn most(metric: &Metric) -> Query {
    chosen(series(metric)).query().max(&["pool"])
}

pub fn dashboard(scope: Scope<'_>, exporter: bool) -> Dashboard {
    let listeners = scope.fleet.controller.metrics;
    let of = if listeners { arc::MAX_RUNNERS.name } else { github::POOL_MAX_RUNNERS.name };
    let mut board = scope.dashboard("fleet", "queues and runners").choose("pool", "Pool", of);
    if exporter {
        board = waits(board);
    }
    if listeners {
        board = runners(board);
    }
    board
}

fn waits(board: Dashboard) -> Dashboard {
    let phase = buckets(&github::JOB_QUEUE_PHASE);
    let phase = chosen(phase).rate(Duration(900)).sum(&["phase", "le"]);
    board
        .lines("Jobs that wait", Shown::Number, [(sum(&github::JOBS_QUEUED), "{{pool}}")])
        .lines("First of the queue", Shown::Seconds, [(most(&github::JOB_QUEUE_OLDEST_AGE), "{{pool}}")])
        .note("How long the first job of each queue has waited. GitHub cancels it after 24 hours.")
        .lines(
            "Wait for a runner",
            Shown::Seconds,
            [
                (chosen(recorded(WAIT_P50)).query(), "{{pool}} half"),
                (chosen(recorded(WAIT_P95)).query(), "{{pool}} 95 %"),
            ],
        )
        .note("Of jobs that started in the last 15 minutes, without waits for approval.")
        .lines(
            "Wait of a job that comes now",
            Shown::Seconds,
            [(most(&github::JOB_QUEUE_ESTIMATED_WAIT), "{{pool}}")],
        )
        .lines("Load", Shown::Share, [(most(&github::POOL_SATURATION), "{{pool}}")])
        .note("Running and queued jobs for each runner that a pool may have: above 100 % there is a queue.")
        .lines("Where the wait goes", Shown::Seconds, [(quantile(0.95, &phase), "{{phase}} 95 %")])
        .note("Assigned by GitHub, scheduled on a node, image pulled, registered at GitHub.")
        .table("Jobs that no pool can serve", Shown::Number, unmatched())
}

fn unmatched() -> Query {
    let jobs = series(&github::JOBS_UNMATCHED).query().sum(&["org", "runner_labels"]);
    jobs.gt(crate::monitoring::query::number(0.0))
}

fn runners(board: Dashboard) -> Dashboard {
    board
        .lines("Share of runners that are busy", Shown::Share, [(chosen(recorded(BUSY)).query(), "{{pool}}")])
        .lines(
            "Runners",
            Shown::Number,
            [
                (sum(&arc::BUSY_RUNNERS), "{{pool}} busy"),
                (sum(&arc::IDLE_RUNNERS), "{{pool}} idle"),
                (sum(&arc::MAX_RUNNERS), "{{pool}} max"),
            ],
        )
        .lines(
            "Runners that do not start, or failed",
            Shown::Number,
            [
                (sum(&arc::PENDING_EPHEMERAL_RUNNERS), "{{pool}} pending"),
                (sum(&arc::FAILED_EPHEMERAL_RUNNERS), "{{pool}} failed"),
            ],
        )
        .lines("Listeners", Shown::Number, [(most(&arc::RUNNING_LISTENERS), "{{pool}}")])
}
