//! `docker-cli-in-kube`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use crate::lint::shell::commands;
use crate::lint::workflow::Step;
use crate::lint::{JobView, View};
use crate::syntax::Span;

/// Programs that ask a Docker daemon.
const PROGRAMS: [&str; 2] = ["docker", "docker-compose"];
/// What the program does without one.
const ALONE: [&str; 5] = ["login", "logout", "context", "help", "buildx"];

pub static RULE: Rule = Rule {
    code: "docker-cli-in-kube",
    severity: Severity::Error,
    summary: "a step asks for a Docker daemon where there is none",
    explanation: "\
Only pools of mode `dind` have a Docker daemon. It is found where a job on another pool runs `docker build`, `docker run`,
`docker compose` or the like in a script, or uses `docker/build-push-action` without a builder elsewhere
(`docker/setup-buildx-action` with `driver: remote` or `driver: kubernetes`). A job that sets `DOCKER_HOST` is left alone.

The step fails: \"Cannot connect to the Docker daemon\", or that there is no program `docker`.

Run the job on a pool of mode `dind`, or build without a daemon: BuildKit in the cluster by `driver: kubernetes`, or buildah or kaniko in
the job's container.

Known from: docker/setup-buildx-action and docker/build-push-action, whose default driver starts a container by the daemon;
issue threads of both.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: build
    timeout-minutes: 10
    steps:
      - run: docker build -t app .
"#,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}

// file .github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: build
    container: ghcr.io/my-org/build:1
    timeout-minutes: 10
    steps:
      - run: docker build -t app .
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some((pool, target)) = job.pool(|pool| pool.mode != ContainerMode::Dind) else { continue };
        let elsewhere = has_builder(job);
        for step in view.steps_of(job) {
            if job.env(Some(step)).any(|entry| entry.name() == Some("DOCKER_HOST")) {
                continue;
            }
            let Some((what, span)) = asks(view, step, elsewhere) else { continue };
            let found = out
                .found(format!("{what} needs a Docker daemon, and pool \"{}\" has none", pool.name()))
                .label(span, "asks the daemon")
                .label(target.place(), format!("this pool is of mode \"{}\"", pool.mode))
                .effect("the step fails: \"Cannot connect to the Docker daemon\"")
                .help(
                    "use a pool of mode \"dind\", or `docker/setup-buildx-action` with `driver: kubernetes`",
                );
            out.report_about(pool, found);
        }
    }
}

/// Whether the job sets up a builder that is not beside the runner.
fn has_builder(job: &JobView<'_>) -> bool {
    job.job.steps.iter().any(|step| {
        step.uses.as_ref().is_some_and(|uses| uses.is("docker/setup-buildx-action"))
            && step.input_text("driver").is_some_and(|driver| driver == "remote" || driver == "kubernetes")
    })
}

/// What of a step asks the daemon.
fn asks(view: &View<'_>, step: &Step, elsewhere: bool) -> Option<(String, Span)> {
    if let Some(uses) = &step.uses {
        let builds = ["docker/build-push-action", "docker/bake-action"].iter().any(|action| uses.is(action));
        let starts = uses.is("docker/setup-buildx-action") || uses.is("docker/setup-qemu-action");
        return ((builds || starts) && !elsewhere)
            .then(|| (format!("`{}`", uses.text.split('@').next().unwrap_or("")), uses.span));
    }
    let scalar = step.run.as_ref()?.scalar()?;
    let found = commands(&scalar.text).into_iter().find(|command| {
        let alone = ALONE.contains(&command.verb()) || command.verb().is_empty();
        PROGRAMS.contains(&command.program()) && !(alone && command.program() == "docker")
    })?;
    let name = format!("`{} {}`", found.program(), found.verb());
    Some((name, scalar.place(view.sources, found.range())))
}
