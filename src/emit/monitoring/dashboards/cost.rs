//! Capacity and cost.

use super::grafana::{Dashboard, Shown};
use crate::emit::monitoring::Scope;
use crate::emit::monitoring::record::COST;
use crate::language::value::Duration;
use crate::monitoring::query::{number, recorded, series};
use fleet_model::metrics::{controller, exporter as github, kube};

pub fn dashboard(scope: Scope<'_>, exporter: bool) -> Dashboard {
    let cordoned = series(&kube::NODE_UNSCHEDULABLE).query().equal(number(1.0));
    let open = series(&kube::NODE_ALLOCATABLE).query().unless_on(&["node"], cordoned);
    let pending = series(&kube::POD_PHASE).eq("phase", "Pending").query().sum(&["namespace"]);
    let mut board = scope
        .dashboard("capacity", "capacity and cost")
        .lines("What nodes offer that take pods", Shown::Number, [(open.sum(&["resource"]), "{{resource}}")])
        .lines("Pods that wait for a node or an image", Shown::Number, [(pending, "{{namespace}}")]);
    if scope.is_home() {
        let sum = |metric, by: &[&str]| series(metric).query().sum(by);
        let by = &["class", "device"];
        board = board
            .lines(
                "Devices",
                Shown::Number,
                [
                    (sum(&controller::INVENTORY_DEVICES_HEALTHY, by), "{{class}} {{device}} healthy"),
                    (sum(&controller::INVENTORY_DEVICES_DECLARED, by), "{{class}} {{device}} declared"),
                ],
            )
            .note("From fleet-controller.")
            .lines(
                "Runners that the hardware holds",
                Shown::Number,
                [
                    (sum(&controller::POOL_CAPACITY, &["pool"]), "{{pool}}"),
                    (sum(&controller::POOL_MAX_DECLARED, &["pool"]), "{{pool}} max"),
                ],
            )
            .note("From fleet-controller.");
    }
    if exporter { costs(board) } else { board }
}

fn costs(board: Dashboard) -> Dashboard {
    let day = Duration(86_400);
    let jobs = || series(&github::JOB_COST).increase(day);
    let pool = || series(&github::POOL_COST).increase(day);
    let idle = number(1.0).minus(jobs().sum(&["pool"]).per(pool().sum(&["pool"])));
    let spot = series(&github::POOL_COST).eq("capacity", "spot").increase(day).sum(&["pool"]);
    board
        .lines("Dollars a day, by pool", Shown::Dollars, [(recorded(COST).query(), "{{pool}}")])
        .lines("Dollars a day, by repository", Shown::Dollars, [(jobs().sum(&["repo"]), "{{repo}}")])
        .lines("Share of the cost without a job", Shown::Share, [(idle, "{{pool}}")])
        .lines(
            "Share of the cost on spot nodes",
            Shown::Share,
            [(spot.per(pool().sum(&["pool"])), "{{pool}}")],
        )
        .lines(
            "Runner hours a day, by repository",
            Shown::Number,
            [(series(&github::JOB_EXECUTION).increase(day).sum(&["repo"]).per(number(3600.0)), "{{repo}}")],
        )
}
