//! `job-image-tools`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use crate::lint::View;

/// Parts of the names of images that hold no shell.
const BARE: [&str; 5] = ["distroless", "/static", "scratch", "chainguard/static", "hello-world"];

pub static RULE: Rule = Rule {
    code: "job-image-tools",
    severity: Severity::Warning,
    summary: "a job's image lacks what the container hooks run in it, or its login is not used",
    explanation: "\
The container hooks run programs in the job's container: `sh` and `tail` keep it alive, and in mode `kubernetes-novolume` `tar`, `find`, `stat`
and `env` carry the work folder in and out. It is found where the image is known to hold no shell (distroless, static), and where
`credentials` of a container meet a pool with `pull-secrets`: the pool's template then replaces the job's own login.

Without a shell the container ends at once and the job fails while it is prepared. With the wrong login the image
can't be pulled, and the job fails after the prepare timeout.

Use an image with a shell and GNU tar for jobs (the `-dev` or `:debug` variant of a bare one), and keep bare images for what is shipped. Put
the registry's login into the pool.

Known from: runner-container-hooks 0.8.1, `execCpToPod`; its merge of `imagePullSecrets`.
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
    container: debian:13
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
    container: gcr.io/distroless/base-debian13
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some((pool, target)) = job.pool(|pool| pool.mode.has_workflow_pod()) else { continue };
        let Some(container) = &job.job.container else { continue };
        if let Some(image) = &container.image
            && let Some(text) = image.text()
            && BARE.iter().any(|bare| text.contains(bare))
            && !text.contains("debug")
            && !text.contains("-dev")
        {
            let tools = match pool.mode {
                ContainerMode::KubernetesNovolume => "`sh`, `tar`, `find` and `stat`",
                _ => "`sh` and `tail`",
            };
            let found = out
                .found(format!("the image of job \"{}\" holds no shell", job.job.id.value))
                .label(image.span, format!("the container hooks run {tools} in it"))
                .label(target.place(), "its containers are pods")
                .effect("the container ends at once: the job fails while it is prepared")
                .help("use an image with a shell for the job, such as the `-dev` or `:debug` variant");
            out.report_about(pool, found);
        }
        if let (Some(credentials), Some(secrets)) = (&container.credentials, &pool.node.pull_secrets) {
            let found = out
                .found(format!("the login of job \"{}\" to its registry is not used", job.job.id.value))
                .label(credentials.span, "replaced")
                .label(secrets.span, "by the pool's own")
                .effect("if the pool's secrets don't open the registry, the image is not pulled and the job fails")
                .help("remove `credentials`, and put the registry's login into the pool's `pull-secrets`");
            out.report_about(pool, found);
        }
    }
}
