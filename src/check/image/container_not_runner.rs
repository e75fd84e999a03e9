//! `container-not-runner`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "container-not-runner",
    severity: Severity::Error,
    summary: "the pod has no container `runner`, or that starts nothing",
    explanation: "\
ARC hands a runner its configuration through a variable of the container that is called `runner`. If no
container has that name, the configuration reaches none: the pod runs, and no runner ever registers. If
the container has no command, it runs its image's own, and the official image has none that starts a
runner: the pod ends at once, and ARC makes the next, for ever.

fleetc names the container and its command, `/home/runner/run.sh`. This rule finds patches that rename it
(a strategic merge adds a second container instead) or remove its command. A command of your own must
start that script in the end.

Known from: the resource builder of ARC 0.14.2, which compares the name; ARC's example values.
",
    good: r#"
pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r##"
pool "tests" {
    mode "default"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    patch "AutoscalingRunnerSet" {
        json #"""
            [{"op": "replace", "path": "/spec/template/spec/containers/0/name", "value": "agent"}]
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (problem, effect, help) = match view.objects.runner_container() {
        None => (
            format!("the runner's pod of pool \"{}\" has no container \"runner\"", view.pool.name()),
            "ARC gives no container its configuration: pods run, and no runner registers",
            "keep the name \"runner\"",
        ),
        Some(runner) if runner.command.as_ref().is_none_or(Vec::is_empty) => (
            format!("the container \"runner\" of pool \"{}\" has no command", view.pool.name()),
            "the image starts no runner by itself: pods end at once, and ARC makes new ones for ever",
            "keep the command /home/runner/run.sh",
        ),
        Some(_) => return,
    };
    let found = out
        .found(problem)
        .label(view.runner_pod_span(view.pool.span()), "changed by this patch")
        .effect(effect)
        .help(help);
    out.report(found);
}
