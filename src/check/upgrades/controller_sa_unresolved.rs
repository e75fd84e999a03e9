//! `controller-sa-unresolved`

use super::patched_values;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "controller-sa-unresolved",
    severity: Severity::Error,
    summary: "the controller's ServiceAccount is not known",
    explanation: "\
The controller may do nothing in a pool's namespace but what a Role there allows, and a RoleBinding gives
that Role to its ServiceAccount. The official chart looks the account up in the cluster; under Argo CD
charts are rendered without a cluster, the look-up is empty and rendering fails. fleetc renders without
a cluster too. A binding to a wrong account is accepted: the pools never register, no event says so, and
only the controller's log names the missing right.

Where fleetc installs the controller it gives the account its name. Where something else does
(`managed=#false`), write the name: `kubectl get deployment -A -l app.kubernetes.io/part-of=gha-rs-controller
-o yaml` shows it as `serviceAccountName`. The chart refuses the account `default`.

Known from: ARC issue 3043, and a real API server with the controller of 0.14.2.
",
    good: r#"
controller namespace="arc-systems" managed=#false service-account="arc-gha-rs-controller"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
controller namespace="arc-systems" managed=#false
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let controller = &cx.fleet.controller;
    let Some(account) = &controller.service_account else {
        let found = out
            .found("the controller is not installed by fleetc, and nothing names its ServiceAccount")
            .label(controller.span, "no `service-account=`")
            .effect("the Roles of all pools would be bound to nobody: no pool ever registers, and no event says why")
            .help("write `service-account=\"NAME\"`, with the account of the controller's Deployment");
        out.report(found);
        return;
    };
    if controller.managed && account.as_str() == "default" {
        let span = controller.node.as_ref().and_then(|node| node.service_account.as_ref());
        let found = out
            .found("the controller's chart refuses the ServiceAccount \"default\"")
            .label(span.map_or(controller.span, |name| name.span), "refused")
            .effect("Argo CD can't render the chart: the controller is not installed")
            .help("choose another name, or leave it out");
        out.report(found);
    }
    for (values, span) in patched_values(cx) {
        if values.service_account.name != account.as_str() {
            let found = out
                .found(format!(
                    "the chart makes the ServiceAccount \"{}\", the pools' Roles are bound to \"{account}\"",
                    values.service_account.name
                ))
                .label(span, "changed by this patch")
                .effect("the controller has no right in any pool's namespace: no pool registers")
                .help("remove it from the patch, and write `controller service-account=\"NAME\"`");
            out.report(found);
        }
    }
}
