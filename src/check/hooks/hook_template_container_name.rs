//! `hook-template-container-name`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::suggest::nearest;
use crate::language::value::Name;

pub static RULE: Rule = Rule {
    code: "hook-template-container-name",
    severity: Severity::Error,
    summary: "a container of the template is called by a name that the hooks do not mean by it",
    explanation: "\
In the template the container of the job is called `$job`, and that of a service `$` and the last part
of the service's image without its tag: `$redis` for `redis:7`. Every other name is a container that is
added to the pod.

So `job` instead of `$job` does not change the job's container: the hook adds a second one of that name
beside its own, the API server refuses the pod (`spec.containers[1].name: Duplicate value: \"job\"`), and
every job fails with \"failed to create job pod\". And a name with `$` that no container of a job has, such
as `$runner`, is dropped without a word, and with it the limits, mounts or devices that stand there.

Rename the container. A name that can only be a service's is left alone where it could be one, since the
fleet file does not say which services your jobs have.

Known from: hooks 0.7.0 and 0.8.1 (`mergePodSpecWithOptions`, `generateContainerName`), ARC issue 3108.
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
                workingDir: /tmp
              - name: $redis
                resources:
                  limits: {cpu: 1, memory: 1Gi}
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
              - name: job
                workingDir: /tmp
            """#
    }
}
"##,
    check: Check::Pool(check),
};

/// Names that people give to the job's container, and that are hardly a service's.
const SLIPS: [&str; 6] = ["job", "jobs", "runner", "main", "workflow", "container"];

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(pod) = view.objects.job_pod() else { return };
    let pool = view.pool.name();
    for container in &pod.containers {
        let name = container.name.as_str();
        let (message, effect) = match name.strip_prefix('$') {
            None if name == "job" => (
                format!(
                    "the template of pool \"{pool}\" adds a second container \"job\" beside the job's own"
                ),
                "the API server refuses the pod for its duplicate name: every job fails",
            ),
            Some("job") | None => continue,
            Some(service) => {
                let slip = SLIPS.contains(&service) || nearest(service, ["job"]).is_some();
                if Name::parse(service).is_some() && !slip {
                    continue;
                }
                (
                    format!("no container of a job of pool \"{pool}\" is meant by \"{name}\""),
                    "the hook drops it without a word: what it says of limits, mounts and devices is lost",
                )
            }
        };
        let found = out
            .found(message)
            .label(view.job_pod_span(view.pool.span()), format!("container \"{name}\""))
            .effect(effect)
            .help("call it \"$job\"; a service's is \"$\" and the name of its image, such as \"$redis\"");
        out.report(found);
    }
}
