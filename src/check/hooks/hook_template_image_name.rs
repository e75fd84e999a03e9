//! `hook-template-image-name`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "hook-template-image-name",
    severity: Severity::Warning,
    summary: "the template gives a job's container an image, which the hooks skip",
    explanation: "\
The image of a job's container is the one that the workflow names under `container:`, and that of a service
the one under `services:`. An `image` of `$job` or `$redis` in the template is skipped; the hook prints
`Skipping image override: image can't be overwritten` into the log of a job, where nobody looks. Whoever
writes it means to pin or to mirror the image of all jobs, and that does not happen: jobs run on, with
another image than the file says, from another registry.

Name the image in the workflow, best in a reusable one that all repositories call. Where images are to come
from a mirror, set that up in the container runtime of the nodes.

Known from: hooks 0.7.0 and 0.8.1 (`mergeContainerWithOptions`).
",
    good: r##"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              containers:
              - name: $job
                imagePullPolicy: Always
            """#
    }
}
"##,
    bad: r##"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              containers:
              - name: $job
                image: registry.example.com/build:7
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(pod) = view.objects.job_pod() else { return };
    for container in pod.containers.iter().filter(|container| container.name.starts_with('$')) {
        let Some(image) = &container.image else { continue };
        let found = out
            .found(format!(
                "the hooks do not take the image of \"{}\" from the template of pool \"{}\"",
                container.name,
                view.pool.name(),
            ))
            .label(view.job_pod_span(view.pool.span()), format!("\"{image}\" is skipped"))
            .effect("jobs run in the image that their workflow names")
            .help("remove `image`, and name it under `container:` in the workflow");
        out.report(found);
    }
}
