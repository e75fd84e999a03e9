//! `listener-container-name`

use super::{CONTAINER, pod, span};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "listener-container-name",
    severity: Severity::Error,
    summary: "settings of the listener are given to a container of another name",
    explanation: "\
ARC makes the listener's pod itself and lays `spec.listenerTemplate` over it. Only the container called
`listener` is merged with its own; every other becomes a sidecar. So settings under another name do not
reach the listener, and a sidecar without an image is no valid container: the API server refuses the
pod, the listener is never made, and jobs queue for ever.

Call the container `listener` in the patch. A sidecar that is really wanted has an image.

Known from: `mergeListenerPodWithTemplate` and the values of the chart `gha-runner-scale-set` 0.14.2.
",
    good: r##"
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
                    env:
                    - {name: GODEBUG, value: netdns=go}
            """#
    }
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
                  - name: scale-set-listener
                    env:
                    - {name: GODEBUG, value: netdns=go}
            """#
    }
}
"##,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let containers = pod(view).map_or(&[][..], |pod| &pod.containers);
    for container in containers.iter().filter(|container| container.name != CONTAINER) {
        if container.image.as_ref().is_some_and(|image| !image.is_empty()) {
            continue;
        }
        let found = out
            .found(format!(
                "the listener of pool \"{}\" is given settings under the name \"{}\"",
                view.pool.name(),
                container.name
            ))
            .label(span(view), "changed by this patch")
            .effect("ARC takes it for a sidecar without an image: the listener's pod is refused, and the pool takes no job")
            .help("call the container `listener`; give a sidecar an image");
        out.report(found);
    }
}
