//! `workflow-job-needs-container`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::workflows::runs_steps;

pub static RULE: Rule = Rule {
    code: "workflow-job-needs-container",
    severity: Severity::Error,
    summary: "an emitted workflow runs on a pool whose jobs need a container",
    explanation: "\
The jobs of `fetch-secrets`, `track-versions` and `fleet-check` run their steps on the runner itself. In the kubernetes modes a pool
refuses jobs that name no `container:`, unless `require-job-container` is off. It is found where one of these workflows
is given such a pool.

The pool takes the job, and its first step fails: `Jobs without a job container are forbidden on this runner`.

Name a pool with `mode \"dind\"` or `\"default\"`. For `track-versions` and `fleet-check` leave `pool` away to use a runner of GitHub's;
`fetch-secrets` without `pool` takes the first that will do.

Known from: `ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER` of the runner, which the charts and fleetc set in these modes.
",
    good: r#"
pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}

workflows {
    fleetc path="."
    fleet-check
}
"#,
    bad: r#"
pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}

workflows {
    fleetc path="."
    fleet-check pool="tests"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(workflows) = &cx.fleet.workflows else { return };
    let node = &workflows.node;
    let named = [
        ("fetch-secrets", node.fetch_secrets.as_ref().and_then(|node| node.pool.as_ref())),
        ("track-versions", node.track_versions.as_ref().and_then(|node| node.pool.as_ref())),
        ("fleet-check", node.fleet_check.as_ref().and_then(|node| node.pool.as_ref())),
    ];
    for (word, name) in named {
        let Some(name) = name else { continue };
        let Some(pool) = cx.fleet.pools.iter().find(|pool| pool.name() == name.as_str()) else { continue };
        if runs_steps(pool) {
            continue;
        }
        let found = out
            .found(format!("pool \"{}\" refuses the jobs of {word}: they have no container", pool.name()))
            .label(name.span, "runs there")
            .label(pool.node.mode.mode.span, "jobs need a container in this mode")
            .effect("the job is taken, and fails at its first step")
            .help("name a pool with `mode \"dind\"`, or leave `pool` away");
        out.report(found);
    }
}
