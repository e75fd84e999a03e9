//! `dind-no-resources`

use crate::check::findings::Reporter;
use crate::check::pods::amounts;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::suggest::one_of;
use std::collections::{HashMap, HashSet};

pub static RULE: Rule = Rule {
    code: "dind-no-resources",
    severity: Severity::Error,
    summary: "the Docker daemon of a pool is given no processor time or memory",
    explanation: "\
What `docker build` and job containers use is counted against the container of the Docker daemon, not
against the runner's. Without requests the scheduler thinks that the daemon needs nothing and packs
nodes full; without limits one build can take a whole node. Then the kubelet evicts pods, those of
other pools among them, and GitHub shows `The self-hosted runner lost communication with the server`.

It is an error where pools share a class of machines, since one pool then harms the others, and a
warning elsewhere.

In a `dind` pool the word `job` is what the daemon is given: `job cpu=4 memory=\"8Gi\"`. It becomes both
request and limit.

Known from: ARC issue 2695 (a daemon evicted at 91 GB), and the chart `gha-runner-scale-set`, which
sets none.
",
    good: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
hardware "cpu" {
    select "ci" "true"
    nodes "cpu" count=4 cpu=64 memory="256Gi"
}

pool "images" {
    mode "dind"
    runners max=2
    hardware "cpu"
}

pool "tests" {
    mode "dind"
    runners max=2
    hardware "cpu"
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut users: HashMap<(usize, usize), u32> = HashMap::new();
    for pool in &cx.fleet.pools {
        let classes: HashSet<_> = pool.hardware.iter().map(|used| used.class).collect();
        for class in classes {
            *users.entry((pool.cluster, class)).or_default() += 1;
        }
    }
    for view in cx.pools() {
        let Some(daemon) = view.objects.dind_container() else { continue };
        let (requests, limits) = amounts(daemon);
        let mut lacks = Vec::new();
        if !requests.contains_key("cpu") && !limits.contains_key("cpu") {
            lacks.push("cpu");
        }
        if !limits.contains_key("memory") {
            lacks.push("memory");
        }
        if lacks.is_empty() {
            continue;
        }
        let shared = view
            .pool
            .hardware
            .iter()
            .find(|used| users.get(&(view.pool.cluster, used.class)).is_some_and(|count| *count > 1));
        let span = view.pool.node.job.as_ref().map_or(view.pool.node.mode.span, |job| job.span);
        let mut found = out
            .found(format!("the Docker daemon of pool \"{}\" is given no {}", view.pool.name(), lacks.join(" and no ")))
            .label(view.runner_pod_span(span), format!("no {} for the daemon", one_of(lacks.iter().copied())))
            .effect("builds run in the daemon's container: they take what the node has, and the kubelet evicts whole pods")
            .help("write it at `job`, such as `job cpu=4 memory=\"8Gi\" storage=\"40Gi\"`: in a `dind` pool that is the daemon's");
        match shared {
            Some(used) => found = found.label(used.span, "other pools run here too"),
            None => found = found.severity(Severity::Warning),
        }
        out.report_about(view.pool, found);
    }
}
