//! `job-container-optional`

use super::environment::{self, REQUIRE_JOB_CONTAINER};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::generation;
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "job-container-optional",
    severity: Severity::Warning,
    summary: "jobs without a container run in the runner's own pod",
    explanation: "\
In the kubernetes modes a job runs in a pod of its own if its workflow names a `container:`. What becomes of
a job that names none is decided by `ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER`. With `true`, which fleetc sets, it
is refused at once, and the message says what to add. Otherwise its steps run in the runner's container: in a
gigabyte of memory that was meant for an agent, without the pool's devices and caches, and with the token of a
ServiceAccount that may make pods and read secrets in the namespace. A build that is killed for want of memory
there takes the runner with it, so the job shows as \"lost communication\" an hour later.

Remove `require-job-container=#false`, and add `container:` to the workflows; `fleetc lint` finds those that
lack it. For jobs that need no container there is mode `dind` or `default`.

Known from: ARC issue 2977, runner issue 838.
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    hooks require-job-container=#false
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(_), Some(runner)) = (generation(view.pool.mode), view.objects.runner_container()) else {
        return;
    };
    // As the runner reads it: StringUtil.ConvertToBoolean of release 2.336.0.
    let value = environment::value(runner, REQUIRE_JOB_CONTAINER).unwrap_or_default().to_lowercase();
    if ["1", "true", "$true"].contains(&value.as_str()) {
        return;
    }
    let word = view.pool.node.hooks.as_ref().map(|hooks| &hooks.require_job_container);
    let span = match word {
        Some(word) if !word.value => word.span,
        _ => environment::span(view, REQUIRE_JOB_CONTAINER, view.pool.span()),
    };
    let memory = view.pool.runner.memory.map_or_else(String::new, |memory| format!(" of {memory}"));
    let found = out
        .found(format!("jobs of pool \"{}\" that name no container run in the runner's pod", view.pool.name()))
        .label(span, "not refused")
        .effect(format!(
            "they share the runner's container{memory}, see no device or cache, and hold an account that may make pods"
        ))
        .help("remove it, and add `container:` to the workflows of this pool");
    out.report(found);
}
