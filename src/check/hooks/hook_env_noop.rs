//! `hook-env-noop`

use super::environment::{
    self, CLAIM_NAME, COPY_IMAGE, HOOKS, POD_NAME, PREPARE_TIMEOUT, REQUIRE_JOB_CONTAINER, TEMPLATE,
    USE_SCHEDULER,
};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::{Generation, generation};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "hook-env-noop",
    severity: Severity::Warning,
    summary: "a setting of the container hooks is not read by those of this pool",
    explanation: "\
The runner's image carries two generations of container hooks, and they read different variables.
`ACTIONS_RUNNER_USE_KUBE_SCHEDULER` and `ACTIONS_RUNNER_CLAIM_NAME` are read by 0.7 (mode `kubernetes`):
0.8 (mode `kubernetes-novolume`) always leaves its pods to the scheduler and claims no volume.
`ACTIONS_RUNNER_IMAGE` is read by 0.8: 0.7 copies nothing into the job's pod. And all of them are read in
the runner's container: an `env` of a pool goes to the job's container unless it says `on=\"runner\"`,
and there nobody reads it.

Nothing fails. What was meant to happen does not happen, though, and the file says it does: so it costs an
hour to whoever next looks for a cause. Remove the line, or put it where it is read; for most there is a
word, such as `hooks prepare-timeout=\"20m\"`.

Known from: hooks 0.7.0 and 0.8.1 (`packages/k8s/src`).
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    hooks prepare-timeout="20m"
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    env "ACTIONS_RUNNER_USE_KUBE_SCHEDULER" "true" on="runner"
}
"#,
    check: Check::Pool(check),
};

/// What the hooks read, in one generation or both.
const READ: [&str; 8] = [
    CLAIM_NAME,
    COPY_IMAGE,
    HOOKS,
    POD_NAME,
    PREPARE_TIMEOUT,
    REQUIRE_JOB_CONTAINER,
    TEMPLATE,
    USE_SCHEDULER,
];

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(hook) = generation(view.pool.mode) else { return };
    let name = view.pool.name();
    let unread: &[&str] = if hook.names_node { &[COPY_IMAGE] } else { &[USE_SCHEDULER, CLAIM_NAME] };
    if let Some(runner) = view.objects.runner_container() {
        for variable in unread.iter().filter(|variable| environment::variable(runner, variable).is_some()) {
            let found = out
                .found(format!("pool \"{name}\" sets {variable}, which hooks {} do not read", hook.version))
                .label(environment::span(view, variable, view.pool.span()), "no effect")
                .effect(instead(hook))
                .help("remove it");
            out.report(found);
        }
    }
    if let Some(job) = view.objects.job_container() {
        for variable in READ.iter().filter(|variable| environment::variable(job, variable).is_some()) {
            let written = view.pool.node.env.iter().find(|env| env.name.as_str() == *variable);
            let span = written.map_or_else(|| view.job_pod_span(view.pool.span()), |env| env.span);
            let found = out
                .found(format!(
                    "pool \"{name}\" gives {variable} to the job's container, where no hook reads it"
                ))
                .label(span, "no effect")
                .effect("the hooks run in the runner's container and go by their own setting")
                .help("use the words of `hooks`, or add on=\"runner\"");
            out.report(found);
        }
    }
}

fn instead(hook: &Generation) -> &'static str {
    if hook.names_node {
        "the job's pod mounts the runner's work volume, and no image is used to fill it"
    } else {
        "the scheduler places every job's pod, which gets folders of its own and claims no volume"
    }
}
