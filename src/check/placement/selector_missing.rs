//! `selector-missing`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "selector-missing",
    severity: Severity::Error,
    summary: "one of several alternative classes selects no nodes",
    explanation: "\
A pool that names several classes of machines may run on any of them: fleetc writes one node selector
term for each. A class without `select` has an empty term, and to Kubernetes that means no node at all,
not every node. The class is never used, although its nodes count as capacity; jobs wait for the other
classes while it is idle.

Give the class a `select` with a label that its nodes carry. Every class of a pool with alternatives
needs one.

Known from: the API reference of Kubernetes, NodeSelectorTerm: \"A null or empty node selector term matches
no objects.\"
",
    good: r#"
hardware "small" {
    select "ci" "small"
    nodes "small" count=8 cpu=16 memory="64Gi"
}

hardware "large" {
    select "ci" "large"
    nodes "large" count=2 cpu=128 memory="512Gi"
}

pool "tests" {
    mode "dind"
    runners max=4
    hardware "small"
    hardware "large"
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
hardware "small" {
    nodes "small" count=8 cpu=16 memory="64Gi"
}

hardware "large" {
    select "ci" "large"
    nodes "large" count=2 cpu=128 memory="512Gi"
}

pool "tests" {
    mode "dind"
    runners max=4
    hardware "small"
    hardware "large"
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    if view.pool.hardware.len() < 2 {
        return;
    }
    let uses = view.pool.hardware.iter().zip(cx.fleet.hardware_of(view.pool));
    for (used, class) in uses.filter(|(_, class)| class.node.select.is_empty()) {
        let found = out
            .found(format!(
                "hardware \"{}\" selects no nodes, so as an alternative it is never used",
                class.name()
            ))
            .label(class.node.name.span, "no `select`")
            .label(used.span, "one of several classes here")
            .effect("jobs wait for the other classes while nodes of this one are idle")
            .help("add `select \"KEY\" \"VALUE\"` with a label that its nodes carry");
        out.report(found);
    }
}
