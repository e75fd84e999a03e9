//! `class-overcommit`

use crate::capacity::{Dimension, Effort, Lack, Outcome, Part, Refusal, Share, max_for, prove, shares};
use crate::capacity::{Limit, Strictness};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Fleet, Pool};

pub static RULE: Rule = Rule {
    code: "class-overcommit",
    severity: Severity::Error,
    summary: "all pools at their max do not fit on the nodes of their hardware",
    explanation: "\
A fleet fits when all pools can have their max of runners at once. fleetc proves it node by node, over
devices, processors, memory, disk and pods, with both pods of a runner counted where the mode makes two.

Where it does not fit, GitHub hands over jobs that the cluster can't place: runners are up, their pods
stay Pending, and the jobs fail when the time to prepare them is over, instead of waiting in the queue
where another pool could take them.

The finding names the first runner without a place, what it lacks, and the pools that hold its place.
Lower a max, add nodes, or make the job smaller. `fleetc capacity --max-for POOL` tells the largest max
that fits. Where overcommitting is meant, say so on the class: `overcommit cpu=\"allow\"` (or \"warn\").

Known from: pytorch/ci-infra issues 498, 499 and 952.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=1 cpu=96 memory="768Gi" devices=3
}

pool "train" {
    mode "kubernetes-novolume"
    runners max=3
    hardware "gpu" devices=1
    job cpu=16 memory="64Gi" storage="20Gi"
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=1 cpu=96 memory="768Gi" devices=3
}

pool "train" {
    mode "kubernetes-novolume"
    runners max=4
    hardware "gpu" devices=1
    job cpu=16 memory="64Gi" storage="20Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for share in shares(cx.fleet) {
        for part in prove(&share.problem, Effort::default()).parts {
            judge(cx.fleet, &share, &part, out);
        }
    }
}

fn judge(fleet: &Fleet, share: &Share, part: &Part, out: &mut Reporter<'_, '_>) {
    match &part.outcome {
        Outcome::Fits => {}
        Outcome::Refused(refusal) => report(fleet, share, refusal, None, out),
        Outcome::Undecided(open) => {
            let pool = pool(fleet, share, open.demand.index());
            let found = out
                .found(format!(
                    "it is not known whether all runners have a place: {} of {} were placed, and the rest was not refuted",
                    open.placed, open.asked
                ))
                .severity(Severity::Warning)
                .label(pool.max_span(), format!("runners of pool \"{}\" are among the rest", pool.name()))
                .effect("if they do not fit, jobs are taken that no node can hold, and fail while they wait for their pod")
                .help("leave more room, or use fewer different sizes of jobs on these nodes");
            out.report_about(pool, found);
        }
    }
    for warning in &part.warnings {
        if let Outcome::Refused(refusal) = &warning.outcome {
            report(fleet, share, refusal, Some(&warning.dimensions), out);
        }
    }
}

fn report(
    fleet: &Fleet,
    share: &Share,
    refusal: &Refusal,
    warned: Option<&[Dimension]>,
    out: &mut Reporter<'_, '_>,
) {
    let problem = &share.problem;
    let pool = pool(fleet, share, refusal.demand.index());
    // A device that no class declares is a wrong name: `device-unknown`.
    let declared = |wanted: &str| {
        fleet
            .hardware_of(pool)
            .any(|class| class.node.devices.iter().any(|device| device.name.as_str() == wanted))
    };
    let misnamed =
        |lack: &Lack| matches!(&lack.dimension, Dimension::Device(name) if !declared(name.as_str()));
    if refusal.lacks.iter().any(misnamed) {
        return;
    }
    let mut found =
        out.found(refusal.describe(problem)).label(pool.max_span(), refusal.reason.describe(problem));
    let holders = refusal.holders.iter().filter(|holder| holder.demand != refusal.demand);
    for holder in holders.take(3) {
        let other = self::pool(fleet, share, holder.demand.index());
        found =
            found.label(other.max_span(), format!("pool \"{}\" holds {} places", other.name(), holder.count));
    }
    found = nodes(fleet, share, pool, found)
        .effect("GitHub hands over jobs that no node can hold: their pods stay Pending and the jobs fail instead of waiting in the queue")
        .help(advice(share, refusal, warned.is_some()));
    if warned.is_some() {
        found = found.severity(Severity::Warning);
    }
    out.report_about(pool, found);
}

/// Points at the nodes that the pool may use.
fn nodes(fleet: &Fleet, share: &Share, pool: &Pool, mut found: Diagnostic) -> Diagnostic {
    for used in &pool.hardware {
        let of_class = share.groups.iter().filter(|(class, _)| *class == used.class).map(|(_, nodes)| nodes);
        for group in of_class.take(2) {
            found = found.label(
                group.span,
                match group.count.value.0 {
                    1 => format!("1 node of class \"{}\"", fleet.hardware[used.class].name()),
                    count => format!("{count} nodes of class \"{}\"", fleet.hardware[used.class].name()),
                },
            );
        }
    }
    found
}

fn advice(share: &Share, refusal: &Refusal, warned: bool) -> String {
    let strictness = if warned { Strictness::Warn } else { Strictness::Deny };
    let most = max_for(&share.problem, refusal.demand, strictness, Effort::default());
    match most.filter(|most| !matches!(most.limit, Limit::Others(_))) {
        Some(most) if most.runners > 0 => format!("write max={}, or add nodes", most.runners),
        Some(_) => "make the job smaller, or add larger nodes".to_owned(),
        None => "lower the max of the pools named here, or add nodes".to_owned(),
    }
}

fn pool<'f>(fleet: &'f Fleet, share: &Share, demand: usize) -> &'f Pool {
    &fleet.pools[share.pools[demand]]
}
