//! `dind-psa`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::{ContainerMode, Namespace, PodSecurity};
use crate::syntax::Span;

/// The label by which a namespace sets its level.
const LABEL: &str = "pod-security.kubernetes.io/enforce";

pub static RULE: Rule = Rule {
    code: "dind-psa",
    severity: Severity::Error,
    summary: "a namespace of `dind` pools does not allow privileged containers",
    explanation: "\
The Docker daemon of a `dind` pool runs in a privileged container. A namespace whose Pod Security level
is `baseline` or `restricted` refuses such pods.

Nothing shows this where people look first: the pool is accepted, the listener runs and takes jobs. Only
the EphemeralRunner says it: its phase is `Failed`, the reason `InvalidPod`. Jobs queue for ever.

Leave `pod-security` out, and fleetc gives the namespace the strictest level that its pools can run
under; or write `pod-security=\"privileged\"`. To keep other pools under a strict level, give the `dind`
pools a namespace of their own, or run them in the mode `kubernetes-novolume`.

Known from: ARC issues 792 and 263, and the Pod Security Standards of Kubernetes.
",
    good: r#"
namespace "arc-runners" pod-security="privileged"

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
namespace "arc-runners" pod-security="baseline"

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for namespace in &cx.fleet.namespaces {
        let Some((level, span)) = namespace.node.as_ref().and_then(level) else { continue };
        let pools = namespace.pools.iter().filter_map(|at| cx.fleet.pools.get(*at));
        let dind: Vec<_> = pools.filter(|pool| pool.mode == ContainerMode::Dind).collect();
        let Some(first) = dind.first() else { continue };
        let who = match dind.len() {
            1 => format!("the daemon of pool \"{}\"", first.name()),
            count => format!("the daemons of {count} pools"),
        };
        let found = out
            .found(format!("namespace \"{}\" enforces \"{level}\", but {who} is privileged", namespace.name))
            .label(span, "refuses privileged containers")
            .label(first.node.mode.span, "needs one")
            .effect("the API server refuses the runners' pods: every EphemeralRunner fails as InvalidPod, and jobs queue for ever")
            .help("write `pod-security=\"privileged\"`, or give the `dind` pools a namespace of their own");
        out.report_about(first, found);
    }
}

/// The level that a namespace is declared with, where it forbids privileged containers.
pub fn level(node: &Namespace) -> Option<(String, Span)> {
    let word = node.pod_security.as_ref().map(|level| (level.value.word().to_owned(), level.span));
    let label = node.labels.iter().find(|label| label.key.as_str() == LABEL);
    let stated = word.or_else(|| label.map(|label| (label.value.to_string(), label.span)));
    stated.filter(|(level, _)| level != PodSecurity::Privileged.word())
}
