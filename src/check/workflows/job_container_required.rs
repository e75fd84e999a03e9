//! `job-container-required`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;

pub static RULE: Rule = Rule {
    code: "job-container-required",
    severity: Severity::Error,
    summary: "a job without `container:` asks for a pool whose jobs need one",
    explanation: "\
In the kubernetes modes each job runs in a pod of its own, made from the image under `container:`. Such a pool refuses jobs
without one unless it says `hooks require-job-container=#false`: they would run in the runner's own pod, which has neither the
job's memory nor its devices.

The job starts, takes a runner, and fails in its first step with \"Jobs without a job container are forbidden on this
runner\".

Add `container:` with the image that the job needs, or name a `dind` pool.

Known from: the environment variable ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER of ARC's kubernetes mode and the runner's text for it.
",
    good: r#"
pool "runner-cpu" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: runner-cpu
    container: ghcr.io/my-org/build:1
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    bad: r#"
pool "runner-cpu" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: runner-cpu
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in view.jobs.iter().filter(|job| job.job.container.is_none()) {
        let wanted = job.pool(|pool| pool.mode.has_workflow_pod() && pool.requires_job_container());
        let Some((pool, target)) = wanted else { continue };
        let found = out
            .found(format!("job \"{}\" has no `container:`, and pool \"{}\" needs one", job.job.id.value, pool.name()))
            .label(job.job.id.span, "no container")
            .label(target.place(), "this pool runs each job in a pod of its own")
            .effect("the job takes a runner and fails: \"Jobs without a job container are forbidden on this runner\"")
            .help("add `container: IMAGE` to the job");
        out.report_about(pool, found);
    }
}
