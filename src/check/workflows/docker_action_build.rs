//! `docker-action-build`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::workflow::{Runs, UsesKind};

pub static RULE: Rule = Rule {
    code: "docker-action-build",
    severity: Severity::Error,
    summary: "an action that is built from a Dockerfile runs on a pool that can't build",
    explanation: "\
In the kubernetes modes the container hooks start containers as pods. They can start an image that a registry has; they can't build
one. It is found where a job on such a pool uses an action whose `runs.image` is a Dockerfile, or an action or step
with an image and no entrypoint, which the hooks do not start either. Actions of other repositories are looked at where these are read
in the same run.

The step fails: \"Building container actions is not currently supported\".

Publish the action's image and write `image: docker://…` with an `entrypoint`, make the action a composite or JavaScript one, or
run the job on a pool of mode `dind`.

Known from: runner-container-hooks 0.7.0 and 0.8.1, `run-container-step.ts`.
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
      - uses: ./.github/actions/lint

// file .github/actions/lint/action.yml
name: lint
runs:
  using: docker
  image: docker://ghcr.io/my-org/lint:1
  entrypoint: /lint
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
    container: ghcr.io/my-org/build:1
    timeout-minutes: 10
    steps:
      - uses: ./.github/actions/lint

// file .github/actions/lint/action.yml
name: lint
runs:
  using: docker
  image: Dockerfile
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some((pool, _)) = job.pool(|pool| pool.mode.has_workflow_pod()) else { continue };
        for step in view.steps_of(job) {
            let Some(uses) = &step.uses else { continue };
            let (what, cause, help) = match &uses.kind {
                UsesKind::Docker(_) if step.input("entrypoint").is_none() => {
                    ("has no entrypoint", None, "add `with: entrypoint: …`")
                }
                UsesKind::Docker(_) => continue,
                kind => {
                    let found = view.world.find(view.id, kind);
                    let Some(action) = found.and_then(|file| view.world.file(file).action()) else {
                        continue;
                    };
                    let Runs::Docker { image: Some(image), entrypoint } = &action.runs else { continue };
                    let is_image = image.text().is_some_and(|text| text.starts_with("docker://"));
                    match (is_image, entrypoint) {
                        (true, Some(_)) => continue,
                        (true, None) => {
                            ("has no entrypoint", Some(image.span), "add `entrypoint:` to the action")
                        }
                        (false, _) => (
                            "is built from a Dockerfile",
                            Some(image.span),
                            "publish the image and name it, `image: docker://…` with an `entrypoint:`, or use a pool of \
                             mode \"dind\"",
                        ),
                    }
                }
            };
            let mut found = out
                .found(format!("the action {what}, and pool \"{}\" can't start it", pool.name()))
                .label(uses.span, "used here");
            if let Some(cause) = cause {
                found = found.label(cause, "the reason");
            }
            let effect = if what == "has no entrypoint" {
                "the step fails: the container hooks start no container without an entrypoint"
            } else {
                "the step fails: \"Building container actions is not currently supported\""
            };
            out.report_about(pool, found.effect(effect).help(help));
        }
    }
}
