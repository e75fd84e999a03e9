//! `scrape-target`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::Body;
use crate::emit::kinds::PodMonitorSpec;
use crate::syntax::Span;
use serde_json::Value;

pub static RULE: Rule = Rule {
    code: "scrape-target",
    severity: Severity::Error,
    summary: "a monitor looks for listeners where there are none",
    explanation: "\
Listeners run in the controller's namespace, not in their pool's, and no Service leads to them. So what scrapes them is a
PodMonitor whose `namespaceSelector` has the controller's namespace, at the port `metrics`. fleetc emits one. It is found where a patch has
changed that, and where a manifest that is carried along has another idea: a PodMonitor for listeners in a namespace of
runners, or a ServiceMonitor for them.

Prometheus accepts all of these and finds no target. No metric of a listener is there, and no alert on it fires.

Leave the namespace and the port to fleetc, or carry along a PodMonitor that names the controller's namespace.

Known from: `resourcebuilder.go` of ARC 0.14; users who scraped the pools' namespace.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    listener-down
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    listener-down
}
patch "PodMonitor" name="example-arc-listeners" {
    merge """
        spec:
          namespaceSelector:
            matchNames: [arc-runners]
        """
}
"#,
    check: Check::Fleet(check),
};

/// What tells a listener's pod (`resourcebuilder.go`).
const COMPONENT: (&str, &str) = ("app.kubernetes.io/component", "runner-scale-set-listener");

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for object in &cx.objects.others {
        let (spec, span): (PodMonitorSpec, Span) = match &object.body {
            Body::PodMonitor(monitor) => {
                let Some(span) = object.patched.last() else { continue };
                (monitor.spec.clone(), *span)
            }
            Body::Manifest(value) => {
                let Some(span) = span_of(cx, object.body.metadata().name.as_deref()) else { continue };
                let spec = value.get("spec");
                if object.body.kind() == "ServiceMonitor" && spec.is_some_and(is_of_listeners) {
                    report(
                        out,
                        span,
                        "a ServiceMonitor looks for listeners, and no Service leads to them".to_owned(),
                        cx,
                    );
                    continue;
                }
                let read = spec.filter(|_| object.body.kind() == "PodMonitor").cloned();
                let Some(spec) = read.and_then(|spec| serde_json::from_value(spec).ok()) else { continue };
                (spec, span)
            }
            _ => continue,
        };
        let labels = spec.selector.match_labels.as_ref();
        if labels.and_then(|labels| labels.get(COMPONENT.0)).map(String::as_str) != Some(COMPONENT.1) {
            continue;
        }
        let namespace = cx.fleet.controller.namespace.as_str();
        let names = spec.namespace_selector.match_names.unwrap_or_default();
        if spec.namespace_selector.any != Some(true) && !names.iter().any(|name| name == namespace) {
            let where_ = if names.is_empty() { "its own namespace".to_owned() } else { names.join(", ") };
            report(
                out,
                span,
                format!("a PodMonitor looks for listeners in {where_}; they run in {namespace}"),
                cx,
            );
        } else if !spec.pod_metrics_endpoints.iter().any(|endpoint| endpoint.port == "metrics") {
            report(out, span, "a PodMonitor scrapes another port of listeners than `metrics`".to_owned(), cx);
        }
    }
}

fn is_of_listeners(spec: &Value) -> bool {
    let labels = spec.pointer("/selector/matchLabels").and_then(Value::as_object);
    labels.and_then(|labels| labels.get(COMPONENT.0)).and_then(Value::as_str) == Some(COMPONENT.1)
}

/// Where the manifest of an object is named.
fn span_of(cx: &Context<'_>, name: Option<&str>) -> Option<Span> {
    let manifest =
        cx.fleet.manifests.iter().find(|manifest| name.is_some_and(|name| manifest.text.contains(name)));
    manifest.map(|manifest| manifest.node.path.span)
}

fn report(out: &mut Reporter<'_, '_>, span: Span, message: String, cx: &Context<'_>) {
    let found = out
        .found(message)
        .label(span, "looks elsewhere")
        .effect("no listener is scraped: alerts on `gha_` metrics never fire")
        .help(format!(
            "use a PodMonitor with `namespaceSelector: {{matchNames: [{}]}}` and the port `metrics`",
            cx.fleet.controller.namespace
        ));
    out.report(found);
}
