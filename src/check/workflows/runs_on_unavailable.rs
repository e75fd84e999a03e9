//! `runs-on-unavailable`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;

pub static RULE: Rule = Rule {
    code: "runs-on-unavailable",
    severity: Severity::Error,
    summary: "a job asks for a pool that may have no runner",
    explanation: "\
A pool with `max=0` stays registered and takes no job: that is how a pool is drained before it leaves the fleet, or while its
hardware is repaired. It is found where a workflow still asks for one.

Its jobs wait in GitHub's queue until the pool is given runners again, or until GitHub cancels them after 24 hours. Whoever
starts them sees nothing but a yellow dot.

Ask for another pool meanwhile. A variable makes that one change for all workflows: `runs-on: ${{ vars.GPU_POOL }}` with
`variable \"GPU_POOL\" \"runner-gpu\"` in the fleet file.

Known from: ARC's listener, which acquires no job with maxRunners 0 (since 0.9.1).
",
    good: r#"
pool "runner-gpu" {
    mode "dind"
    runners max=2
}

// file .github/workflows/train.yml
on: push
jobs:
  train:
    runs-on: runner-gpu
    timeout-minutes: 60
    steps:
      - run: make train
"#,
    bad: r#"
pool "runner-gpu" {
    mode "dind"
    runners max=0
}

// file .github/workflows/train.yml
on: push
jobs:
  train:
    runs-on: runner-gpu
    timeout-minutes: 60
    steps:
      - run: make train
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        for resolved in &job.targets {
            let crate::lint::Fate::Pools(pools) = &resolved.fate else { continue };
            // Of several clusters one may be drained while the others go on.
            let drained =
                |pool: &&crate::check::PoolView<'_>| pool.objects.runner_set.spec.max_runners == Some(0);
            let (Some(pool), true) = (pools.first(), pools.iter().all(|pool| drained(&pool))) else {
                continue;
            };
            let found = out
                .found(format!("pool \"{}\" may have no runner", pool.pool.name()))
                .label(resolved.target.place(), format!("job \"{}\" asks for it", job.job.id.value))
                .label(pool.pool.max_span(), "drained here")
                .effect("the job waits until the pool has runners again, or is cancelled after 24 hours")
                .help("ask for another pool, or raise max");
            out.report_about(pool.pool, found);
        }
    }
}
