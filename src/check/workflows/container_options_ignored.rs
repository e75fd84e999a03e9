//! `container-options-ignored`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;

pub static RULE: Rule = Rule {
    code: "container-options-ignored",
    severity: Severity::Warning,
    summary: "a container's `options` do nothing on the pool that it runs on",
    explanation: "\
`options` of `container:` and `services:` are those of `docker create`. In the kubernetes modes there is no Docker: the
container hooks make a pod, and read nothing of them. It is found where a job on such a pool has some.

The job runs without what it asked for: no GPU (`--gpus`), 64 MiB of shared memory (`--shm-size`), no health check, so that steps
start before a database does (`--health-cmd`), another user (`--user`).

Set it where the pod is made: devices by the pool's `hardware`, shared memory by `job shm=\"8Gi\"`, the user by
`job { security user=1001 }`, other things by a `patch` of HookTemplate. Wait for a service in a step of its own.

Known from: runner-container-hooks 0.7.0 and 0.8.1, which use image, env, ports, entrypoint and arguments only.
",
    good: r#"
pool "runner-cpu" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" shm="2Gi"
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
    container:
      image: ghcr.io/my-org/build:1
      options: --shm-size=2g
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some((pool, target)) = job.pool(|pool| pool.mode.has_workflow_pod()) else { continue };
        let services = job.job.services.iter().map(|(_, container)| container);
        for container in job.job.container.iter().chain(services) {
            let Some(options) = &container.options else { continue };
            let text = options.text().unwrap_or("");
            if text.trim().is_empty() {
                continue;
            }
            let help = if text.contains("--gpus") {
                "the pool's `hardware` gives devices: remove the option"
            } else if text.contains("--shm-size") {
                "give the pool shared memory: `job shm=\"2Gi\"`"
            } else if text.contains("--health") {
                "wait for the service in a step, such as `until pg_isready; do sleep 1; done`"
            } else if text.contains("--user") {
                "set the user in the pool: `job { security user=1001 }`"
            } else {
                "set it in the pool, by a word of its own or a `patch \"HookTemplate\"`"
            };
            let found = out
                .found(format!("pool \"{}\" reads no `options` of containers", pool.name()))
                .label(options.span, "ignored")
                .label(target.place(), "its containers are pods")
                .effect("the container starts without them, and nothing says so")
                .help(help);
            out.report_about(pool, found);
        }
    }
}
