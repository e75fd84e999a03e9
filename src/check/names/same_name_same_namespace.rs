//! `same-name-same-namespace`

use super::identity::some_of;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use std::collections::HashMap;

pub static RULE: Rule = Rule {
    code: "same-name-same-namespace",
    severity: Severity::Error,
    summary: "two pools are one object in the cluster",
    explanation: "\
A pool is an object of its name in its namespace, so a cluster holds one of each. It is found where a
pool lists a cluster twice, and where two clusters of the fleet have the same `server` and pools with the same name and
namespace: a cluster without `server` is the one that Argo CD itself runs in, so two such clusters
are one.

Argo CD then applies both to one object. Each sync overwrites what the other wrote, such as the runner group; the
scale set is moved, its listener restarts, and queued jobs wait for whichever half is not there at the moment.

Give each cluster its own `server`, the address that `argocd cluster list` shows. Where one cluster must serve two runner
groups or organizations under one pool name, use two namespaces, and ARC 0.13.1 or later.

Known from: ARC issues 4035 and 3587, ARC pull request 4299.
",
    good: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet"
}

cluster "east" runner-group="east"
cluster "west" server="https://west.example.com" runner-group="west"

pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet"
}

cluster "east" runner-group="east"
cluster "west" runner-group="west"

pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    report_repeated(cx, out);
    // Only Argo CD uses the address: without it nothing says that two clusters are one.
    if cx.fleet.node.gitops.is_some() {
        report_shared_servers(cx, out);
    }
}

/// Pools that list a cluster twice.
fn report_repeated(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for view in cx.pools() {
        let names = view.pool.node.clusters.iter().flat_map(|clusters| &clusters.names);
        let mut seen = HashMap::new();
        let of_this = cx.fleet.cluster_of(view.pool).name.as_ref();
        for name in names.filter(|name| Some(&name.value) == of_this) {
            let Some(first) = seen.insert(name.as_str(), name.span) else { continue };
            let found = out
                .found(format!("cluster \"{}\" is listed twice", name.value))
                .label(name.span, "again here")
                .label(first, "first here")
                .effect("both would be one object in the cluster, written twice")
                .help("remove one of the two");
            out.report_about(view.pool, found);
        }
    }
}

/// Clusters that are one to Argo CD, and the pools that meet there.
fn report_shared_servers(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut owners: HashMap<(&str, &str, &str), usize> = HashMap::new();
    let mut at: HashMap<(usize, usize), usize> = HashMap::new();
    let mut meetings: Vec<(usize, usize, Vec<PoolView<'_>>)> = Vec::new();
    for view in cx.pools() {
        let server = cx.fleet.cluster_of(view.pool).server.trim_end_matches('/');
        let key = (server, view.pool.namespace.as_str(), view.pool.name());
        let first = *owners.entry(key).or_insert(view.pool.cluster);
        if first == view.pool.cluster {
            continue;
        }
        let meeting = *at.entry((first, view.pool.cluster)).or_insert(meetings.len());
        if meeting == meetings.len() {
            meetings.push((first, view.pool.cluster, Vec::new()));
        }
        meetings[meeting].2.push(view);
    }
    for (first, second, pools) in meetings {
        let (first, second) = (&cx.fleet.clusters[first], &cx.fleet.clusters[second]);
        let noun = if pools.len() == 1 { "pool" } else { "pools" };
        let mut found = out.found(format!(
            "{} and {} are one server, {}, and {noun} {} would be one object there",
            first.label(),
            second.label(),
            second.server,
            some_of(pools.iter().map(|view| view.pool.name()))
        ));
        for (cluster, text) in [(second, "this address"), (first, "is this one's too")] {
            if let Some(node) = &cluster.node {
                found = found.label(node.server.span, text);
            }
        }
        let name = second.name.as_ref().map_or("", |name| name.as_str());
        found = found
            .effect("Argo CD applies both to one object: each sync overwrites the other's runner group and settings, and its listener restarts")
            .help(format!("write the address that Argo CD knows it by: `cluster \"{name}\" server=\"https://…\"`"));
        out.report(found);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::example;

    #[test]
    fn a_cluster_is_listed_once() {
        let pool = "cluster \"a\"\npool \"p\" {\n clusters \"a\" \"a\"\n mode \"dind\"\n runners max=1\n}\n";
        let run = example::run(pool);
        assert_eq!(run.diagnostics.iter().filter(|d| d.code == super::RULE.code).count(), 1);
    }
}
