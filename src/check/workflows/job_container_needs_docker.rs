//! `job-container-needs-docker`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use crate::lint::workflow::{Runs, UsesKind};
use crate::lint::{JobView, View};
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "job-container-needs-docker",
    severity: Severity::Error,
    summary: "a job with containers asks for a pool that can't start any",
    explanation: "\
A pool of mode `default` runs steps in the runner's container. It has no Docker daemon and no container hooks, so nothing there can
start the image of `container:`, of `services:` or of an action that is a container. It is found where a job asks for such a
pool and has one of these.

The job takes a runner and fails while it is prepared: \"docker: command not found\", or that the Docker daemon can't be
reached.

Name a pool of mode `dind`, or of a kubernetes mode where the job has a `container:`.

Known from: the runner calls `docker` wherever no hooks are configured; threads of people whose service containers failed so.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    services:
      db:
        image: postgres:17
    steps:
      - run: make test
"#,
    bad: r#"
pool "build" {
    mode "default"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    services:
      db:
        image: postgres:17
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some((pool, target)) = job.pool(|pool| pool.mode == ContainerMode::Default) else { continue };
        let Some((what, span)) = container(view, job) else { continue };
        let found = out
            .found(format!(
                "job \"{}\" has {what}, and pool \"{}\" can start none",
                job.job.id.value,
                pool.name()
            ))
            .label(span, "needs a Docker daemon or container hooks")
            .label(target.place(), "mode \"default\" has neither")
            .effect("the job takes a runner and fails while it is prepared: docker is not found")
            .help("name a pool of mode \"dind\"");
        out.report_about(pool, found);
    }
}

/// The first container that a job wants.
fn container<'a>(view: &View<'a>, view_of_job: &JobView<'a>) -> Option<(&'static str, Span)> {
    let job = view_of_job.job;
    if let Some(container) = &job.container {
        return Some(("a container", container.key));
    }
    if let Some((name, _)) = job.services.first() {
        return Some(("a service container", name.span));
    }
    let uses = view.steps_of(view_of_job).into_iter().filter_map(|step| step.uses.as_ref());
    let is_container = |kind: &UsesKind| match kind {
        UsesKind::Docker(_) => true,
        kind => view.world.find(view.id, kind).is_some_and(|file| {
            let action = view.world.file(file).action();
            action.is_some_and(|action| matches!(action.runs, Runs::Docker { .. }))
        }),
    };
    uses.into_iter()
        .find(|uses| is_container(&uses.kind))
        .map(|uses| ("an action that is a container", uses.span))
}
