//! `concurrency-missing`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::yaml::Value;

pub static RULE: Rule = Rule {
    code: "concurrency-missing",
    severity: Severity::Info,
    summary: "each push to a pull request takes scarce hardware once more",
    explanation: "\
A push to a pull request starts its workflows again; those of the push before go on. It is found where a workflow that runs on pull
requests asks for a pool whose jobs hold a device, and neither the workflow nor the job has `concurrency` with
`cancel-in-progress`.

Somebody who pushes three corrections in ten minutes holds three GPUs, two of them for results that nobody
will look at.

Write at the top of the workflow:

    concurrency:
      group: ${{ github.workflow }}-${{ github.ref }}
      cancel-in-progress: true

Known from: GitHub's documentation of `concurrency`.
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
on: pull_request
concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: true
jobs:
  test:
    runs-on: runner-gpu
    timeout-minutes: 10
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
on: pull_request
jobs:
  test:
    runs-on: runner-gpu
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some(trigger) = job.workflow.trigger(&["pull_request", "pull_request_target"]) else { continue };
        let cancels = |value: &Option<Value>| {
            let cancel = value.as_ref().and_then(|value| value.get("cancel-in-progress")?.text());
            cancel.is_some_and(|cancel| cancel != "false")
        };
        if cancels(&job.workflow.concurrency) || cancels(&job.job.concurrency) {
            continue;
        }
        let of_event = view.on_event(job, &trigger.name);
        let Some((pool, target)) = of_event.pool(|pool| pool.holds_device()) else { continue };
        let found = out
            .found(format!("a new push does not cancel job \"{}\" of the one before", job.job.id.value))
            .label(trigger.name.span, "each push starts it again")
            .label(target.place(), "each run holds a device")
            .effect("runs that nobody waits for hold devices that others wait for")
            .help("add `concurrency:` with a `group:` and `cancel-in-progress: true`");
        out.report_about(pool, found);
    }
}
