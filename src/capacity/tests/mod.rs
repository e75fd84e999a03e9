//! Hand cases, and properties against a packer that tries everything.

mod brute;
mod cases;
mod properties;
mod rendering;
mod spread;

use super::*;

/// Bytes in a GiB.
pub(super) const GI: u64 = 1 << 30;

/// Resources of a pod or node: cores in thousandths, GiB, devices of kind `gpu`.
pub(super) fn res(cpu: u64, memory: u64, gpu: u64) -> Resources {
    let devices = if gpu > 0 { [(DeviceName::new("gpu"), gpu)].into() } else { Default::default() };
    Resources { cpu, memory: memory * GI, storage: 0, pods: 1, devices }
}

/// A node with room for 110 pods and any storage.
pub(super) fn nodes(name: &str, count: u32, resources: Resources) -> NodeGroup {
    let allocatable = Resources { pods: 110, storage: Resources::UNLIMITED, ..resources };
    NodeGroup { name: name.to_owned(), count, allocatable }
}

/// A pool whose pods are named `runner`, `workflow`.
pub(super) fn pool(name: &str, max: u32, class: ClassId, placement: Placement, pods: &[Resources]) -> Demand {
    let names = ["runner", "workflow", "extra"];
    let shape = |(resources, name): (&Resources, &&str)| PodShape {
        name: (*name).to_owned(),
        resources: resources.clone(),
        spread: true,
    };
    Demand {
        pool: name.to_owned(),
        max,
        class,
        placement,
        pods: pods.iter().zip(&names).map(shape).collect(),
    }
}

/// The fleet of seven pools.
pub(super) fn seven(gpu_max: u32) -> Problem {
    let device = |mut r: Resources, name: &str, count: u64| {
        r.devices.insert(DeviceName::new(name), count);
        r
    };
    let mut problem = Problem::new(Policies::default());
    let cpu = problem.add_group(nodes("cpu", 10, res(128_000, 1024, 0)));
    let gpu = problem.add_group(nodes("gpu", 1, device(res(96_000, 768, 0), "nvidia.com/gpu", 3)));
    let fpga = problem.add_group(nodes("fpga", 3, device(res(64_000, 512, 0), "hyperaccel.ai/fpga", 1)));
    let both = device(device(res(96_000, 768, 0), "nvidia.com/gpu", 2), "hyperaccel.ai/fpga", 2);
    let hybrid = problem.add_group(nodes("hybrid", 2, both));
    let [cpu, gpu, fpga, hybrid] = [cpu, gpu, fpga, hybrid].map(|group| problem.add_class([group]));
    let runner = res(500, 1, 0);
    let mut add = |name: &str, max, class, pods: &[Resources]| {
        problem.add_demand(pool(name, max, class, Placement::Together, pods));
    };
    add("runner-base", 10, cpu, &[res(8_000, 32, 0)]);
    add("runner-cpu", 10, cpu, &[runner.clone(), res(32_000, 128, 0)]);
    add("runner-cpu-largememory", 10, cpu, &[runner.clone(), res(16_000, 256, 0)]);
    add("runner-highcpu", 10, cpu, &[runner.clone(), res(64_000, 128, 0)]);
    add("runner-fpga", 3, fpga, &[runner.clone(), device(res(32_000, 128, 0), "hyperaccel.ai/fpga", 1)]);
    add("runner-gpu", gpu_max, gpu, &[runner.clone(), device(res(16_000, 64, 0), "nvidia.com/gpu", 1)]);
    let pair = device(device(res(32_000, 128, 0), "nvidia.com/gpu", 1), "hyperaccel.ai/fpga", 1);
    add("runner-hybrid", 4, hybrid, &[runner, pair]);
    problem
}

/// Refusals of a proof.
pub(super) fn refusals(proof: &Proof) -> Vec<&Refusal> {
    let refused = |part: &'_ Part| matches!(part.outcome, Outcome::Refused(_));
    let parts = proof.parts.iter().filter(|part| refused(part));
    parts
        .filter_map(|part| match &part.outcome {
            Outcome::Refused(refusal) => Some(refusal),
            _ => None,
        })
        .collect()
}
