//! `hook-sidecar`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::generation;
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::Container;

pub static RULE: Rule = Rule {
    code: "hook-sidecar",
    severity: Severity::Warning,
    summary: "the template adds a container to every pod that the hooks make",
    explanation: "\
A container of the template whose name does not begin with `$` is added to the job's pod, and also to the pod
of every step that runs a container action (`uses: docker://…`, or an action with a Dockerfile's image).
There it does harm: hooks 0.7 make such a step a batch Job and wait until it is complete, which it never is
while a sidecar runs on, and they take the step's exit code from the last container, which is not the step's.

In the job's pod the sidecar lives as long as the job. Where it states no requests and limits, a namespace
with a quota refuses the whole pod, and the pod loses the class Guaranteed.

What a job needs beside it is better a service of the job (`services:` in the workflow), and what a node needs
is better a DaemonSet. If it has to be a sidecar, give it requests and limits, make sure that jobs of this
pool use no container actions, and silence this rule with that as the reason.

Known from: hooks 0.7.0 (`createJob`, `runContainerStep`) and 0.8.1 (`createContainerStepPod`).
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}
"#,
    bad: r##"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              containers:
              - name: metrics
                image: example.com/metrics:1
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(hook), Some(pod)) = (generation(view.pool.mode), view.objects.job_pod()) else { return };
    // A container called "job" is a slip, which hook-template-container-name explains.
    let added = |container: &&Container| !container.name.starts_with('$') && container.name != "job";
    for sidecar in pod.containers.iter().filter(added) {
        let sized = sidecar.resources.as_ref().is_some_and(|r| r.limits.is_some());
        let size = if sized { "" } else { "; it states no limits, so a quota would refuse the pod" };
        let steps = if hook.makes_jobs {
            "a step with a container action waits for it to end, which it does not"
        } else {
            "each step with a container action gets one of its own"
        };
        let found = out
            .found(format!(
                "every job and every container action of pool \"{}\" gets the container \"{}\"",
                view.pool.name(),
                sidecar.name,
            ))
            .label(view.job_pod_span(view.pool.span()), "added by this patch")
            .effect(format!("{steps}{size}"))
            .help("use `services:` in the workflow, or a DaemonSet");
        out.report(found);
    }
}
