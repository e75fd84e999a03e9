//! `max-missing`

use super::max;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::Nodes;
use crate::model::{Fleet, Hardware, HardwareUse, Pool};

pub static RULE: Rule = Rule {
    code: "max-missing",
    severity: Severity::Error,
    summary: "a pool has no upper number of runners",
    explanation: "\
Without `max` the controller takes 2,147,483,647. It is an error for a pool whose hardware is counted, which is hardware
with devices or without an autoscaler, and a warning for others.

GitHub keeps jobs in a queue only while a pool says that it is full. A pool without `max` never is: it takes every
queued job at once and makes a runner for each. Those that find no room stay Pending, their jobs count as
started, the preparation of the job's container runs into its timeout, and the jobs FAIL where they would
otherwise have waited. Other pools on the same nodes starve meanwhile.

Write `runners max=N`, with N no larger than what the hardware can carry. `fleetc capacity` shows that number.

Known from: pytorch/ci-infra issues 496 and 498; `newAutoScalingListener` of ARC 0.14.2.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=2 cpu=64 memory="512Gi" devices=4
}
pool "train" {
    mode "kubernetes-novolume"
    runners max=8
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=2 cpu=64 memory="512Gi" devices=4
}
pool "train" {
    mode "kubernetes-novolume"
    runners
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    if max(view).is_some() {
        return;
    }
    let pool = view.pool;
    let counted = cx.fleet.hardware_of(pool).any(|class| class.is_scarce() || !class.node.autoscaled.value);
    let found = out
        .found(format!("pool \"{}\" has no upper number of runners", pool.name()))
        .label(pool.node.runners.span, "no max");
    let found = if counted {
        let mut names: Vec<_> = cx.fleet.hardware_of(pool).map(Hardware::name).collect();
        names.dedup();
        let room = room(cx.fleet, pool);
        let most = room.map_or_else(String::new, |most| {
            let jobs = if most == 1 { "job" } else { "jobs" };
            format!(": hardware \"{}\" has room for {most} such {jobs} at most", names.join("\" and \""))
        });
        let number = room.map_or("N".to_owned(), |most| most.to_string());
        found
            .effect("GitHub hands over every queued job at once; those that find no room time out and fail instead of waiting")
            .help(format!("write `runners max={number}`{most}"))
    } else {
        found
            .severity(Severity::Warning)
            .effect("GitHub hands over every queued job at once: one large matrix can fill the cluster")
            .help("write `runners max=N`, with the most jobs that may run at once")
    };
    out.report(found);
}

/// Most jobs of the pool that its hardware could carry if it had all of it; none where nothing bounds it.
fn room(fleet: &Fleet, pool: &Pool) -> Option<u64> {
    let cluster = fleet.cluster_of(pool);
    pool.hardware.iter().try_fold(0u64, |sum, used| {
        let class = &fleet.hardware[used.class];
        let groups = class.nodes_in(cluster);
        groups.into_iter().try_fold(sum, |sum, nodes| {
            let each = room_on(class, used, nodes, pool)?;
            Some(sum.saturating_add(each.saturating_mul(u64::from(nodes.count.value.0))))
        })
    })
}

/// Most jobs that one node could carry.
fn room_on(class: &Hardware, used: &HardwareUse, nodes: &Nodes, pool: &Pool) -> Option<u64> {
    let there = class.devices_of(nodes);
    let devices = used.devices.iter().filter_map(|(device, count)| {
        u64::from(there.get(device).copied().unwrap_or(0)).checked_div(u64::from(*count))
    });
    let cpu = pool.job.cpu.and_then(|job| nodes.cpu.value.0.checked_div(job.0));
    let memory = pool.job.memory.and_then(|job| nodes.memory.value.0.checked_div(job.0));
    devices.chain(cpu).chain(memory).min()
}

#[cfg(test)]
mod tests {
    use crate::check::example;
    use crate::diagnostic::Severity;

    #[test]
    fn the_help_counts_what_fits() {
        let run = example::run(super::RULE.bad);
        let found = run.diagnostics.iter().find(|d| d.code == super::RULE.code);
        let help = found.and_then(|d| d.help.as_deref());
        assert_eq!(help, Some("write `runners max=8`: hardware \"gpu\" has room for 8 such jobs at most"));
    }

    #[test]
    fn hardware_that_grows_is_only_a_warning() {
        let grows = super::RULE.bad.replace("hardware \"gpu\" {", "hardware \"gpu\" autoscaled=#true {");
        let grows = grows
            .replace("    device \"nvidia.com/gpu\"\n", "")
            .replace(" devices=4", "")
            .replace(" devices=1", "");
        let run = example::run(&grows);
        let found = run.diagnostics.iter().find(|d| d.code == super::RULE.code);
        assert_eq!(found.map(|d| d.severity), Some(Severity::Warning));
    }
}
