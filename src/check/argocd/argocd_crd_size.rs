//! `argocd-crd-size`

use super::applications;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::Body;
use crate::emit::argocd::{is_controller, is_crds};

pub static RULE: Rule = Rule {
    code: "argocd-crd-size",
    severity: Severity::Error,
    summary: "ARC's CRDs would be applied in a way that can't hold them",
    explanation: "\
Client-side apply keeps a copy of each object in an annotation, and annotations of an object may have
262,144 bytes in all. ARC's CRDs have 575 KB to 1.2 MB, so Argo CD fails with \"metadata.annotations: Too
long\" and never installs or upgrades them; pools and controller then meet old CRDs or none.

Server-side apply keeps no copy. fleetc gives it to the one Application that installs the CRDs, and
leaves them out of the controller's chart (`skipCrds`). The rule finds patches that undo either, and CRDs of
ARC that come in as a `manifest`. It is not needed for anything else.

Known from: ARC issues 3415, 1317 and 3472, and the sizes of the CRDs of 0.14.2.
",
    good: r##"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet"
}
pool "build" {
    mode "dind"
    runners max=4
}
"##,
    bad: r##"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet"
}
pool "build" {
    mode "dind"
    runners max=4
}
patch "Application" name="example-crds" {
    merge #"""
        spec:
          syncPolicy:
            syncOptions:
            - CreateNamespace=true
        """#
}
"##,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for found in applications(cx) {
        let Some(span) = found.patched else { continue };
        if is_crds(found.application) && !found.has_option("ServerSideApply=true") {
            let found = out
                .found("ARC's CRDs would be applied client-side")
                .label(span, "without ServerSideApply=true")
                .help("add `ServerSideApply=true` to the list: a patch replaces it whole");
            out.report(complete(found));
        }
        let helm = found.application.spec.source.helm.as_ref();
        if is_controller(found.application) && helm.is_some_and(|helm| !helm.skip_crds) {
            let found = out
                .found("the controller's chart would bring ARC's CRDs along, client-side")
                .label(span, "skipCrds is off")
                .help("remove `skipCrds` from the patch: the CRDs have an Application of their own");
            out.report(complete(found));
        }
    }
    for object in &cx.objects.others {
        let Body::Manifest(body) = &object.body else { continue };
        let text = |pointer| body.pointer(pointer).and_then(serde_json::Value::as_str);
        if text("/kind") != Some("CustomResourceDefinition")
            || text("/spec/group") != Some("actions.github.com")
        {
            continue;
        }
        let name = text("/metadata/name").unwrap_or_default();
        let carried = cx.fleet.manifests.iter().find(|manifest| manifest.text.contains(name));
        let span = carried.map_or(cx.fleet.node.span, |manifest| manifest.node.path.span);
        let found = out
            .found(format!("a manifest holds ARC's CRD {name}"))
            .label(span, "applied client-side")
            .help("remove it: fleetc installs the CRDs of its release, unless `controller managed=#false`");
        out.report(complete(found));
    }
}

fn complete(found: Diagnostic) -> Diagnostic {
    found.effect(
        "Argo CD fails with \"metadata.annotations: Too long\": the CRDs are never installed or upgraded",
    )
}
