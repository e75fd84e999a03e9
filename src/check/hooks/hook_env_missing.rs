//! `hook-env-missing`

use super::environment::{self, HOOKS, POD_NAME};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::{COPIED_FOLDER, Generation, SHARED_VOLUME, generation};
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::Container;

pub static RULE: Rule = Rule {
    code: "hook-env-missing",
    severity: Severity::Error,
    summary: "the runner is not told which container hooks to use, or what its pod is called",
    explanation: "\
Two variables turn a runner into one that makes pods for its jobs. `ACTIONS_RUNNER_CONTAINER_HOOKS`
names the program: `/home/runner/k8s/index.js` (0.7) in mode `kubernetes`,
`/home/runner/k8s-novolume/index.js` (0.8) in mode `kubernetes-novolume`. Without it the runner looks for
Docker, which it does not have: `docker: command not found`. With the program of the other generation,
volumes and placement of the pod do not fit what the pool was given: a claim that does not exist, or
folders that nobody fills.

`ACTIONS_RUNNER_POD_NAME` is the name of the runner's own pod, from the field `metadata.name`: the hook
names and labels the job's pod by it. Without it every job fails. With a fixed text all runners of the pool
take the pods of the others for their own, and delete them.

fleetc sets both; this is found where an `env` with on=\"runner\" or a patch takes them away. A program of
your own is taken as a warning, since fleetc can't know what it makes.

Known from: hooks 0.7.0 and 0.8.1 (`constants.ts`), ARC issue 3002, runner issue 3372.
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
    env "ACTIONS_RUNNER_CONTAINER_HOOKS" "/home/runner/k8s/index.js" on="runner"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(hook), Some(runner)) = (generation(view.pool.mode), view.objects.runner_container()) else {
        return;
    };
    program(view, hook, runner, out);
    pod_name(view, runner, out);
}

fn program(view: PoolView<'_>, hook: &Generation, runner: &Container, out: &mut Reporter<'_, '_>) {
    let name = view.pool.name();
    let known = [&SHARED_VOLUME, &COPIED_FOLDER];
    let (message, severity, effect) = match environment::value(runner, HOOKS) {
        Some(path) if path == hook.entry_point => return,
        Some(path) => match known.iter().find(|other| other.entry_point == path) {
            Some(other) => (
                format!(
                    "pool \"{name}\" uses hooks {}, but its mode is made for {}",
                    other.version, hook.version
                ),
                Severity::Error,
                "every job fails: the job's pod is made for another kind of work folder",
            ),
            None => (
                format!("pool \"{name}\" uses hooks of its own, {path}"),
                Severity::Warning,
                "if the image has no such file every job fails; what these hooks make of the template is unknown",
            ),
        },
        None => (
            format!("{HOOKS} is not set for the runner of pool \"{name}\""),
            Severity::Error,
            "the runner looks for Docker and has none: every job with a container fails",
        ),
    };
    let found = out
        .found(message)
        .severity(severity)
        .label(environment::span(view, HOOKS, view.pool.span()), format!("expected {}", hook.entry_point))
        .effect(effect)
        .help(format!("leave {HOOKS} to fleetc, which sets it by the pool's `mode`"));
    out.report(found);
}

fn pod_name(view: PoolView<'_>, runner: &Container, out: &mut Reporter<'_, '_>) {
    let name = view.pool.name();
    let variable = environment::variable(runner, POD_NAME);
    let field = variable.and_then(|variable| variable.value_from.as_ref()?.field_ref.as_ref());
    let (message, effect) = match (field, variable) {
        (Some(field), _) if field.field_path == "metadata.name" => return,
        (_, None) => (
            format!("{POD_NAME} is not set for the runner of pool \"{name}\""),
            "the hook does not know its own pod, and every job fails",
        ),
        (_, Some(_)) => (
            format!("{POD_NAME} of pool \"{name}\" is not the name of the runner's pod"),
            "the hook looks for a pod that is not its own: jobs fail, or runners delete each other's pods",
        ),
    };
    let found = out
        .found(message)
        .label(environment::span(view, POD_NAME, view.pool.span()), "expected the field metadata.name")
        .effect(effect)
        .help(format!("leave {POD_NAME} to fleetc"));
    out.report(found);
}
