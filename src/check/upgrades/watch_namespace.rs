//! `watch-namespace`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "watch-namespace",
    severity: Severity::Error,
    summary: "pools live where the controller does not look",
    explanation: "\
With `watch-namespace` the controller looks at the pools of one namespace only, and has rights for no
other. A pool elsewhere is accepted by the API server and stays as it is: no scale set, no listener, no
event, no line in a log. Its jobs queue until GitHub drops them after a day.

Move the pools into the watched namespace, or let the controller look at all namespaces by
removing `watch-namespace`. A fleet file has one controller for each cluster; to split a large fleet over
several, make it several fleet files, each with a controller and a namespace of its own.

Known from: the flag `watchSingleNamespace` of the chart 0.14.2 and the refusals in its templates.
",
    good: r#"
controller watch-namespace="arc-runners"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
controller watch-namespace="arc-runners"
pool "build" namespace="team-a" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let fleet = cx.fleet;
    let watched = fleet.controller.node.as_ref().and_then(|node| node.watch_namespace.as_ref());
    let Some(watched) = watched else { return };
    for namespace in fleet.namespaces.iter().filter(|namespace| namespace.name != watched.value) {
        let mut pools = namespace.pools.iter().filter_map(|at| fleet.pools.get(*at));
        let Some(first) = pools.next() else { continue };
        let more = pools.count();
        let who = match more {
            0 => format!("pool \"{}\" lives", first.name()),
            _ => format!("pool \"{}\" and {more} more live", first.name()),
        };
        let place = first.node.namespace.as_ref().map_or(fleet.node.namespace.name.span, |name| name.span);
        let found = out
            .found(format!(
                "{who} in namespace \"{}\", the controller of {} only looks at \"{}\"",
                namespace.name,
                fleet.clusters[namespace.cluster].label(),
                watched.value
            ))
            .label(place, "not watched")
            .label(watched.span, "the only namespace that is")
            .effect("these pools are accepted and never served: their jobs queue for ever")
            .help(format!("write `namespace \"{}\"`, or remove `watch-namespace`", watched.value));
        out.report(found);
    }
}
