//! `listener-resources`

use super::{container, span};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::suggest::one_of;

pub static RULE: Rule = Rule {
    code: "listener-resources",
    severity: Severity::Warning,
    summary: "a listener states no request or limit",
    explanation: "\
A container without requests is the first to be evicted when its node runs short, and quotas and policy
engines (Kyverno, Gatekeeper) refuse it. ARC states neither for listeners. A refused listener is never
made, so its pool takes no job; an evicted one was not made again before 0.13.1.

fleetc gives each listener 10 millicores and 64Mi, as request and as limit; `listener cpu=… memory=…`
changes that. The rule finds patches that take it away.

Known from: ARC issues 2612 and 2578.
",
    good: r##"
pool "build" {
    mode "dind"
    runners max=4
    listener cpu="50m" memory="128Mi"
}
"##,
    bad: r##"
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              listenerTemplate:
                spec:
                  containers:
                  - name: listener
                    resources: null
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    // A template without the container is another rule's.
    let Some(listener) = container(view) else { return };
    let resources = listener.resources.as_ref();
    let requests = resources.and_then(|resources| resources.requests.as_ref());
    let limits = resources.and_then(|resources| resources.limits.as_ref());
    // A limit alone is a request too.
    let stated = |name: &str| requests.or(limits).is_some_and(|amounts| amounts.contains_key(name));
    let limited = limits.is_some_and(|limits| limits.contains_key("memory"));
    let missing: Vec<_> = [
        ("a request for CPU", stated("cpu")),
        ("a request for memory", stated("memory")),
        ("a limit of memory", limited),
    ]
    .into_iter()
    .filter(|(_, is_there)| !is_there)
    .map(|(what, _)| what)
    .collect();
    if missing.is_empty() {
        return;
    }
    let missing = one_of(missing.iter().copied());
    let found = out
        .found(format!("the listener of pool \"{}\" has not {missing}", view.pool.name()))
        .label(span(view), "taken away")
        .effect("quotas and policies refuse the listener, or it is evicted first: the pool takes no job")
        .help("set them with `listener cpu=\"10m\" memory=\"64Mi\"`, and leave `resources` out of the patch");
    out.report(found);
}
