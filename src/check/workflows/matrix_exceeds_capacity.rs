//! `matrix-exceeds-capacity`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::model::{Fleet, Pool};

/// Most jobs of a matrix that GitHub takes.
const MOST_JOBS: u64 = 256;

pub static RULE: Rule = Rule {
    code: "matrix-exceeds-capacity",
    severity: Severity::Warning,
    summary: "a matrix takes all of a scarce pool, or is larger than GitHub allows",
    explanation: "\
A matrix makes a job for each combination, and all of them are queued at once unless `max-parallel` holds them back. It is found where
the jobs of a matrix ask for a pool whose jobs hold a device, and there are at least as many as the pool has runners, or as
its hardware has devices; and, as an error, where a matrix has more than 256 combinations.

The matrix then holds the whole pool until its last job is done: a pull request of one team stops the others. GitHub refuses a
matrix of more than 256 jobs, and runs none of it.

Write `max-parallel` with fewer than the pool's runners, so that others get one in between.

Known from: GitHub's limits of a matrix; how scale sets are given jobs.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "a100" count=1 cpu=96 memory="768Gi" devices=2
}
pool "runner-gpu" {
    mode "dind"
    runners max=2
    hardware "gpu" devices=1
    runner storage="10Gi"
    job cpu=8 memory="32Gi" storage="20Gi"
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: runner-gpu
    timeout-minutes: 10
    strategy:
      max-parallel: 1
      matrix:
        model: [small, medium, large]
    steps:
      - run: make test
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "a100" count=1 cpu=96 memory="768Gi" devices=2
}
pool "runner-gpu" {
    mode "dind"
    runners max=2
    hardware "gpu" devices=1
    runner storage="10Gi"
    job cpu=8 memory="32Gi" storage="20Gi"
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: runner-gpu
    timeout-minutes: 10
    strategy:
      matrix:
        model: [small, medium, large]
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some((matrix, count)) = job.matrix.as_ref().and_then(|matrix| Some((matrix, matrix.count?)))
        else {
            continue;
        };
        let id = &job.job.id.value;
        if count > MOST_JOBS {
            let found = out
                .found(format!("the matrix of job \"{id}\" has {count} combinations"))
                .severity(Severity::Error)
                .label(matrix.span, "GitHub takes 256")
                .effect("GitHub refuses the matrix: none of its jobs runs")
                .help("exclude combinations, or split the job");
            out.report(found);
            continue;
        }
        let Some((pool, target)) = job.pool(|pool| pool.holds_device()) else { continue };
        let Some(most) = most_at_once(view.fleet, pool) else { continue };
        let limit = matrix.max_parallel.as_ref().and_then(|limit| limit.text()?.trim().parse::<u64>().ok());
        let takes_all = match limit {
            Some(limit) => limit.min(count) > most,
            None => matrix.max_parallel.is_none() && count > 1 && count >= most,
        };
        if !takes_all {
            continue;
        }
        let found = out
            .found(format!(
                "the matrix of job \"{id}\" makes {count} jobs, and {most} at once is all that pool \"{}\" has",
                pool.name()
            ))
            .label(matrix.max_parallel.as_ref().map_or(matrix.span, |limit| limit.span), "all queued at once")
            .label(target.place(), "on this pool")
            .effect("they hold the whole pool until the last one is done: other jobs wait")
            .help(format!("write `max-parallel: {}` under `strategy:`", most.saturating_sub(1).max(1)));
        out.report_about(pool, found);
    }
}

/// Jobs of the pool that can run at once: as many as it may have runners and its hardware has devices.
fn most_at_once(fleet: &Fleet, pool: &Pool) -> Option<u64> {
    let cluster = fleet.cluster_of(pool);
    let of_class = pool.hardware.iter().map(|used| {
        let class = &fleet.hardware[used.class];
        let on_node = |nodes| {
            let has = class.devices_of(nodes);
            let fit = used
                .devices
                .iter()
                .map(|(device, count)| has.get(device).copied().unwrap_or(0) / (*count).max(1));
            u64::from(fit.min().unwrap_or(0))
        };
        class.nodes_in(cluster).map(|nodes| on_node(nodes) * u64::from(nodes.count.value.0)).sum::<u64>()
    });
    let devices: u64 = of_class.sum();
    let max = pool.max().map(u64::from);
    // Hardware without nodes says nothing of how much there is.
    let counted = pool.hardware.iter().all(|used| !fleet.hardware[used.class].node.nodes.is_empty());
    match (max, counted) {
        (Some(max), true) => Some(max.min(devices)),
        (Some(max), false) => Some(max),
        (None, true) => Some(devices),
        (None, false) => None,
    }
}
