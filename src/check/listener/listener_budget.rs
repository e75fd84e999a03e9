//! `listener-budget`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::arc::listener_size;
use crate::language::value::{Cpu, Memory};

pub static RULE: Rule = Rule {
    code: "listener-budget",
    severity: Severity::Error,
    summary: "more pools than the cluster should carry listeners for",
    explanation: "\
Each pool has a listener that runs day and night, busy or not: a pod with an address, a ServiceAccount,
a Role, a RoleBinding and a Secret, and a connection to GitHub. Small ones add up. At 10 millicores and 64Mi,
10,000 pools take 100 cores, 625Gi and 10,000 pod addresses before the first job runs; users with 88 pools
already felt them. The cost is hidden because nothing lists it.

`cluster … listeners=200` says how many the cluster should carry; the rule counts against it and names
the bill. Pools of equal hardware can be one: sizes that differ little, teams that could share a
runner group, or branches of one template. Where the number is right, raise the budget knowingly.

Known from: ARC issues 4169 and 4614, pytorch/ci-infra 1087.
",
    good: r#"
cluster "main" listeners=2
pool "build" {
    mode "dind"
    runners max=4
}
pool "test" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
cluster "main" listeners=1
pool "build" {
    mode "dind"
    runners max=4
}
pool "test" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (at, cluster) in cx.fleet.clusters.iter().enumerate() {
        let budget = cluster.node.as_ref().and_then(|node| node.listeners.as_ref());
        let Some(budget) = budget else { continue };
        let mut count: u64 = 0;
        let (mut cpu, mut memory) = (Cpu(0), Memory(0));
        for pool in cx.fleet.pools.iter().filter(|pool| pool.cluster == at) {
            let size = listener_size(pool);
            count += 1;
            cpu = Cpu(cpu.0.saturating_add(size.0.0));
            memory = Memory(memory.0.saturating_add(size.1.0));
        }
        if count <= u64::from(budget.value.0) {
            continue;
        }
        let found = out
            .found(format!(
                "{} has {count} pools, so {count} listeners; {} are allowed",
                cluster.label(),
                budget.value
            ))
            .label(budget.span, "the budget")
            .effect(format!(
                "the listeners alone take {cpu} of CPU, {memory} of memory and {count} pod addresses, day and night"
            ))
            .help("make one pool of those with equal hardware, or raise `listeners`");
        out.report(found);
    }
}
