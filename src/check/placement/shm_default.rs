//! `shm-default`

use crate::check::findings::Reporter;
use crate::check::pods::{mounts, working_container};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "shm-default",
    severity: Severity::Info,
    summary: "jobs with several devices have 64 MiB of shared memory",
    explanation: "\
A container's `/dev/shm` has 64 MiB unless the pod says otherwise. Libraries that move data between
devices of one job use it: NCCL fails with `unhandled system error` or `No space left on device`, data
loaders of PyTorch die with `Bus error`. `docker run --shm-size` and `container.options` of a workflow
do not help in the kubernetes modes: the hooks ignore them.

Write `shm=` at `job`, such as `job shm=\"16Gi\"`. It becomes a memory volume at `/dev/shm`, and what jobs
put there counts against the memory of the job.

Known from: the pod template of pytorch/ci-infra; NCCL's own troubleshooting page.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=4
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=4
    job cpu=8 memory="64Gi" storage="40Gi" shm="16Gi"
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=4
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=4
    job cpu=8 memory="64Gi" storage="40Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let several = |used: &&crate::model::HardwareUse| used.devices.values().any(|count| *count > 1);
    let Some(used) = view.pool.hardware.iter().find(several) else { return };
    let Some(container) = working_container(view) else { return };
    if mounts(container).any(|at| at.mount_path == "/dev/shm") {
        return;
    }
    let count = used.devices.values().max().copied().unwrap_or(0);
    let span = view.pool.node.job.as_ref().map_or(used.span, |job| job.span);
    let found = out
        .found(format!("jobs of pool \"{}\" hold {count} devices and have 64 MiB of shared memory", view.pool.name()))
        .label(span, "no `shm`")
        .effect("libraries such as NCCL fail where devices exchange data: \"No space left on device\", \"Bus error\"")
        .help("add `shm=` to `job`, such as `shm=\"16Gi\"`");
    out.report(found);
}
