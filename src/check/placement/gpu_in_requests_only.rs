//! `gpu-in-requests-only`

use crate::check::findings::Reporter;
use crate::check::pods::{amounts, containers, is_device, pods};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::Container;

pub static RULE: Rule = Rule {
    code: "gpu-in-requests-only",
    severity: Severity::Error,
    summary: "a device is requested in a way that Kubernetes refuses",
    explanation: "\
Devices can't be overcommitted, so Kubernetes takes them from a container's limits: a whole number, and
a request, if there is one at all, that equals the limit. A device in `requests` alone, half a device or
a request below the limit is refused by the API server: `Limit must be set for non overcommitable
resources`. For the runner's pod the EphemeralRunner then fails as `InvalidPod`; for the pod of a job
the hook fails, and the job is red at once with `failed to create job pod`.

fleetc writes devices as request and limit. This rule finds patches that do it otherwise.

Ask for devices with `hardware \"CLASS\" devices=1` of the pool. To share one GPU among jobs, let the device
plugin announce slices of it (time slicing or MIG), and count those.

Known from: the Kubernetes documentation on GPUs and extended resources; ARC issue 1483.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=4
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    hardware "gpu" devices=1
    job cpu=8 memory="64Gi" storage="40Gi"
}
"#,
    bad: r##"
pool "training" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="64Gi" storage="40Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              containers:
                - name: $job
                  resources:
                    requests:
                      nvidia.com/gpu: 1
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    for pod in pods(view) {
        for container in containers(pod.spec) {
            let Some(problem) = refused(container) else { continue };
            let found = out
                .found(format!("{problem} in container \"{}\" of {}", container.name, pod.what))
                .label(pod.patched.unwrap_or(view.pool.span()), "asked for here")
                .effect("the API server refuses the pod: the job fails at once, or its runner never starts")
                .help("ask with `hardware \"CLASS\" devices=1` instead; in a patch, write whole numbers under `limits`");
            out.report(found);
        }
    }
}

fn refused(container: &Container) -> Option<String> {
    let (requests, limits) = amounts(container);
    let devices = requests.iter().chain(limits).filter(|(name, _)| is_device(name));
    for (name, amount) in devices {
        let Ok(count) = amount.0.parse::<u64>() else {
            return Some(format!("{} \"{name}\" is no whole number of devices", amount.0));
        };
        let Some(limit) = limits.get(name) else {
            return Some(format!("\"{name}\" is requested without a limit"));
        };
        let differs = requests.get(name).is_some_and(|request| request.0.parse() != limit.0.parse::<u64>());
        if differs {
            return Some(format!("the request of {count} \"{name}\" differs from the limit of {}", limit.0));
        }
    }
    None
}
