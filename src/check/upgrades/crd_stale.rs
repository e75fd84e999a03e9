//! `crd-stale`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule, argocd};
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::argocd::is_crds;

pub static RULE: Rule = Rule {
    code: "crd-stale",
    severity: Severity::Error,
    summary: "the CRDs are of another release than the controller",
    explanation: "\
Helm installs the CRDs of a chart once and never upgrades them, and an Argo CD Application that renders
the chart may leave them out. Then a new controller works with old CRDs. ARC changes the type of fields
between releases (0.12 turned a status field from a boolean into a time), and the API server refuses
what no longer fits: runners are never made, and the reason is only in the controller's log. Fields
that are new in a release are dropped silently.

fleetc installs CRDs as an Application of their own, from the Git tag of the same release as the
controller's. Where something else installs them, `arc \"…\" crds=\"…\"` says which release they are.
Upgrade them first, then remove `crds=`.

Known from: ARC issue 4167, and the CRDs of releases 0.11 to 0.14.2 compared.
",
    good: r#"
versions {
    arc "0.14.2" crds="0.14.2"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
versions {
    arc "0.14.2" crds="0.11.0"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let versions = &cx.fleet.versions;
    let release = versions.arc.version;
    if versions.crds != release {
        let node = versions.node.as_ref().and_then(|node| node.arc.as_ref());
        let span = node.and_then(|arc| arc.crds.as_ref()).map_or(versions.arc_span, |crds| crds.span);
        let found = out
            .found(format!("the CRDs are of release {}, the controller is {release}", versions.crds))
            .label(span, "release of the CRDs")
            .help(format!("install the CRDs of {release} and remove `crds=`"));
        out.report(complete(found));
    }
    for found in argocd::applications(cx) {
        let source = &found.application.spec.source;
        let tag = crate::emit::argocd::crd_tag(versions.crds);
        if let Some(span) = found.patched
            && is_crds(found.application)
            && source.target_revision != tag
        {
            let found = out
                .found(format!(
                    "the CRDs are taken from \"{}\", the controller is {release}",
                    source.target_revision
                ))
                .label(span, "changed by this patch")
                .help(format!("leave `targetRevision` at {tag}; a mirror keeps the same tags"));
            out.report(complete(found));
        }
    }
}

fn complete(found: Diagnostic) -> Diagnostic {
    found.effect("the API server refuses or drops what the controller writes: runners are not made")
}
