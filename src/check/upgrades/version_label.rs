//! `version-label`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::contract::arc::Release;
use crate::diagnostic::{Diagnostic, Severity};

/// The label that the controller compares with its own release.
const LABEL: &str = "app.kubernetes.io/version";

pub static RULE: Rule = Rule {
    code: "version-label",
    severity: Severity::Error,
    summary: "a pool's version label is not the controller's",
    explanation: "\
Every pool carries the label `app.kubernetes.io/version`. ARC's controller compares it with its own
release and deletes a pool whose major and minor number differ, whose label is no version (`v0.14.2`
with its `v` is none), or that has no such label. Before 0.12.0 the whole text must be equal. The pool
is deleted before it has a finalizer, so its scale set is lost with it: jobs queue for ever, and
Argo CD makes the pool again only to see it deleted again.

fleetc writes the release of `versions { arc … }`, so the mistake needs `label=` or a patch. Remove
either; where the controller is upgraded, change the release and let CRDs, controller and pools follow
in this order.

Known from: ARC issue 4422 (all scale sets gone with 0.14.0), 3233, 4227, 3106, 4080, and
`IsVersionAllowed` of 0.14.2.
",
    good: r#"
versions {
    arc "0.14.2" label="0.14"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
versions {
    arc "0.14.2" label="0.13.1"
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
    let release = versions.arc;
    let label = versions.node.as_ref().and_then(|node| node.arc.as_ref()).and_then(|arc| arc.label.as_ref());
    if let Some(label) = label
        && !release.accepts(label.value.as_str())
    {
        let found = out
            .found(format!(
                "pools are labelled with release \"{}\", the controller is {}",
                label.value, release.version
            ))
            .label(label.span, "not the controller's release")
            .label(versions.arc_span, "the controller");
        out.report(complete(found, release));
    }
    for view in cx.pools() {
        let labels = view.objects.runner_set.metadata.labels.as_ref();
        let own = labels.and_then(|labels| labels.get(LABEL)).map_or("", String::as_str);
        let span = view.objects.runner_set_patched.last();
        if let Some(span) = span
            && own != versions.version_label
            && !release.accepts(own)
        {
            let is = if own.is_empty() {
                "has no version label".to_owned()
            } else {
                format!("is labelled with release \"{own}\"")
            };
            let found = out
                .found(format!("pool \"{}\" {is}, the controller is {}", view.pool.name(), release.version))
                .label(*span, "changed by this patch")
                .label(versions.arc_span, "the controller");
            out.report_about(view.pool, complete(found, release));
        }
    }
}

fn complete(found: Diagnostic, release: &Release) -> Diagnostic {
    found
        .effect("the controller deletes the pools as soon as it sees them, and their scale sets are gone")
        .help(format!("leave the label to fleetc, which writes {}", release.version))
}
