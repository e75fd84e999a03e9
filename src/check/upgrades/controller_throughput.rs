//! `controller-throughput`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::suggest::one_of;

/// Pools that a controller with its default pace serves without a queue to speak of.
const POOLS: usize = 100;
/// Runners, likewise: at 20 requests a second and about ten for each runner, this is eight minutes.
const RUNNERS: u64 = 1000;
/// The chart's defaults.
const RECONCILES: u32 = 2;
const QPS: u32 = 20;
const BURST: u32 = 30;

pub static RULE: Rule = Rule {
    code: "controller-throughput",
    severity: Severity::Warning,
    summary: "one controller serves many pools or runners at its default pace",
    explanation: "\
One controller serves all pools of a cluster. By default it reconciles 2 runners at the same time and
sends 20 requests a second (30 at once) to the API server. Each runner takes several of both on its way
from nothing to running and back. With more than about 100 pools or 1,000 runners its queue grows: after
a change of many pools, or when a matrix of jobs starts, minutes pass before runners are made, and
nothing shows why jobs wait.

Raise all three, such as `controller concurrent-reconciles=20 api-qps=200 api-burst=400`, and watch
the API server. Runners of pools without `max` are not counted.

Known from: ARC issues 3832, 3848, 4451 and 4470, and the defaults of the chart 0.14.2.
",
    good: r#"
controller concurrent-reconciles=20 api-qps=200 api-burst=400
pool "build" {
    mode "dind"
    runners max=2000
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=2000
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let node = cx.fleet.controller.node.as_ref();
    let value = |of: Option<u32>, default: u32| of.unwrap_or(default);
    let reconciles =
        value(node.and_then(|n| n.concurrent_reconciles.as_ref()).map(|c| c.value.0), RECONCILES);
    let qps = value(node.and_then(|n| n.api_qps.as_ref()).map(|c| c.value.0), QPS);
    let burst = value(node.and_then(|n| n.api_burst.as_ref()).map(|c| c.value.0), BURST);
    let slow = [
        ("concurrent-reconciles=20", reconciles <= RECONCILES),
        ("api-qps=200", qps <= QPS),
        ("api-burst=400", burst <= BURST),
    ];
    let raise: Vec<_> = slow.into_iter().filter(|(_, slow)| *slow).map(|(word, _)| word).collect();
    if raise.is_empty() {
        return;
    }
    for (at, cluster) in cx.fleet.clusters.iter().enumerate() {
        let pools: Vec<_> = cx.fleet.pools.iter().filter(|pool| pool.cluster == at).collect();
        let runners: u64 = pools.iter().map(|pool| u64::from(pool.max().unwrap_or(0))).sum();
        if pools.len() <= POOLS && runners <= RUNNERS {
            continue;
        }
        let found = out
            .found(format!(
                "the controller of {} serves {} pools with up to {runners} runners, {reconciles} runners at a time and {qps} requests a second",
                cluster.label(),
                pools.len(),
            ))
            .label(cx.fleet.controller.span, "its pace is set here")
            .effect("minutes pass between a job and its runner whenever many pools change or many jobs start")
            .help(format!("raise it on `controller`: {}", one_of(raise.iter().copied()).replace(" or ", " and ")));
        out.report(found);
    }
}
