//! `claim-differs`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::Claim;
use crate::model::CacheKind;
use std::collections::HashMap;

pub static RULE: Rule = Rule {
    code: "claim-differs",
    severity: Severity::Error,
    summary: "two caches describe one claim differently",
    explanation: "\
Caches may share a claim: two folders of one volume, say. The claim is made once in a namespace, so all caches that
name it must agree on its size, its storage class and how it may be used. Where they do not, one of them would be
passed over in silence: a volume that is smaller than its jobs were promised, or one that a second node can't mount.

Give them the same words, or the claims different names.
",
    good: r#"
cache "models" {
    claim "shared" size="1Ti" storage-class="nfs"
    mount "/mnt/models"
}
cache "datasets" {
    claim "shared" size="1Ti" storage-class="nfs"
    mount "/mnt/datasets"
}
"#,
    bad: r#"
cache "models" {
    claim "shared" size="1Ti" storage-class="nfs"
    mount "/mnt/models"
}
cache "datasets" {
    claim "shared" size="200Gi" storage-class="nfs"
    mount "/mnt/datasets"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut first: HashMap<&str, &Claim> = HashMap::new();
    for cache in &cx.fleet.caches {
        let CacheKind::Claim(claim) = &cache.kind else { continue };
        let Some(known) = first.get(claim.name.as_str()) else {
            first.insert(claim.name.as_str(), claim);
            continue;
        };
        let differs = [
            ("size", known.size.value != claim.size.value),
            (
                "storage class",
                known.storage_class.as_ref().map(|class| &class.value)
                    != claim.storage_class.as_ref().map(|class| &class.value),
            ),
            ("access", known.access.value != claim.access.value),
        ];
        let Some((what, _)) = differs.into_iter().find(|(_, differs)| *differs) else { continue };
        let found = out
            .found(format!("claim \"{}\" is described twice, with a different {what}", claim.name.value))
            .label(known.span, "described here")
            .label(claim.span, format!("and with a different {what} here"))
            .effect("the claim is made once, as the first of the two says; the other is passed over")
            .help("give both the same words, or the claims different names");
        out.report(found);
    }
}
