//! `runs-on-ambiguous`

use crate::check::findings::Reporter;
use crate::check::{Check, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::lint::{Fate, View};

pub static RULE: Rule = Rule {
    code: "runs-on-ambiguous",
    severity: Severity::Error,
    summary: "pools that are not alike may take the same job",
    explanation: "\
GitHub offers a job to every scale set whose labels hold all that it asks for, and the first that is free takes it. It is found
where these pools differ in what a job gets: their container mode, their hardware or their devices.

The job then runs on one of them today and on another tomorrow: a job for a GPU lands where there is none, a build that needs
Docker fails now and then. That can't be told from a flaky test.

Name the pool, or ask for a label that only the pools have that are alike. A runner group alone
(`runs-on: {group: …}`) is a warning: whether GitHub takes the scale sets of a group for alternatives is not
documented, and people report that it does not.

Known from: GitHub matches by superset (measured by others on live scale sets); reports on groups without labels.
",
    good: r#"
pool "build-small" {
    mode "dind"
    runners max=4
    labels "build"
}
pool "build-large" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="16Gi"
    labels "large"
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: build-small
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    bad: r#"
rule "labels-ambiguous" level="off" reason="each team asks for what it needs"
pool "build-small" {
    mode "dind"
    runners max=4
    labels "build"
}
pool "build-large" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="16Gi"
    labels "build"
}

// file .github/workflows/ci.yml
on: push
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
        for resolved in &job.targets {
            let target = &resolved.target;
            match &resolved.fate {
                Fate::Pools(pools) => {
                    let Some((one, other)) = unlike(pools) else { continue };
                    let found = out
                        .found(format!(
                            "pools \"{}\" and \"{}\" may both take job \"{}\", and they are not alike",
                            one.pool.name(),
                            other.pool.name(),
                            job.job.id.value
                        ))
                        .label(target.place(), "both answer to this")
                        .label(one.pool.span(), "one")
                        .label(other.pool.span(), "the other")
                        .effect("whichever is free takes the job: it runs on other hardware from one run to the next")
                        .help(format!("name the pool: `runs-on: {}`", one.pool.name()));
                    out.report(found);
                }
                Fate::GroupOnly(pools) => {
                    let help = match pools.first() {
                        Some(pool) => format!("name the pool as well: `labels: {}`", pool.pool.name()),
                        None => "name the pool as well".to_owned(),
                    };
                    let found = out
                        .found(format!("job \"{}\" names a runner group and no pool of it", job.job.id.value))
                        .severity(Severity::Warning)
                        .label(target.place(), "only a group")
                        .effect("people report that such a job is never given to a scale set: it may wait for ever")
                        .help(help);
                    out.report(found);
                }
                _ => {}
            }
        }
    }
}

/// Two of the pools in which a job finds something else.
fn unlike<'a>(pools: &[PoolView<'a>]) -> Option<(PoolView<'a>, PoolView<'a>)> {
    let first = pools.first()?;
    let gives = |view: &PoolView<'_>| {
        let classes: Vec<_> = view.pool.hardware.iter().map(|used| used.class).collect();
        (view.pool.mode, classes, view.pool.devices())
    };
    pools.iter().find(|other| gives(other) != gives(first)).map(|other| (*first, *other))
}
