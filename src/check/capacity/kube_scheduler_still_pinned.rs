//! `kube-scheduler-still-pinned`

use crate::capacity::{
    DemandId, NodeGroup, Problem, SpreadFailure, SpreadProof, SpreadShare, shares, show, spread_bound,
};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "kube-scheduler-still-pinned",
    severity: Severity::Warning,
    summary: "the pod of a job may wait for ever on the node that its runner happened to get",
    explanation: "\
In the mode `kubernetes`, the container hooks (0.7) pin the pod of a job to the node of its runner,
also when the scheduler places it. But the scheduler chose that node for the small runner, without
knowing what would follow. If runners of large jobs come together on one node, the pods of their jobs
wait there, no autoscaler helps, and after the time to prepare them the jobs fail.

fleetc spreads the runners of each pool evenly over its nodes (a topology spread constraint with a skew
of 1), so that a node never holds more than max / nodes of them, rounded up. This rule adds up these
worst cases for each group of nodes. Where the sum fits, no job can ever wait on a full node; where it
does not, this warning says by how much.

Lower a max, add nodes, give pools classes of their own, or use the mode `kubernetes-novolume`, whose
jobs are placed by themselves.

Known from: runner-container-hooks issue 227, ARC issues 4112 and 4113.
",
    good: r#"
hardware "big" {
    select "size" "big"
    nodes "big" count=4 cpu=64 memory="256Gi"
}

pool "build" {
    mode "kubernetes"
    runners max=4
    hardware "big"
    work "20Gi" access="ReadWriteOnce"
    job cpu=48 memory="128Gi"
}
"#,
    bad: r#"
hardware "big" {
    select "size" "big"
    nodes "big" count=4 cpu=64 memory="256Gi"
}

pool "build" {
    mode "kubernetes"
    runners max=2
    hardware "big"
    work "20Gi" access="ReadWriteOnce"
    job cpu=40 memory="128Gi"
}

pool "test" {
    mode "kubernetes"
    runners max=2
    hardware "big"
    work "20Gi" access="ReadWriteOnce"
    job cpu=40 memory="128Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for share in shares(cx.fleet) {
        let SpreadProof::Fails(failures) = spread_bound(&share.problem) else { continue };
        // What runs out on the same nodes has one cause, and is one finding.
        for failures in failures.chunk_by(|one, other| one.group == other.group) {
            let pool = |part: &SpreadShare| &cx.fleet.pools[share.pools[part.demand.index()]];
            let is_pinned = |part: &SpreadShare| {
                pool(part).mode == ContainerMode::Kubernetes && pool(part).uses_scheduler()
            };
            let counts = |failure: &&SpreadFailure| {
                failure.pools.iter().any(is_pinned)
                    && failure.pools.iter().any(|part| has_choice(&share.problem, part.demand))
            };
            let failures: Vec<_> = failures.iter().filter(counts).collect();
            let Some(failure) = failures.first() else { continue };
            let (class, group) = &share.groups[failure.group.index()];
            let amount = |amount| show(&failure.dimension, amount);
            let lacks = failures.iter().map(|failure| {
                let show = |amount| show(&failure.dimension, amount);
                format!(
                    "{} {} of {}",
                    failure.dimension,
                    show(failure.load),
                    show(u128::from(failure.allocatable))
                )
            });
            let mut found = out
                .found(format!(
                    "on a node of \"{}\" runners may come together whose jobs need more than it has: {}",
                    group.name.value,
                    lacks.collect::<Vec<_>>().join(", ")
                ))
                .label(group.span, format!("nodes of class \"{}\"", cx.fleet.hardware[*class].name()));
            for part in failure.pools.iter().take(3) {
                let (runners, need) =
                    if part.runners == 1 { ("runner", "needs") } else { ("runners", "need") };
                found = found.label(
                    pool(part).max_span(),
                    format!(
                        "up to {} {runners} of \"{}\" on one node, which {need} {} {}",
                        part.runners,
                        pool(part).name(),
                        failure.dimension,
                        amount(part.amount)
                    ),
                );
            }
            let found = found
                .effect("the pod of a job is pinned to its runner's node and stays Pending there while other nodes are free; after the time to prepare it the job fails")
                .help("use mode \"kubernetes-novolume\", give the pools classes of their own, or lower max until a node holds the sum");
            out.report(found);
        }
    }
}

/// Whether a runner of the pool can find a node where its job fits, and another beside it. Where it
/// can't, `class-overcommit` has said all that there is to say.
fn has_choice(problem: &Problem, demand: DemandId) -> bool {
    let Some(demand) = problem.demand(demand) else { return false };
    let groups = || problem.class(demand.class).iter().filter_map(|group| problem.group(*group));
    let needs = demand.runner();
    let fits = |group: &NodeGroup| {
        needs.dimensions().all(|dimension| needs.get(&dimension) <= group.allocatable.get(&dimension))
    };
    groups().map(|group| u64::from(group.count)).sum::<u64>() > 1 && groups().any(fits)
}
