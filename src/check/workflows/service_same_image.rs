//! `service-same-image`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::syntax::Span;
use std::collections::HashMap;

pub static RULE: Rule = Rule {
    code: "service-same-image",
    severity: Severity::Error,
    summary: "two containers of a job's pod would have the same name",
    explanation: "\
In the kubernetes modes the container hooks name a service's container after the last part of its image, without the tag:
`ghcr.io/my-org/postgres:17` becomes `postgres`. It is found where two services of a job share that name, or one is called
`job`, which is the job's own container.

The API server refuses a pod with two containers of one name, so the job fails before its first step: \"Duplicate value\". Two
services on one port clash as well, since all containers of a pod share one network.

Push one of the images under another name, or run both in one service.

Known from: runner-container-hooks 0.7.0 and 0.8.1, `createContainerSpec`; fixed there after 0.8.1.
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
    services:
      old:
        image: postgres:16
      new:
        image: ghcr.io/my-org/postgres-next:17
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
    container: ghcr.io/my-org/build:1
    timeout-minutes: 10
    services:
      old:
        image: postgres:16
      new:
        image: postgres:17
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some((pool, _)) = job.pool(|pool| pool.mode.has_workflow_pod()) else { continue };
        let own = job.job.container.as_ref().map_or(job.job.id.span, |container| container.key);
        let mut names: HashMap<String, Span> = HashMap::from([("job".to_owned(), own)]);
        for (_, service) in &job.job.services {
            let Some(image) = service.image.as_ref() else { continue };
            let Some(name) = image.text().filter(|text| !text.contains("${{")).and_then(container_name)
            else {
                continue;
            };
            let Some(first) = names.get(&name) else {
                names.insert(name, image.span);
                continue;
            };
            let found = out
                .found(format!("two containers of job \"{}\" would be called \"{name}\"", job.job.id.value))
                .label(image.span, "named after its image")
                .label(*first, "so is this")
                .effect("the API server refuses the job's pod: the job fails before its first step")
                .help("push the image under another name, or run both in one service");
            out.report_about(pool, found);
        }
    }
}

/// What the hooks call the container of an image: its last part, without tag and digest.
fn container_name(image: &str) -> Option<String> {
    let last = image.trim_start_matches("docker://").rsplit('/').next()?;
    Some(last.split([':', '@']).next()?.to_owned())
}
