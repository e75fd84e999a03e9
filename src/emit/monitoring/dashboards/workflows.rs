//! Workflows: what fails, and how long they take.

use super::grafana::{Dashboard, Shown};
use crate::emit::monitoring::Scope;
use crate::emit::monitoring::record::{DURATION_P95, FLAKY};
use crate::language::value::Duration;
use crate::monitoring::query::{Selector, number, recorded, series, time};
use fleet_model::metrics::exporter as github;

const BY: &[&str] = &["org", "repo", "workflow"];

/// The reader's choice of repositories.
fn chosen(selector: Selector) -> Selector {
    selector.matches("repo", "$repo")
}

pub fn dashboard(scope: Scope<'_>) -> Dashboard {
    let hour = Duration(3600);
    let rate = |window| chosen(series(&github::WORKFLOW_FAILURE_RATE)).eq("window", window).query().max(BY);
    let streak = chosen(series(&github::WORKFLOW_CONSECUTIVE_FAILURES)).query();
    let success = chosen(series(&github::WORKFLOW_LAST_SUCCESS)).eq("branch", "default").query().max(BY);
    let runs = |labels: &[&str]| chosen(series(&github::WORKFLOW_RUNS)).increase(hour).sum(labels);
    let branches = chosen(series(&github::WORKFLOW_RUNS_BY_BRANCH)).increase(hour);
    let reruns = chosen(series(&github::WORKFLOW_RUN_ATTEMPTS)).eq("attempt", "rerun").increase(hour).sum(BY);
    scope
        .dashboard("workflows", "workflows")
        .choose("repo", "Repository", github::WORKFLOW_RUNS.name)
        .lines("Share of runs that fail, last hour", Shown::Share, [(rate("1h"), "{{repo}} {{workflow}}")])
        .lines("The same, last week", Shown::Share, [(rate("7d"), "{{repo}} {{workflow}}")])
        .table("Failed in a row", Shown::Number, streak.max(&["repo", "workflow", "branch"]).gt(number(0.0)))
        .table("Time since the default branch was green", Shown::Seconds, time().minus(success))
        .lines(
            "Runs by how they ended, each hour",
            Shown::Number,
            [(runs(&["conclusion"]), "{{conclusion}}")],
        )
        .lines("Runs by branch, each hour", Shown::Number, [(branches.sum(&["branch"]), "{{branch}}")])
        .lines(
            "Duration, 95 %",
            Shown::Seconds,
            [(chosen(recorded(DURATION_P95)).query(), "{{repo}} {{workflow}}")],
        )
        .lines(
            "Share of runs that are flaky",
            Shown::Share,
            [(chosen(recorded(FLAKY)).query(), "{{repo}} {{workflow}}")],
        )
        .note("They failed, and then succeeded for the same commit, in a week.")
        .lines("Re-runs, each hour", Shown::Number, [(reruns, "{{repo}} {{workflow}}")])
        .lines(
            "Runs in progress, and waiting for approval",
            Shown::Number,
            [
                (chosen(series(&github::WORKFLOW_RUNS_IN_PROGRESS)).query().sum(&["repo"]), "{{repo}}"),
                (
                    chosen(series(&github::WORKFLOW_RUNS_WAITING_APPROVAL)).query().sum(&["repo"]),
                    "{{repo}} waiting",
                ),
            ],
        )
}
