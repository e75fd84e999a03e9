//! `fs-init-image`

use super::environment::{self, COPY_IMAGE};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "fs-init-image",
    severity: Severity::Warning,
    summary: "the image that fills a job's folders is not the runner's",
    explanation: "\
Hooks 0.8 (mode `kubernetes-novolume`) start every job's pod with a container `fs-init`, which copies node and
the runner's other tools out of the runner's image. Which image that is, `ACTIONS_RUNNER_IMAGE` says. Without
it the hooks take `ghcr.io/actions/actions-runner:latest`: in a cluster without the Internet every job hangs in
`ImagePullBackOff`; elsewhere each node pulls half a gigabyte, on a tag that moves under a pinned runner.

fleetc sets it to the pool's own image, or to `hooks copy-image=`. This is found where a patch takes it away, or
changes the runner's image and leaves this one behind. Set the runner's image with `runner { image … }` rather
than with a patch: both follow.

Known from: hooks 0.8.1 (`createJobPod`), the chart `gha-runner-scale-set` 0.14.2.
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    hooks copy-image="registry.example.com/actions-runner:2.336.0"
}
"#,
    bad: r##"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              template:
                spec:
                  containers:
                  - name: runner
                    env:
                    - name: ACTIONS_RUNNER_IMAGE
                      $patch: delete
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(runner) = view.objects.runner_container() else { return };
    if view.pool.mode != ContainerMode::KubernetesNovolume {
        return;
    }
    let variable = environment::variable(runner, COPY_IMAGE);
    if variable.is_some_and(|variable| variable.value_from.is_some()) {
        return;
    }
    let chosen = view.pool.node.hooks.as_ref().is_some_and(|hooks| hooks.copy_image.is_some())
        || view.pool.node.env.iter().any(|env| env.name.as_str() == COPY_IMAGE);
    let name = view.pool.name();
    let own = runner.image.as_deref().unwrap_or_default();
    let (message, effect) = match environment::value(runner, COPY_IMAGE) {
        None => (
            format!("jobs of pool \"{name}\" are filled from ghcr.io/actions/actions-runner:latest"),
            "every job pulls an image that is not pinned; without a way to ghcr.io its pod never starts",
        ),
        Some(image) if chosen || image == own => return,
        Some(image) => (
            format!("jobs of pool \"{name}\" are filled from {image}, and the runner's image is {own}"),
            "jobs use tools of another release than the runner, and nodes pull both images",
        ),
    };
    let found = out
        .found(message)
        .label(environment::span(view, COPY_IMAGE, view.pool.span()), "changed here")
        .effect(effect)
        .help("set the runner's image with `runner { image … }`, and leave this variable to fleetc");
    out.report(found);
}
