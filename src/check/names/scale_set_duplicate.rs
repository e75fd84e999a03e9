//! `scale-set-duplicate`

use super::identity::{Registration, registration, scale_set_name, some_of};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Cluster;
use std::collections::HashMap;

pub static RULE: Rule = Rule {
    code: "scale-set-duplicate",
    severity: Severity::Error,
    summary: "two pools are one scale set at GitHub",
    explanation: "\
GitHub keeps one scale set for each name, compared without regard to case, in a runner group of an
organization, repository or enterprise. It is found where two resources of the fleet, in any clusters and namespaces,
have the same three. Mostly that is one pool that runs in two clusters without a runner group for each.

Both resources adopt the same scale set, and both look healthy. GitHub gives the message session to one
listener; the other is refused with 409 `RunnerScaleSetSessionConflict` and restarts every few seconds. Which of
the two serves the jobs changes with every restart, and jobs are lost on the way.

Give each cluster a `runner-group` of its own: scale sets of one name in different groups are what
GitHub supports, and jobs go to either. The groups must exist at GitHub. Where there is just one group, give the
pools different names, or list one cluster in the pool's `clusters`.

Known from: ARC issues 3351, 3382, 2905, 3209, 3922 and 4285.
",
    good: r#"
cluster "east" server="https://east.example.com" runner-group="east"
cluster "west" server="https://west.example.com" runner-group="west"

pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
cluster "east" server="https://east.example.com"
cluster "west" server="https://west.example.com"

pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut at: HashMap<(Registration, String), usize> = HashMap::new();
    let mut sets: Vec<Vec<PoolView<'_>>> = Vec::new();
    for view in cx.pools() {
        let key = (registration(view), scale_set_name(view).to_lowercase());
        let set = *at.entry(key).or_insert_with(|| {
            sets.push(Vec::new());
            sets.len() - 1
        });
        let known = &mut sets[set];
        let again = |known: &PoolView<'_>| is_same(*known, view) && known.pool.cluster == view.pool.cluster;
        // One pool twice in one cluster is one resource: `same-name-same-namespace` says that.
        if !known.last().is_some_and(again) {
            known.push(view);
        }
    }
    let mut spread = Spread::default();
    for set in sets.iter().filter(|set| set.len() > 1) {
        let Some((first, rest)) = set.split_first() else { continue };
        match rest.iter().find(|view| !is_same(**view, *first)) {
            Some(other) => report_pools(*first, *other, out),
            None => spread.add(set),
        }
    }
    for (clusters, pools) in spread.causes {
        let clusters: Vec<_> = clusters.iter().map(|at| &cx.fleet.clusters[*at]).collect();
        out.report(of_clusters(&clusters, &pools, out));
    }
}

/// Whether both come from one declaration.
fn is_same(a: PoolView<'_>, b: PoolView<'_>) -> bool {
    a.pool.name() == b.pool.name()
}

/// Pools that run in several clusters with one runner group: said once for all that have it from the
/// same clusters.
#[derive(Default)]
struct Spread<'a> {
    at: HashMap<(Vec<usize>, String), usize>,
    causes: Vec<(Vec<usize>, Vec<PoolView<'a>>)>,
}

impl<'a> Spread<'a> {
    fn add(&mut self, set: &[PoolView<'a>]) {
        let Some(first) = set.first() else { return };
        let clusters: Vec<_> = set.iter().map(|view| view.pool.cluster).collect();
        let key = (clusters.clone(), registration(*first).group);
        let at = *self.at.entry(key).or_insert(self.causes.len());
        if at == self.causes.len() {
            self.causes.push((clusters, Vec::new()));
        }
        self.causes[at].1.push(*first);
    }
}

const EFFECT: &str = "both adopt one scale set at GitHub; one listener is refused (409 RunnerScaleSetSessionConflict) and restarts every few seconds";

fn report_pools(first: PoolView<'_>, second: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let name = scale_set_name(second);
    let group = registration(second).group;
    let found = out
        .found(format!(
            "pools \"{}\" and \"{}\" are both scale set \"{name}\" in runner group \"{group}\"",
            first.pool.name(),
            second.pool.name()
        ))
        .label(second.runner_pod_span(second.pool.span()), "the same scale set")
        .label(first.runner_pod_span(first.pool.span()), "as this one")
        .effect(EFFECT)
        .help("give one of the two another name, or another runner group that exists at GitHub");
    out.report_about(second.pool, found);
}

fn of_clusters(clusters: &[&Cluster], pools: &[PoolView<'_>], out: &Reporter<'_, '_>) -> Diagnostic {
    let names = clusters.iter().map(|cluster| cluster.name.as_ref().map_or("", |name| name.as_str()));
    let names: Vec<_> = names.collect();
    let group = pools.first().map(|view| registration(*view).group).unwrap_or_default();
    let (noun, runs, joins) =
        if pools.len() == 1 { ("pool", "runs", "joins") } else { ("pools", "run", "join") };
    let mut found = out.found(format!(
        "{noun} {} {runs} in clusters {} and {joins} runner group \"{group}\" in each of them",
        some_of(pools.iter().map(|view| view.pool.name())),
        some_of(names.iter().copied())
    ));
    for node in clusters.iter().rev().filter_map(|cluster| cluster.node.as_ref()).take(3) {
        found = match &node.runner_group {
            Some(group) => found.label(group.span, "this runner group"),
            None => found.label(node.name.span, "no runner group of its own"),
        };
    }
    for view in pools.iter().take(3) {
        found = found.label(view.pool.span(), "one scale set");
    }
    let last = names.last().copied().unwrap_or("");
    found.effect(EFFECT).help(format!(
        "give each cluster a group that exists at GitHub, such as `cluster \"{last}\" runner-group=\"{last}\"`, or let the pool run in one cluster: `clusters \"{last}\"`"
    ))
}

#[cfg(test)]
mod tests {
    use crate::check::example;

    fn count(text: &str) -> usize {
        example::run(text).diagnostics.iter().filter(|d| d.code == super::RULE.code).count()
    }

    #[test]
    fn one_cause_is_said_once() {
        let pools: String =
            (0..20).map(|n| format!("pool \"p{n}\" {{\n mode \"dind\"\n runners max=1\n}}\n")).collect();
        let clusters = "cluster \"a\" server=\"https://a\"\ncluster \"b\" server=\"https://b\"\n";
        assert_eq!(count(&format!("{clusters}{pools}")), 1);
    }

    #[test]
    fn names_are_compared_as_github_does() {
        let patched = |name: &str| {
            format!(
                "pool \"a\" {{\n mode \"dind\"\n runners max=1\n}}\npool \"b\" {{\n mode \"dind\"\n runners max=1\n patch \"AutoscalingRunnerSet\" {{\n merge \"{{spec: {{runnerScaleSetName: {name}}}}}\"\n }}\n}}\n"
            )
        };
        assert_eq!(count(&patched("A")), 1);
        assert_eq!(count(&patched("c")), 0);
    }
}
