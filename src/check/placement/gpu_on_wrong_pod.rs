//! `gpu-on-wrong-pod`

use crate::check::findings::Reporter;
use crate::check::pods::{amounts, containers, is_device, pods, working_container};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::Container;

pub static RULE: Rule = Rule {
    code: "gpu-on-wrong-pod",
    severity: Severity::Error,
    summary: "a container that does not run the job holds a device",
    explanation: "\
A device belongs to the container that requested it, from the start of its pod to its end. In the
kubernetes modes steps run in the job's pod. A device on the runner's container is held by an agent that
does not use it, idle runners included; the job sees none: `nvidia-smi: command not found`, `no CUDA
device`. On both, each job takes two.

In the modes `dind` and `default` steps run in the runner's container, and that holds the device; a
second one on the Docker daemon or another container is taken for nothing too.

fleetc puts devices where the steps run. This rule finds patches that put them, or claims of dynamically
allocated devices, elsewhere. Ask with `hardware \"CLASS\" devices=1` of the pool instead.

Known from: reports on GPU pools of ARC in the kubernetes modes; the definitions of pytorch/ci-infra.
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
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              template:
                spec:
                  containers:
                    - name: runner
                      resources:
                        requests:
                          nvidia.com/gpu: 1
                        limits:
                          nvidia.com/gpu: 1
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(worker) = working_container(view) else { return };
    for pod in pods(view) {
        let others = containers(pod.spec).filter(|container| !std::ptr::eq(*container, worker));
        for container in others {
            let Some(device) = held(container) else { continue };
            let twice = held(worker).is_some();
            let found = out
                .found(format!(
                    "container \"{}\" of {} holds {device}, but steps run in \"{}\"",
                    container.name, pod.what, worker.name
                ))
                .label(pod.patched.unwrap_or(view.pool.span()), "held where no step runs")
                .effect(if twice {
                    "every job takes the device twice, and half of them are idle"
                } else {
                    "the device is taken, and steps do not see it"
                })
                .help("remove it here, and ask with `hardware \"CLASS\" devices=1`: fleetc puts devices where steps run");
            out.report(found);
        }
    }
}

/// What a container holds, in words.
fn held(container: &Container) -> Option<String> {
    let (requests, limits) = amounts(container);
    let device =
        limits.keys().chain(requests.keys()).find(|name| is_device(name)).map(|name| format!("\"{name}\""));
    let claims = container.resources.as_ref().and_then(|resources| resources.claims.as_ref());
    device.or_else(|| claims?.first().map(|claim| format!("the claim \"{}\"", claim.name)))
}
