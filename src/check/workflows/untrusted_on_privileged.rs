//! `untrusted-on-privileged`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::{ContainerMode, Target, Visibility};
use crate::lint::View;
use crate::model::{CacheKind, Fleet, Pool};

/// What a condition looks at that tells forks from branches of the repository.
const SORTS: [&str; 2] = ["head.repo.full_name", "head.repo.fork"];

pub static RULE: Rule = Rule {
    code: "untrusted-on-privileged",
    severity: Severity::Error,
    summary: "code of strangers runs on a pool from which it can reach more than its job",
    explanation: "\
Anybody can open a pull request to a public repository; with `pull_request_target` the workflow runs with the repository's
own secrets, whoever opened it. It is found where such a workflow asks for a pool that gives a job more than the job: a privileged Docker
daemon (`dind`) or container, a cache on the node's disk that other jobs read, secrets in its environment, or a
token for the cluster's API.

A job is then a way to the node and to what later jobs build: a privileged container reads the node's disk, a poisoned
cache is picked up by the next release.

Run such workflows on machines of GitHub's or on a pool made for it (`kubernetes-novolume`, no shared caches, no secrets), and say
there `forks=#true`: it states that forks are meant. A job whose `if` or `runs-on` asks for
`github.event.pull_request.head.repo.full_name` sorts forks out by itself and is left alone; so are workflows of repositories that the fleet file says are private.

Known from: GitHub's warnings on self-hosted runners of public repositories; the rights of a privileged container.
",
    good: r#"
repository "my-org/app" visibility="public"
runner-group "default" public=#true
pool "forks" forks=#true {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}

// file .github/workflows/ci.yml
on: pull_request
jobs:
  test:
    runs-on: forks
    container: debian:13
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    bad: r#"
repository "my-org/app" visibility="public"
runner-group "default" public=#true
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: pull_request
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let target = job.workflow.trigger(&["pull_request_target"]);
        let inside = matches!(view.visibility(), Some(Visibility::Private | Visibility::Internal));
        let trigger = match target.filter(|_| !inside) {
            Some(trigger) => trigger,
            None => match job.workflow.trigger(&["pull_request"]).filter(|_| view.is_public()) {
                Some(trigger) => trigger,
                None => continue,
            },
        };
        let runs_on = job.job.runs_on.as_ref().map_or("", |value| view.sources.text(value.span));
        let condition = job.job.condition.as_ref().and_then(|condition| condition.text()).unwrap_or("");
        if [condition, runs_on].iter().any(|text| SORTS.iter().any(|sorts| text.contains(sorts))) {
            continue;
        }
        let of_event = view.on_event(job, &trigger.name);
        let wanted = of_event.pool(|pool| !pool.node.forks.value && more(view.fleet, pool).is_some());
        let Some((pool, wanted)) = wanted else { continue };
        let Some(more) = more(view.fleet, pool) else { continue };
        let found = out
            .found(format!("pull requests of strangers run on pool \"{}\", which {more}", pool.name()))
            .label(trigger.name.span, "anybody can start this")
            .label(wanted.place(), format!("job \"{}\" runs there", job.job.id.value))
            .effect("a pull request can take over the node, or what later jobs read from it")
            .help("use a pool made for forks (`forks=#true`, no Docker daemon, no shared caches, no secrets), or a machine of GitHub's");
        out.report_about(pool, found);
    }
}

/// What the pool gives a job beyond the job.
fn more(fleet: &Fleet, pool: &Pool) -> Option<&'static str> {
    let privileged = pool.job_security().and_then(|security| security.privileged.as_ref());
    let shared = |cache: &crate::model::Cache| {
        matches!(cache.kind, CacheKind::HostPath(_))
            && cache.node.mounts.iter().any(|mount| !mount.read_only.value)
    };
    if pool.mode == ContainerMode::Dind {
        Some("has a privileged Docker daemon")
    } else if privileged.is_some_and(|privileged| privileged.value) {
        Some("runs privileged containers")
    } else if fleet.caches_of(pool).any(shared) {
        Some("lets jobs write to the node's disk")
    } else if pool.node.env.iter().any(|env| env.secret.is_some() && env.on.value != Target::Runner) {
        Some("has secrets in the environment of jobs")
    } else if pool.node.job.as_ref().is_some_and(|job| job.api_token.value) {
        Some("gives jobs a token for the cluster's API")
    } else {
        None
    }
}
