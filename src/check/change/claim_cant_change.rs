//! `claim-cant-change`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::diff::shrinks;

pub static RULE: Rule = Rule {
    code: "claim-cant-change",
    severity: Severity::Error,
    summary: "a volume claim is changed in a way that the API server refuses",
    explanation: "\
Of a claim that is bound, only the size can change, and it can only grow. It is found where a cache keeps the name of its claim and
gets a smaller `size`, another `storage-class` or another `access`.

The API server refuses the object, so Argo CD's sync of the whole folder fails: namespaces, quotas and claims that
are new in the same change are not made either, and pools that need them wait.

Give the claim a new name. The pools that use it are then replaced and start with an empty cache; the old claim stays with its
data until somebody deletes it.

Known from: `ValidatePersistentVolumeClaimUpdate` of Kubernetes.
",
    good: r#"
 cache "models" {
-    claim "models" size="1Ti" storage-class="nfs"
+    claim "models" size="2Ti" storage-class="nfs"
     mount "/mnt/models"
 }
 pool "build" {
     mode "dind"
     runners max=4
     cache "models"
 }
"#,
    bad: r#"
 cache "models" {
-    claim "models" size="1Ti" storage-class="nfs"
+    claim "models" size="500Gi" storage-class="nfs"
     mount "/mnt/models"
 }
 pool "build" {
     mode "dind"
     runners max=4
     cache "models"
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for cache in &cx.after.fleet.caches {
        let Some(claim) = &cache.node.claim else { continue };
        let mut olds = cx.before.fleet.caches.iter().filter_map(|cache| cache.node.claim.as_ref());
        let Some(old) = olds.find(|old| old.name == claim.name) else { continue };
        let mut refused = Vec::new();
        if claim.size.value.0 < old.size.value.0 {
            refused
                .push((claim.size.span, format!("shrinks from {} to {}", old.size.value, claim.size.value)));
        }
        if claim.access != old.access {
            let text = format!("changes from {} to {}", old.access.value, claim.access.value);
            refused.push((claim.access.span, text));
        }
        if claim.storage_class != old.storage_class {
            let name = |class: &Option<crate::syntax::Spanned<crate::language::value::ObjectName>>| {
                class
                    .as_ref()
                    .map_or_else(|| "the default class".to_owned(), |class| format!("class {}", class.value))
            };
            let span = claim.storage_class.as_ref().map_or(claim.span, |class| class.span);
            refused.push((
                span,
                format!("moves from {} to {}", name(&old.storage_class), name(&claim.storage_class)),
            ));
        }
        for (span, text) in refused {
            let found = out
                .found(format!("claim \"{}\" {text}", claim.name.value))
                .label(span, "can't change")
                .effect("the API server refuses it, and Argo CD's sync of its folder fails")
                .help(format!("give the claim a new name, such as \"{}-2\": its cache starts empty, the old claim keeps its data", claim.name.value));
            out.report(found);
        }
    }
    patched(cx, out);
}

/// Claims that a patch changed: the same by their objects.
fn patched(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    use crate::emit::Body;
    for object in &cx.after.objects.others {
        let (Body::PersistentVolumeClaim(_), Some(span)) = (&object.body, object.patched.last()) else {
            continue;
        };
        let refused = cx.diff.entries.iter().flat_map(|entry| &entry.consequences).find(|one| {
            one.effect == crate::diff::Effect::Refused
                && one.text.starts_with(&crate::diff::title(object))
                && one.fields.iter().any(|field| field.what.starts_with("spec") || shrinks(field))
        });
        if let Some(refused) = refused {
            let found = out
                .found(refused.text.clone())
                .label(*span, "patched here")
                .effect("Argo CD's sync of its folder fails")
                .help("give the claim a new name, or leave the field alone");
            out.report(found);
        }
    }
}
